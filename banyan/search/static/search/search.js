// Suggestions while typing, as the browser's own list; and the note that this search was made.

let list;
for (const field of document.querySelectorAll("input[data-suggest]")) {
  list ??= document.body.appendChild(Object.assign(document.createElement("datalist"), { id: "search-said" }));
  field.setAttribute("list", list.id);
  let timer, asked = "";
  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.isComposing || event.inputType === "insertReplacementText") return;
    timer = setTimeout(async () => {
      const words = field.value.trim();
      if (!words || words === asked) return;
      asked = words;
      try {
        const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(words)}`);
        if (!answer.ok || words !== field.value.trim()) return;
        const { said } = await answer.json();
        list.replaceChildren(...said.map((value) => Object.assign(document.createElement("option"), { value })));
      } catch { /* typing goes on without */ }
    }, 160);
  });
}

const ticket = document.querySelector("[data-ticket]");
if (ticket) {
  fetch(ticket.dataset.noted, { method: "POST", keepalive: true, body: new URLSearchParams({ ticket: ticket.dataset.ticket }) }).catch(() => {});
}
