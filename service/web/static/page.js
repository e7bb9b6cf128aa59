// Small manners of every page: ask before what cannot be taken back, wait for a running review, print, filter on change.
"use strict";
(() => {
  document.addEventListener("submit", (event) => {
    const asked = (event.submitter ?? event.target).dataset.ask ?? event.target.dataset.ask;
    if (asked && !confirm(asked)) event.preventDefault();
  });
  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => print()));
  document.querySelectorAll("[data-dialog]").forEach((button) => button.addEventListener("click", () => document.getElementById(button.dataset.dialog).showModal()));
  document.querySelectorAll("dialog [data-close]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));
  document.querySelectorAll("form.filters select").forEach((field) => field.addEventListener("change", () => field.form.requestSubmit()));

  const waiting = document.querySelector("[data-wait]");
  if (!waiting) return;
  let pause = 1000;
  const ask = async () => {
    try {
      const reply = await fetch(waiting.dataset.wait, { headers: { Accept: "application/json" } });
      if (reply.ok && (await reply.json()).state !== waiting.dataset.state) return location.reload();
    } catch { /* the next attempt tells */ }
    pause = Math.min(pause * 1.3, 8000);
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
})();
