// Talking: names offered after an @, and menus of reactions that close once one is chosen.
// Without scripts names are typed by hand and reactions have a page of their own.

const $$ = (query, root = document) => [...root.querySelectorAll(query)];

// Names: a list below the field, chosen with arrows and Enter, or by pressing

const BEFORE = /(?:^|[^\w@./+-])@([^@\n]{1,40})$/;

function names(field) {
  const list = document.createElement("ul");
  list.className = "names card";
  list.id = `names-${field.id}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels?.[0]?.textContent.trim() ?? "");
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let at = -1, chosen = 0, timer, asked = "";

  const hide = () => {
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (n) => {
    const rows = [...list.children];
    chosen = (n + rows.length) % rows.length;
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === chosen)));
    field.setAttribute("aria-activedescendant", rows[chosen].id);
  };
  const take = (row) => {
    field.setRangeText(`@${row.dataset.said} `, at, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    hide();
    field.focus();
  };
  const show = (found) => {
    list.replaceChildren(...found.map((one, i) => {
      const row = document.createElement("li");
      row.id = `${list.id}-${i}`;
      row.dataset.said = one.said;
      row.setAttribute("role", "option");
      const name = document.createElement("b");
      name.textContent = one.name;
      row.append(name);
      if (one.said !== one.name) row.append(Object.assign(document.createElement("span"), { textContent: ` #${one.number}` }));
      row.addEventListener("pointerdown", (event) => { event.preventDefault(); take(row); });
      return row;
    }));
    list.hidden = !found.length;
    if (found.length) mark(0);
  };
  const look = async () => {
    const begun = field.value.slice(0, field.selectionEnd).match(BEFORE);
    if (!begun || field.selectionStart !== field.selectionEnd) return hide();
    at = field.selectionEnd - begun[1].length - 1;
    asked = begun[1];
    try {
      const answer = await fetch(`${field.dataset.names}?q=${encodeURIComponent(asked)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || begun[1] !== asked) return;
      show((await answer.json()).names);
    } catch { hide(); }
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 120); });
  field.addEventListener("blur", () => setTimeout(hide, 120));
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(chosen + step);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen]);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
$$("textarea[data-names]").forEach(names);

// Reactions

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches?.("a.act[hx-get]")) return;
  const open = event.target.closest(".acts")?.querySelector(".picker");
  if (!open) return;
  event.preventDefault();
  open.remove();
});
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!detail.successful) return;
  target.closest?.(".picker")?.remove();
  target.closest?.("details.react")?.removeAttribute("open");
});
