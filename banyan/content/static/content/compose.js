// Composer: each chosen photo gets a field for its description, kept when another one is taken out.

for (const box of document.querySelectorAll("[data-drop][data-alt-label]")) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector("[data-previews]");
  if (!input || !list) continue;
  const said = new Map();
  const nameOf = (file) => `${file.name}:${file.size}:${file.lastModified}`;

  const dress = () => {
    const most = Number(box.dataset.most);
    if (input.files.length > most) {
      const few = new DataTransfer();
      [...input.files].slice(0, most).forEach((file) => few.items.add(file));
      input.files = few.files;
      input.dispatchEvent(new Event("change"));
      return;
    }
    [...list.children].forEach((item, i) => {
      const file = input.files[i];
      if (!file || item.querySelector("input")) return;
      const key = nameOf(file);
      const field = Object.assign(document.createElement("input"), {
        name: "alt",
        maxLength: 300,
        placeholder: box.dataset.altLabel,
        value: said.get(key) ?? "",
      });
      field.setAttribute("aria-label", `${box.dataset.altLabel}: ${file.name}`);
      field.addEventListener("input", () => said.set(key, field.value));
      item.prepend(field);
      const picture = item.querySelector("img");
      if (picture) item.prepend(picture);
    });
  };
  new MutationObserver(dress).observe(list, { childList: true });
  dress();
}

// The search button looks the shop up in place; without scripts it loads the page anew.

for (const button of document.querySelectorAll("button[name=find]")) {
  const field = button.form?.querySelector("input[name=q]");
  button.addEventListener("click", (event) => {
    if (!field || !window.htmx) return;
    event.preventDefault();
    field.dispatchEvent(new Event("search", { bubbles: true }));
  });
}

// What was ticked while the list was on its way stays ticked in the list that comes.

const choices = document.getElementById("product-choices");
if (choices) {
  const ticks = () => [...choices.querySelectorAll("input[name=product]")];
  let kept = [];
  choices.addEventListener("htmx:beforeSwap", () => {
    kept = ticks().filter((tick) => tick.checked).map((tick) => tick.value);
  });
  choices.addEventListener("htmx:afterSwap", () => {
    for (const tick of ticks()) if (kept.includes(tick.value)) tick.checked = true;
  });
}
