// Writing: drafts kept on this device, a small Markdown toolbar, previews of chosen files.

const $$ = (query, root = document) => [...root.querySelectorAll(query)];
const words = document.getElementById("toasts")?.dataset ?? {};
const store = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* private window */ } },
};

// Drafts: [data-draft="key"]. Gone once the form has gone through.

const SENT = "draft-sent";
const sentKeys = () => (store.get(SENT) ?? "").split("\n").filter(Boolean);
function draft(field) {
  const key = `draft:${field.dataset.draft}`;
  const kept = store.get(key);
  if (kept && !field.value) {
    field.value = kept;
    note(field);
  }
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { store.set(key, field.value); note(field); }, 400);
  });
  field.form?.addEventListener("submit", () => { clearTimeout(timer); store.set(SENT, [...sentKeys(), key].join("\n")); });
  field.form?.addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.successful) store.set(key, ""); });
}
function note(field) {
  const place = field.closest(".editor")?.querySelector(".kept");
  if (place) place.textContent = words.kept ?? "";
}
for (const sent of sentKeys()) {
  const still = $$("[data-draft]").find((field) => `draft:${field.dataset.draft}` === sent);
  if (!still?.closest("form")?.querySelector("[aria-invalid], .errors")) store.set(sent, "");
}
store.set(SENT, "");

// Toolbar: plain Markdown signs around what is selected

const each = (sign) => (text) => [text.split("\n").map((line) => sign + line).join("\n"), sign.length];
const MARKS = {
  bold: (text) => [`**${text || "…"}**`, 2],
  quote: each("> "),
  list: each("- "),
  link: (text) => [`[${text || "…"}](https://)`, 1],
};
function editor(field) {
  const tools = field.closest(".editor")?.querySelector(".tools");
  if (!tools) return;
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const make = MARKS[event.target.closest("[data-md]")?.dataset.md];
    if (!make) return;
    const { selectionStart: a, selectionEnd: b, value } = field;
    const [text, step] = make(value.slice(a, b));
    field.focus();
    if (!document.execCommand("insertText", false, text)) field.setRangeText(text, a, b, "end"); // the first can be undone
    if (a === b) field.setSelectionRange(a + step, a + step + (text.includes("…") ? 1 : 0));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// Files: what was chosen, with a way to take it out again

function drop(box) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector("[data-previews]");
  if (!input || !list) return;
  const show = () => {
    $$("img", list).forEach((img) => URL.revokeObjectURL(img.src));
    list.replaceChildren(...[...input.files].map((file, i) => {
      const item = document.createElement("li");
      if (file.type.startsWith("image/")) {
        const picture = Object.assign(document.createElement("img"), { alt: file.name, src: URL.createObjectURL(file) });
        item.append(picture);
      } else {
        item.append(Object.assign(document.createElement("span"), { textContent: file.name }));
      }
      const out = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      out.setAttribute("aria-label", `${words.remove ?? ""} ${file.name}`.trim());
      out.addEventListener("click", () => {
        const rest = new DataTransfer();
        [...input.files].forEach((other, j) => j === i || rest.items.add(other));
        input.files = rest.files;
        show();
        input.focus();
      });
      item.append(out);
      return item;
    }));
  };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) box.addEventListener(name, () => box.classList.add("over"));
  for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("over"));
  show();
}

function wake(root = document) {
  for (const [query, start] of [["textarea[data-editor]", editor], ["[data-draft]", draft], ["[data-drop]", drop]]) {
    for (const element of $$(query, root)) {
      if (element.dataset.awake?.includes(start.name)) continue;
      element.dataset.awake = `${element.dataset.awake ?? ""} ${start.name}`;
      start(element);
    }
  }
}
wake();
document.addEventListener("htmx:load", ({ target }) => wake(target));
