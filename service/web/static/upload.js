// Files dropped or chosen, listed, sent with progress. Without script the same form posts by itself.
"use strict";
(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const zone = form.querySelector(".drop");
  const inputs = [...form.querySelectorAll("input[type=file]")];
  const named = inputs[0].name;
  const roleField = form.querySelector("#role");
  const list = form.querySelector(".files");
  const button = form.querySelector("[type=submit]");
  const bar = form.querySelector("progress");
  const said = form.querySelector(".said");
  const most = Number(form.dataset.maxBytes);
  const mostFiles = Number(form.dataset.maxFiles);
  const roles = new Map();
  const paths = new Map();
  const SHOWN = 200;
  let files = [];

  const size = (bytes) => (bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1048576).toFixed(1) + " MB");
  const nameOf = (file) => paths.get(file) || file.webkitRelativePath || file.name;
  const wrong = (file) => (file.size === 0 && roleField ? "空文件" : file.size > most ? "超过 " + size(most) : "");
  const draw = () => {
    list.replaceChildren(...files.slice(0, SHOWN).map((file, index) => {
      const line = document.createElement("li");
      const cell = (content, style) => {
        const part = document.createElement("span");
        part.textContent = content;
        part.className = style;
        return part;
      };
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "link";
      drop.textContent = "移除";
      drop.setAttribute("aria-label", "移除 " + nameOf(file));
      drop.addEventListener("click", () => { files.splice(index, 1); draw(); });
      const kind = wrong(file) ? cell(wrong(file), "bad") : packed(file.name) ? cell("逐一登记包内文件", "soft small") : roleField ? choice(file) : cell(/\.xlsx$/i.test(file.name) ? "发文目录" : "", "soft small");
      line.append(cell(nameOf(file), "name"), kind, cell(size(file.size), "soft num"), drop);
      return line;
    }));
    if (files.length > SHOWN) {
      const rest = document.createElement("li");
      rest.textContent = `另有 ${files.length - SHOWN} 个文件`;
      list.append(rest);
    }
    const many = files.length > mostFiles;
    said.textContent = many ? `一次最多 ${mostFiles} 个文件` : files.length ? `共 ${files.length} 个文件，${size(files.reduce((sum, file) => sum + file.size, 0))}` : "";
    button.disabled = !files.length || many || files.some(wrong);
  };
  const packed = (name) => /\.zip$/i.test(name);
  const choice = (file) => {
    const field = roleField.content.firstElementChild.cloneNode(true);
    field.setAttribute("aria-label", "材料种类：" + file.name);
    field.value = roles.get(file) ?? "";
    field.addEventListener("change", () => roles.set(file, field.value));
    return field;
  };
  const take = (chosen) => {
    const known = new Set(files.map((had) => nameOf(had) + "\n" + had.size));
    for (const file of chosen) {
      const mark = nameOf(file) + "\n" + file.size;
      if (/^(\.|~\$|thumbs\.db$|desktop\.ini$)/i.test(file.name) || known.has(mark)) continue;
      known.add(mark);
      files.push(file);
    }
    inputs.forEach((input) => { input.value = ""; });
    draw();
  };
  const walk = async (entry, into) => {
    if (entry.isFile) {
      const file = await new Promise((found, failed) => entry.file(found, failed));
      paths.set(file, entry.fullPath.slice(1));
      into.push(file);
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const batch = await new Promise((found, failed) => reader.readEntries(found, failed));
      if (!batch.length) return;
      for (const inner of batch) await walk(inner, into);
    }
  };
  const dropped = async (held) => {
    const entries = [...held.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (roleField || !entries.some((entry) => entry.isDirectory)) return take(held.files);
    const found = [];
    for (const entry of entries) await walk(entry, found);
    take(found);
  };
  inputs.forEach((input) => input.addEventListener("change", () => take(input.files)));
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.remove("over"); });
  zone.addEventListener("drop", (event) => dropped(event.dataTransfer));
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => event.preventDefault());

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    data.delete(named);
    data.delete("role");
    for (const file of files) {
      data.append(named, file, nameOf(file));
      if (roleField) data.append("role", roles.get(file) ?? "");
    }
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    bar.hidden = false;
    button.disabled = true;
    request.upload.addEventListener("progress", (step) => {
      bar.max = step.total;
      bar.value = step.loaded;
      said.textContent = step.loaded < step.total ? `正在上传 ${Math.floor((100 * step.loaded) / step.total)}%` : "已上传，正在登记…";
    });
    const fail = (words) => {
      bar.hidden = true;
      button.disabled = false;
      said.textContent = "";
      const box = form.querySelector(".notice.bad");
      box.hidden = false;
      box.querySelector("span").textContent = words;
      box.scrollIntoView({ block: "nearest" });
    };
    request.addEventListener("load", () => {
      if (request.status < 300 && request.response?.next) location.href = request.response.next;
      else fail(request.response?.detail ?? "提交没有成功，请稍后再试");
    });
    request.addEventListener("error", () => fail("没有连上服务，文件未提交。请检查网络后重试"));
    request.send(data);
  });
  draw();
})();
