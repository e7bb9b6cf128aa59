// The reviewer's hands on the workbench: move, decide, remark and add, by mouse or by keyboard. Without script the forms still post.
"use strict";
(() => {
  const bench = document.querySelector(".bench");
  if (!bench) return;
  document.documentElement.classList.add("js");
  const { toast, send } = server;
  const list = bench.querySelector(".list");
  const text = bench.querySelector(".text");
  const all = () => [...list.querySelectorAll(".finding")];
  const shown = () => all().filter((item) => !item.hidden);
  let here = null;

  const open = (part) => { delete part.dataset.shut; };
  const marks = (item) => text.querySelectorAll(`mark[data-notes~="${CSS.escape(item.id)}"]`);

  const go = (item, focus = true) => {
    if (!item) return;
    if (here && here !== item) {
      here.classList.remove("here");
      here.removeAttribute("aria-current");
      marks(here).forEach((mark) => mark.classList.remove("here"));
    }
    here = item;
    item.classList.add("here");
    item.setAttribute("aria-current", "true");
    const places = marks(item);
    places.forEach((mark) => mark.classList.add("here"));
    const place = places[0] ?? text.querySelector(`[data-clause="${CSS.escape(item.dataset.clause)}"]`);
    place?.scrollIntoView({ block: "center" });
    if (focus) item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "start" });
    history.replaceState(null, "", "#" + item.id);
  };

  const step = (by) => {
    const items = shown();
    if (!items.length) return;
    const at = items.indexOf(here);
    go(items[Math.min(Math.max(at + by, 0), items.length - 1)]);
  };

  // --- deciding
  const count = () => {
    const items = all();
    const done = items.filter((item) => item.dataset.decision !== "undecided").length;
    bench.querySelector("#done").textContent = done;
    const bar = bench.querySelector(".tally progress");
    if (bar) bar.value = done;
    for (const chip of bench.querySelectorAll(".chip[data-decision]")) {
      chip.querySelector("b").textContent = items.filter((item) => item.dataset.decision === chip.dataset.decision).length;
    }
  };

  const show = (item, answer) => {
    item.dataset.decision = answer.decision;
    item.dataset.revision = answer.revision;
    item.querySelectorAll("[name=revision]").forEach((field) => { field.value = answer.revision; });
    item.classList.toggle("rejected", answer.decision === "rejected");
    marks(item).forEach((mark) => mark.classList.toggle("rejected", answer.decision === "rejected"));
    const verdict = item.querySelector(".verdict");
    verdict.textContent = answer.words;
    verdict.className = "verdict state " + answer.style;
    for (const button of item.querySelectorAll("[name=decision]")) {
      button.setAttribute("aria-pressed", String(button.value === answer.decision));
    }
    item.querySelector(".past").textContent = answer.past;
    count();
  };

  const decide = async (item, decision) => {
    const form = item.querySelector("form.decide");
    if (!form) return toast("现在不能在此作决定：不在审查中，或没有权限", true);
    if (decision !== "rejected" && decision === item.dataset.decision) return toast("已经是" + item.querySelector(".verdict").textContent);
    const reason = form.querySelector("[name=reason]");
    if (decision === "rejected" && !reason.value.trim()) {
      open(form.querySelector(".reasons"));
      reason.focus();
      return toast("请写明不采纳的理由，按 Ctrl+Enter 保存");
    }
    const answer = await send(form, { decision });
    if (!answer) return;
    show(item, answer);
    if (decision !== "rejected") form.querySelector(".reasons").dataset.shut = "";
    toast(answer.words);
    item.focus({ preventScroll: true });
    if (decision !== "undecided" && bench.dataset.advance === "yes") {
      const next = shown().slice(shown().indexOf(item) + 1).find((other) => other.dataset.decision === "undecided");
      if (next) go(next);
    }
  };

  const remark = async (item, form) => {
    if (!form.elements.comment.value.trim()) return;
    const answer = await send(form, {});
    if (!answer) return;
    show(item, answer);
    const line = document.createElement("li");
    line.textContent = answer.remark;
    item.querySelector(".remarks").append(line);
    form.reset();
    form.dataset.shut = "";
    item.focus({ preventScroll: true });
    toast("意见已记下");
  };

  list.addEventListener("submit", (event) => {
    const item = event.target.closest(".finding");
    if (!item) return;
    event.preventDefault();
    if (event.target.classList.contains("decide")) decide(item, event.submitter?.value || "rejected");
    else if (event.target.classList.contains("remark")) remark(item, event.target);
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest(".finding");
    if (!item) return;
    if (event.target.closest("[data-open]")) openRemark(item);
    if (!event.target.closest("button, a, input, textarea, select, summary")) go(item, false);
    else if (item !== here && !event.target.closest("a")) go(item, false);
  });
  list.addEventListener("focusin", (event) => {
    const item = event.target.closest(".finding");
    if (item && item !== here) go(item, false);
  });
  text.addEventListener("click", (event) => {
    const mark = event.target.closest("mark, .ref");
    if (!mark || String(getSelection()).length) return;
    event.preventDefault();
    const first = (mark.dataset.notes ?? mark.hash.slice(1)).split(" ")[0];
    const item = document.getElementById(first);
    if (item?.hidden) filter("all");
    go(item);
  });

  const openRemark = (item) => {
    const form = item.querySelector("form.remark");
    if (!form) return;
    open(form);
    form.elements.comment.focus();
  };

  // --- filters
  const filter = (wanted) => {
    for (const chip of bench.querySelectorAll(".chip[data-filter]")) chip.setAttribute("aria-pressed", String(chip.dataset.filter === wanted));
    for (const item of all()) {
      item.hidden = !(wanted === "all" || item.dataset.level === wanted || item.dataset.decision === wanted);
    }
    bench.querySelector("#none-shown").hidden = shown().length > 0 || !all().length;
    if (here?.hidden) go(shown()[0], false);
  };
  bench.querySelectorAll(".chip[data-filter]").forEach((chip) => chip.addEventListener("click", () => filter(chip.dataset.filter)));

  // --- adding a finding from selected text, or for a clause
  const dialog = document.getElementById("adding");
  const pick = document.getElementById("pick");
  let chosen = null;

  const offset = (node, at) => {
    const run = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-at]");
    if (!run) return null;
    const range = document.createRange();
    range.setStart(run, 0);
    range.setEnd(node, at);
    const inside = [...range.cloneContents().childNodes].map((child) => (child.nodeType === Node.TEXT_NODE ? child.data : "")).join("");
    return Number(run.dataset.at) + [...inside].length;
  };
  const selected = () => {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.commonAncestorContainer)) return null;
    const runs = [...text.querySelectorAll("[data-at]")].filter((run) => range.intersectsNode(run));
    if (!runs.length) return null;
    const end = (run) => Number(run.dataset.at) + [...run.textContent].length;
    const start = runs[0].contains(range.startContainer) ? offset(range.startContainer, range.startOffset) : Number(runs[0].dataset.at);
    const last = runs[runs.length - 1];
    const stop = last.contains(range.endContainer) ? offset(range.endContainer, range.endOffset) : end(last);
    return stop > start ? { start, end: stop, quote: selection.toString().trim() } : null;
  };
  const offer = () => {
    chosen = selected();
    pick.hidden = !chosen || !dialog;
    if (pick.hidden) return;
    const box = getSelection().getRangeAt(0).getBoundingClientRect();
    pick.style.left = Math.max(8, Math.min(box.right + scrollX - 60, innerWidth - 140)) + "px";
    pick.style.top = box.bottom + scrollY + 6 + "px";
  };
  document.addEventListener("mouseup", () => setTimeout(offer));
  document.addEventListener("keyup", (event) => { if (event.shiftKey || event.key === "Shift") offer(); });

  const add = (place) => {
    if (!dialog || !place) return;
    pick.hidden = true;
    dialog.querySelector("[name=start]").value = place.start;
    dialog.querySelector("[name=end]").value = place.end;
    dialog.querySelector("#added-quote").textContent = place.quote;
    dialog.showModal();
    dialog.querySelector("[name=message]").focus();
  };
  pick?.addEventListener("click", () => add(chosen));
  const clausePlace = (clause) => {
    const runs = [...clause.querySelectorAll("[data-at]")];
    if (!runs.length) return null;
    const last = runs[runs.length - 1];
    return {
      start: Number(runs[0].dataset.at), end: Number(last.dataset.at) + [...last.textContent].length,
      quote: runs.map((run) => run.textContent).join("").slice(0, 400),
    };
  };
  text.addEventListener("click", (event) => {
    const button = event.target.closest(".add");
    if (button) add(clausePlace(button.closest(".clause")));
  });
  document.querySelectorAll("dialog [data-close]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));

  // --- keys
  const keys = {
    j: () => step(1), k: () => step(-1),
    a: () => here && decide(here, "accepted"), r: () => here && reject(here), u: () => here && decide(here, "undecided"),
    c: () => here && openRemark(here),
    n: () => add(chosen ?? selected() ?? (here && clausePlace(text.querySelector(`[data-clause="${CSS.escape(here.dataset.clause)}"]`) ?? text))),
    o: () => here?.querySelectorAll("details").forEach((part) => { part.open = !part.open; }),
    l: () => bench.querySelector("#letter")?.click(),
    "?": () => document.getElementById("shortcuts").showModal(),
  };
  const reject = (item) => {
    const form = item.querySelector("form.decide");
    if (!form) return;
    open(form.querySelector(".reasons"));
    form.querySelector("[name=reason]").focus();
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Enter" && event.ctrlKey && typing?.form) {
      event.preventDefault();
      const form = typing.form;
      form.requestSubmit(form.querySelector(form.classList.contains("decide") ? "[value=rejected]" : "[type=submit]"));
      return;
    }
    if (event.key === "Escape" && typing && typing.closest(".finding")) {
      typing.closest(".finding").focus();
      return;
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.getElementById("help")?.addEventListener("click", keys["?"]);
  bench.querySelector("#versions")?.addEventListener("change", (event) => { location.href = event.target.value; });

  const start = document.getElementById(location.hash.slice(1));
  go(start?.classList.contains("finding") ? start : all().find((item) => item.dataset.decision === "undecided") ?? all()[0], false);
})();
