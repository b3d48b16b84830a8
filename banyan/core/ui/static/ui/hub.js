// The live wire of a page: one socket for all its lanes. It comes back by itself, goes on from the last number, and
// takes plain HTTP where sockets cannot get through. Pages work without it.
//
//   <section data-lane="feed:01h…" data-after="41">   what is said there arrives as an event "note" on the element:
//   detail {lane, do, n, b}; do "resync" (some is gone: load anew) and "back" (we were away) come from here.
//   A module lets others hear something by dispatching "say" with its detail on the element.

const SILENCE = 70000; // the server gives a sign of life every 25 s
const words = () => document.getElementById("toasts")?.dataset ?? {};
const lanes = new Map(); // name -> {after, elements}
let wire = null;
let isOpen = false;
let wasOpen = false;
let failures = 0;
let timer = 0;
let watch = 0;
let mourning = 0;

function tell(lane, note) {
  for (const element of lane.elements) element.dispatchEvent(new CustomEvent("note", { detail: note, bubbles: true }));
}

function heard(text) {
  clearTimeout(watch);
  watch = setTimeout(lost, SILENCE);
  let note;
  try { note = JSON.parse(text); } catch { return; }
  const lane = lanes.get(note.lane);
  if (!lane) return note.do === "slow" ? lost() : undefined;
  if (note.do === "joined" || note.do === "resync") {
    lane.after = note.n ?? lane.after;
    if (note.do === "joined" && lane.away) tell(lane, { ...note, do: "back" });
    lane.away = false;
  } else if (note.do === "refused" || note.do === "out") {
    lane.closed = true;
  } else if (note.n !== undefined) {
    if (lane.after !== null && note.n <= lane.after) return; // heard before
    lane.after = note.n;
  }
  tell(lane, note);
}

const open = () => [...lanes].filter(([, lane]) => !lane.closed);

function connect() {
  clearTimeout(timer);
  if (wire || !open().length) return;
  if (failures >= 2 && !wasOpen && window.EventSource) return listen();
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  wire = { close: () => socket.close(), send: (said) => socket.readyState === 1 && socket.send(JSON.stringify(said)) };
  socket.onopen = () => {
    wasOpen = true;
    wire.send({ join: Object.fromEntries(open().map(([name, lane]) => [name, lane.after])) });
    arrived();
  };
  socket.onmessage = ({ data }) => heard(data);
  socket.onclose = ({ code }) => (code === 4001 ? end() : lost());
  watch = setTimeout(lost, SILENCE);
}

function listen() {
  const query = open().map(([name, { after }]) => `lane=${encodeURIComponent(after === null ? name : `${name}~${after}`)}`);
  const source = new EventSource(`/ws/events?${query.join("&")}`);
  wire = { close: () => source.close(), send: () => {} };
  source.onopen = arrived;
  source.onmessage = ({ data }) => heard(data);
  source.onerror = lost;
}

function arrived() {
  isOpen = true;
  failures = 0;
  clearTimeout(mourning);
  mourning = 0;
  document.querySelector(".wire")?.remove();
}

function lost() {
  const old = wire;
  wire = null;
  clearTimeout(watch);
  if (!old) return;
  old.close();
  failures += 1;
  for (const [, lane] of open()) lane.away ||= isOpen;
  if (isOpen || failures > 1) mourning ||= setTimeout(mourn, 3000);
  isOpen = false;
  // Sooner or later than the others, so that a site that restarts is not overrun.
  timer = setTimeout(connect, Math.min(30000, 500 * 2 ** (failures - 1)) * (0.5 + Math.random()));
}

function end() {
  wire?.close();
  wire = null;
  clearTimeout(watch);
}

function mourn() {
  if (document.querySelector(".wire") || !words().reconnecting) return;
  const said = document.createElement("p");
  said.className = "wire";
  said.setAttribute("role", "status");
  said.textContent = words().reconnecting;
  document.body.append(said);
}

function find() {
  let isNew = false;
  for (const element of document.querySelectorAll("[data-lane]")) {
    const name = element.dataset.lane;
    const after = element.dataset.after ? Number(element.dataset.after) : null;
    const lane = lanes.get(name) ?? { after, elements: new Set(), away: false, closed: false };
    if (lane.elements.has(element)) continue;
    lane.elements.add(element);
    if (!lanes.has(name)) {
      lanes.set(name, lane);
      isNew = true;
      if (isOpen) wire?.send({ join: { [name]: after } });
    }
  }
  for (const [, lane] of lanes) for (const element of lane.elements) if (!element.isConnected) lane.elements.delete(element);
  if (isNew) connect();
}

document.addEventListener("say", ({ target, detail }) => {
  const lane = target.closest?.("[data-lane]")?.dataset.lane;
  if (lane && isOpen) wire?.send({ lane, say: detail });
});
document.addEventListener("htmx:afterSwap", find);
addEventListener("online", () => { failures = Math.min(failures, 1); connect(); });
addEventListener("pagehide", () => { for (const [, lane] of open()) lane.away = true; isOpen = false; end(); });
addEventListener("pageshow", ({ persisted }) => persisted && connect());
find();
