// A room, live: what others say, change and take back; who is here, who is writing; sending without leaving the page.

const pad = document.querySelector(".chat-room");
const list = pad?.querySelector("[data-messages]");
const language = document.documentElement.lang || "en";
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const key = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))]
  .map((b, i) => (i === 6 ? (b & 15) | 64 : i === 8 ? (b & 63) | 128 : b))
  .map((b, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + b.toString(16).padStart(2, "0")).join("");
const toast = (detail) => document.dispatchEvent(new CustomEvent("toast", { detail }));

const isLow = () => pad.scrollHeight - pad.scrollTop - pad.clientHeight < 120;
const down = () => (pad.scrollTop = pad.scrollHeight);

// Messages

function build(note) {
  const row = pad.querySelector("template[data-message]").content.firstElementChild.cloneNode(true);
  const mine = note.by === pad.dataset.me;
  row.id = `m-${note.id}`;
  row.dataset.pk = note.pk;
  row.dataset.by = note.by;
  row.classList.toggle("mine", mine);
  const face = row.querySelector(".av");
  face.classList.add(`h${note.hue}`);
  if (note.picture) face.append(Object.assign(document.createElement("img"), { src: note.picture, alt: "", width: 32, height: 32 }));
  else face.textContent = [...note.name][0]?.toUpperCase() ?? "·";
  row.querySelector(".by b").textContent = note.name;
  const time = row.querySelector("time");
  const at = new Date(note.at);
  time.dateTime = note.at;
  time.textContent = clock.format(at);
  if (note.edited) row.querySelector("[data-was]").textContent = ` · ${pad.dataset.edited}`;
  const words = row.querySelector(".bubble");
  words.innerHTML = note.html; // cleaned by the server, as on the page
  if (note.lang && !language.startsWith(note.lang.slice(0, 2))) words.lang = note.lang;
  for (const part of row.querySelectorAll(mine ? "[data-theirs]" : "[data-mine]")) part.remove();
  for (const part of row.querySelectorAll("[href], [action]")) {
    const name = part.hasAttribute("href") ? "href" : "action";
    part.setAttribute(name, part.getAttribute(name).replace("0".repeat(26), note.id));
  }
  for (const field of row.querySelectorAll("input[name=form_key]")) field.value = key();
  return row;
}

function gone(note) {
  const row = document.createElement("li");
  row.className = "msg";
  row.id = `m-${note.id}`;
  row.dataset.pk = note.pk;
  const said = Object.assign(document.createElement("p"), { className: "gone mut xs-t" });
  said.textContent = { deleted: pad.dataset.gone, erased: pad.dataset.erased }[note.state] ?? pad.dataset.hidden;
  row.append(said);
  return row;
}

function put(note) {
  const old = document.getElementById(`m-${note.id}`);
  const stay = !isLow();
  if (note.state === "held") { // it waits for a look: its author's own page says so
    if (!old?.classList.contains("mine")) old?.remove();
    return;
  }
  const row = note.state === "sent" ? build(note) : gone(note);
  if (old) {
    row.classList.toggle("mine", old.classList.contains("mine") || row.classList.contains("mine"));
    old.replaceWith(row);
    return;
  }
  if (note.state !== "sent") return;
  const rows = [...list.children];
  const next = rows.find((one) => Number(one.dataset.pk) > note.pk);
  if (!next && rows.length && note.pk < Number(rows[0].dataset.pk)) return; // older than this page
  next ? next.before(row) : list.append(row);
  pad.querySelector("[data-quiet]").hidden = true;
  writers.delete(note.by);
  showWriters();
  if (note.by !== pad.dataset.me) {
    pad.querySelector("[data-aloud]").textContent = `${note.name}: ${row.querySelector(".bubble").textContent.trim()}`;
    read(note.pk);
  }
  if (!stay || note.by === pad.dataset.me) down();
}

let reading = 0;
function read(upto) {
  if (document.visibilityState !== "visible") return;
  clearTimeout(reading);
  reading = setTimeout(() => fetch(pad.dataset.read, { method: "POST", body: new URLSearchParams({ upto }) }).catch(() => {}), 600);
}
document.addEventListener("visibilitychange", () => {
  const last = list?.lastElementChild?.dataset.pk;
  if (last) read(last);
});

// Who is here, who writes

const writers = new Map();
function showWriters() {
  const names = [...writers.values()].map(({ name }) => name);
  pad.querySelector("[data-typing]").textContent = names.length ? pad.dataset.writing.replace("{name}", names.slice(0, 3).join(", ")) : "";
}

pad?.addEventListener("note", ({ detail: note }) => {
  if (note.do === "message") put(note.b);
  else if (note.do === "presence") {
    const place = document.querySelector("[data-here-now]");
    if (place) place.textContent = pad.dataset.here.replace("{n}", note.b.count);
  } else if (note.do === "said" && note.b.id !== pad.dataset.me) {
    clearTimeout(writers.get(note.b.id)?.timer);
    const timer = setTimeout(() => { writers.delete(note.b.id); showWriters(); }, 4000);
    writers.set(note.b.id, { name: note.b.name, timer });
    showWriters();
  } else if (note.do === "resync" || note.do === "out") {
    if (!document.querySelector("[data-say] textarea")?.value) location.reload();
  }
});

// Sending

const form = document.querySelector("[data-say]");
const field = form?.querySelector("textarea");
let told = 0;
field?.addEventListener("input", () => {
  if (!field.value || Date.now() - told < 2500 || "asked" in pad.dataset) return; // to read a request tells nobody
  told = Date.now();
  pad.dispatchEvent(new CustomEvent("say", { detail: { typing: true }, bubbles: true }));
});
field?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  if (field.value.trim()) form.requestSubmit();
});
form?.addEventListener("submit", async (event) => {
  if (!pad.dataset.lane) return; // an older page: the form goes its plain way
  event.preventDefault();
  if (form.dataset.busy || !field.value.trim()) return;
  const problem = form.querySelector("[data-error]");
  const button = form.querySelector("button");
  form.dataset.busy = "1";
  button.setAttribute("aria-busy", "true");
  problem.textContent = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.detail);
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    form.querySelector("input[name=form_key]").value = key();
    if (said.held) return location.reload(); // only its author sees it, and reads there why
    setTimeout(() => document.getElementById(`m-${said.id}`) || location.reload(), 4000); // the wire is down: look again
  } catch (error) {
    const spoken = document.getElementById("toasts")?.dataset ?? {};
    problem.textContent = error instanceof TypeError ? spoken.offline : error.message || spoken.failed;
  }
  delete form.dataset.busy;
  button.removeAttribute("aria-busy");
  field.focus();
});

// Taking back, with the way to undo it

list?.addEventListener("submit", async (event) => {
  const erase = event.target.closest("[data-delete]");
  if (!erase) return;
  event.preventDefault();
  const answer = await fetch(erase.action, { method: "POST", body: new URLSearchParams(new FormData(erase)), headers: { Accept: "application/json" } }).catch(() => null);
  const said = await answer?.json().catch(() => ({}));
  if (!answer?.ok) return toast({ text: said?.detail ?? document.getElementById("toasts")?.dataset.failed, tone: "bad" });
  toast({ text: said.text, undo: said.undo });
});

if (pad && !location.hash.startsWith("#m-")) down();
