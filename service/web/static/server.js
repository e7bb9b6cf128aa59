// What the pages with hands share: a word to the person, and a form sent without leaving the page.
"use strict";
const server = (() => {
  const fade = (box, after) => setTimeout(() => box.remove(), after);
  document.querySelectorAll(".toast").forEach((box) => fade(box, 5000));
  const toast = (words, bad) => {
    document.querySelector(".toast")?.remove();
    const box = document.createElement("p");
    box.className = bad ? "toast bad" : "toast";
    box.setAttribute("role", bad ? "alert" : "status");
    box.textContent = words;
    document.body.append(box);
    fade(box, bad ? 6000 : 2200);
  };

  const send = async (form, fields) => {
    const data = new FormData(form);
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    const token = document.querySelector("meta[name=csrf]").content;
    let reply;
    try {
      reply = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json", "X-CSRF-Token": token },
      });
    } catch {
      toast("没有连上服务，没有保存。请检查网络后重试", true);
      return null;
    }
    const kind = reply.headers.get("Content-Type") ?? "";
    const answer = kind.includes("json") ? await reply.json() : null;
    if (reply.ok && answer) return answer;
    toast(answer?.detail ?? (reply.status === 401 || reply.redirected ? "登录已过期，请重新登录" : "没有保存成功，请刷新页面后重试"), true);
    return null;
  };
  return { toast, send };
})();
