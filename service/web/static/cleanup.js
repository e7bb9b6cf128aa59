// A clean-up followed while it runs, and its list dealt with by mouse or by keyboard. Without script the forms still post.
"use strict";
(() => {
  const box = document.querySelector("[data-follow]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const said = box.querySelector(".said");
  let pause = 1000;
  const ask = async () => {
    try {
      const reply = await fetch(box.dataset.follow, { headers: { Accept: "application/json" } });
      if (reply.ok) {
        const now = await reply.json();
        if (now.state !== box.dataset.state) return location.reload();
        bar.max = now.total;
        bar.value = now.done;
        if (said.textContent !== now.said) said.textContent = now.said;
      }
    } catch { /* the next attempt tells */ }
    pause = Math.min(pause * 1.2, 5000);
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
})();
(() => {
  const table = document.querySelector(".items");
  if (!table) return;
  document.documentElement.classList.add("js");
  const { toast, send } = server;
  const many = document.getElementById("many");
  const deciding = table.dataset.deciding === "yes";
  const final = ["继续有效", "修改", "废止", "宣布失效"];
  const all = [...table.querySelectorAll(".item")];
  let here = null;

  const go = (item, focus = true, scroll = true) => {
    if (!item) return;
    if (here && here !== item) {
      here.classList.remove("here");
      here.removeAttribute("aria-current");
    }
    here = item;
    item.classList.add("here");
    item.setAttribute("aria-current", "true");
    if (focus) item.focus({ preventScroll: true });
    if (!scroll) return;
    item.scrollIntoView({ block: "nearest" });
    history.replaceState(null, "", "#" + item.id);
  };
  const step = (by) => go(all[Math.min(Math.max(all.indexOf(here) + by, 0), all.length - 1)]);

  const counted = () => {
    if (!many) return;
    const picked = table.querySelectorAll("[name=picked]:checked").length;
    const button = many.querySelector("[data-many]");
    button.disabled = !picked;
    button.textContent = picked ? `确认所选 ${picked} 件` : "确认所选";
  };

  const show = (item, answer) => {
    const before = item.dataset.verdict;
    item.dataset.verdict = answer.verdict;
    item.querySelectorAll("[name=revision]").forEach((field) => { field.value = answer.revision; });
    const pick = item.querySelector("[name=picked]");
    if (pick) {
      pick.value = item.id.slice(1) + "-" + answer.revision;
      pick.checked = false;
      pick.disabled = answer.verdict === "confirm";
    }
    const verdict = item.querySelector(".verdict");
    verdict.textContent = answer.words;
    verdict.className = "verdict state " + answer.style;
    item.querySelector(".past").textContent = answer.past;
    const done = document.getElementById("done");
    if (!before) done.textContent = Number(done.textContent) + 1;
    counted();
  };

  const decide = async (item, form, verdict) => {
    const note = form.elements.note;
    if (verdict !== "confirm" && !note.value.trim()) {
      form.dataset.wanted = verdict;
      note.focus();
      return toast(verdict === "defer" ? "请写明暂缓的理由，按 Enter 保存" : `更改为${form.elements.to.value}：请写明理由，按 Enter 保存`);
    }
    const answer = await send(form, { verdict });
    if (!answer) return;
    show(item, answer);
    if (note) note.value = "";
    delete form.dataset.wanted;
    toast(answer.words);
    const next = all.slice(all.indexOf(item) + 1).find((other) => !other.dataset.verdict);
    if (next) go(next);
    else item.focus({ preventScroll: true });
  };

  table.addEventListener("submit", (event) => {
    const item = event.target.closest(".item");
    if (!item) return;
    event.preventDefault();
    decide(item, event.target, event.submitter?.value ?? "change");
  });
  table.addEventListener("keydown", (event) => {
    if (event.target.name !== "note") return;
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      decide(event.target.closest(".item"), event.target.form, event.target.form.dataset.wanted ?? "change");
    } else if (event.key === "Escape") {
      event.target.closest(".item").focus({ preventScroll: true });
    }
  });
  table.addEventListener("click", (event) => {
    const item = event.target.closest(".item");
    if (!item || event.target.closest("button, a, input, select, label")) return;
    if (event.target.closest(".brief") && item === here) {
      item.classList.toggle("here");
      if (!item.classList.contains("here")) here = null;
      return;
    }
    go(item, !event.target.closest(".detail"));
  });
  table.addEventListener("focusin", (event) => {
    const item = event.target.closest(".item");
    if (item && item !== here && !event.target.matches("[name=picked]")) go(item, false);
  });
  table.addEventListener("change", (event) => { if (event.target.name === "picked") counted(); });

  const every = many?.querySelector("[data-all]");
  if (every) {
    every.hidden = false;
    every.addEventListener("click", () => {
      table.querySelectorAll("[name=picked]:not(:disabled)").forEach((box) => { box.checked = !box.closest(".item").dataset.verdict; });
      counted();
    });
  }

  const change = (to) => {
    const form = here.querySelector("form.changing");
    if (here.dataset.action === to) return toast(`建议就是${to}，按 a 确认`);
    form.elements.to.value = to;
    form.dataset.wanted = "change";
    form.elements.note.focus();
    toast(`更改为${to}：请写明理由，按 Enter 保存`);
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    a: () => {
      const form = here.querySelector("form.confirming");
      if (form) decide(here, form, "confirm");
      else toast("这一件没有建议，请更改为四种处理之一，或者暂缓", true);
    },
    d: () => decide(here, here.querySelector("form.changing"), "defer"),
    x: () => { here.querySelector("[name=picked]:not(:disabled)")?.click(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    const moving = event.key === "j" || event.key === "k";
    const act = keys[event.key] ?? (/^[1-4]$/.test(event.key) ? () => change(final[Number(event.key) - 1]) : null);
    if (!act || (!moving && (!deciding || !here))) return;
    event.preventDefault();
    act();
  });
  counted();
  const asked = location.hash && document.getElementById(location.hash.slice(1));
  if (all.includes(asked)) go(asked, deciding);
  else go(all.find((item) => !item.dataset.verdict) ?? all[0], deciding, false);
})();
