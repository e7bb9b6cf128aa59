// The sheet beside the text follows what is typed, by the same reading as the exported file.
"use strict";
(() => {
  const form = document.querySelector("form[data-letter]");
  const sheet = document.getElementById("sheet");
  if (!form || !sheet) return;
  const field = form.elements.text;
  const kindOf = (line, index, last) => {
    if (index === 0) return "title";
    if (/^（代拟稿/.test(line)) return "note";
    if (index > last) return "sign";
    if (/^　　[一二三四五六七八九十百]+、/.test(line)) return "head";
    return line.startsWith("　　") ? "body" : "to";
  };
  const draw = () => {
    const lines = field.value.split("\n").filter((line) => line.trim());
    const last = lines.reduce((found, line, index) => (/^　　\S/.test(line) ? index : found), lines.length);
    sheet.replaceChildren(...lines.map((line, index) => {
      const kind = kindOf(line, index, last);
      const part = document.createElement(kind === "title" ? "h2" : kind === "head" ? "h3" : "p");
      part.textContent = line.trim();
      part.className = kind;
      return part;
    }));
  };
  const grow = () => { field.style.height = "auto"; field.style.height = field.scrollHeight + 4 + "px"; };
  let dirty = false;
  grow();
  field.addEventListener("input", () => { dirty = true; grow(); draw(); });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const save = form.querySelector("[value=save]");
    if (save) form.requestSubmit(save);
  });
})();
