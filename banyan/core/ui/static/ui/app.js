// What every page does by itself: busy buttons, toasts, menus, dialogs, keys, optimistic likes.
// Pages work without it.

const $ = (query, root = document) => root.querySelector(query);
const $$ = (query, root = document) => [...root.querySelectorAll(query)];
const words = () => $("#toasts")?.dataset ?? {};

export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16)); // plain http on a home network
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return [...b].map((x, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + x.toString(16).padStart(2, "0")).join("");
}

// Toasts

export function toast(text, { undo = "", tone = "" } = {}) {
  const place = $("#toasts");
  if (!place || !text) return;
  const box = document.createElement("div");
  box.className = `toast ${tone}`;
  const said = document.createElement("span");
  said.textContent = text;
  box.append(said);
  if (undo) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = undo;
    const key = Object.assign(document.createElement("input"), { type: "hidden", name: "form_key", value: newKey() });
    const button = document.createElement("button");
    button.className = "btn ghost sm";
    button.textContent = words().undo;
    form.append(key, button);
    box.append(form);
  }
  place.append(box);
  linger(box);
}

function linger(box) {
  let timer;
  const leave = () => {
    box.classList.add("leaving");
    setTimeout(() => box.remove(), 260);
  };
  const start = () => (timer = setTimeout(leave, box.querySelector("form") || box.matches(".bad") ? 12000 : 7000));
  const stop = () => clearTimeout(timer);
  box.addEventListener("pointerenter", stop);
  box.addEventListener("pointerleave", start);
  box.addEventListener("focusin", stop);
  box.addEventListener("focusout", start);
  const close = document.createElement("button");
  close.className = "btn icon ghost sm";
  close.setAttribute("aria-label", words().close ?? "×");
  close.textContent = "×";
  close.addEventListener("click", leave);
  box.append(close);
  start();
}
$$(".toasts > .toast").forEach(linger);
document.addEventListener("toast", (event) => toast(event.detail?.text, event.detail ?? {}));

// Busy: within the same frame, same width, never twice

const buttonOf = (form, submitter) => submitter ?? $("button:not([type=button]), input[type=submit]", form);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("hx-post") || form.dataset.open) return;
  if (form.dataset.sent) return event.preventDefault();
  if (!navigator.onLine && form.method === "post") {
    event.preventDefault();
    return toast(words().offline, { tone: "bad" });
  }
  form.dataset.sent = "1";
  buttonOf(form, event.submitter)?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  // Come back to, sent again as it stands: the same key, so nothing is done twice. Once edited it is a new wish.
  $$("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.addEventListener("input", () => keyField(form) && (keyField(form).value = newKey()), { once: true });
  });
  $$("[aria-busy=true]").forEach((button) => button.removeAttribute("aria-busy"));
});

// htmx: the form's key travels as a header; a new one once it has done its work

const keyField = (element) => element.closest?.("form")?.querySelector("input[name=form_key]");
// The form that a request sends: a field that only looks something up leaves its form free to be sent meanwhile.
const formSentBy = ({ target, detail }) => {
  const form = target.closest?.("form");
  return detail.requestConfig?.verb === "get" && target !== form ? null : form;
};

document.addEventListener("htmx:configRequest", ({ detail, target }) => {
  if (detail.verb === "get") return;
  // A bare hx-post goes where its form goes without us.
  if (target.getAttribute("hx-post") === "") detail.path = target.getAttribute("action");
  detail.headers["Idempotency-Key"] = keyField(target)?.value ?? newKey();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = formSentBy(event);
  if (form?.matches("[data-optimistic]")) return flip(form);
  if (!form) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  buttonOf(form, event.detail.requestConfig?.triggeringEvent?.submitter)?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { detail } = event;
  const form = formSentBy(event);
  if (!form) return;
  delete form.dataset.sent;
  $$("[aria-busy=true]", form).forEach((button) => button.removeAttribute("aria-busy"));
  if (detail.successful && keyField(form)) keyField(form).value = newKey();
  if (form.dataset.flipped) {
    if (!detail.successful) flip(form, true);
    delete form.dataset.flipped;
  }
});
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, ({ detail }) => {
    if (!detail.xhr?.getResponseHeader?.("HX-Trigger")) toast(navigator.onLine ? words().failed : words().offline, { tone: "bad" });
  });
}

// Likes, follows, votes: changed at once, put back on failure

function flip(form, back = false) {
  const button = $("[aria-pressed]", form);
  if (!button) return;
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  const count = $("[data-count]", form);
  if (count && /^\d+$/.test(count.textContent)) count.textContent = Number(count.textContent) + (on ? 1 : -1);
  if (!back) form.dataset.flipped = "1";
}

// Dialogs and menus

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  const dialog = opener && document.getElementById(opener.dataset.open);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.matches("dialog.sheet")) event.target.close(); // the backdrop
  $$("details.menu[open]").forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  morph(event.target.closest("a"));
});
document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.("details.menu[open]")) $$("details.menu[open]").forEach((menu) => menu === target || menu.contains(target) || menu.removeAttribute("open"));
}, true);

// The photo you pressed becomes the photo of the next page

function morph(link) {
  const photo = link?.matches("[data-morph]") ? $("img", link) : link?.closest("article")?.querySelector("[data-morph] img");
  if (!photo) return;
  photo.style.viewTransitionName = "morph-photo";
  setTimeout(() => (photo.style.viewTransitionName = ""), 2000);
}

// Keys: can be switched off, never while writing

const keysOn = () => { try { return localStorage.getItem("keys") !== "off"; } catch { return true; } };
const keysSwitch = $("[data-keys-switch]");
if (keysSwitch) {
  keysSwitch.checked = keysOn();
  keysSwitch.addEventListener("change", () => { try { localStorage.setItem("keys", keysSwitch.checked ? "on" : "off"); } catch { /* private window */ } });
}
let lastG = 0;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = $$("details.menu[open]").at(-1);
    if (menu) { menu.removeAttribute("open"); $("summary", menu)?.focus(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysOn()) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  if (event.key === "/") {
    const field = $$("[data-search]").find((one) => one.checkVisibility?.() ?? true);
    const link = $("[data-search-link]");
    if (field || link) event.preventDefault();
    field ? field.focus() : link?.click();
  } else if (event.key === "?") {
    $("#keys")?.showModal();
  } else if (event.key === "g") {
    lastG = event.timeStamp;
    return;
  } else if (event.timeStamp - lastG < 1200) {
    $(`[data-go="${CSS.escape(event.key)}"]`)?.click();
  }
  lastG = 0;
});

// A form that came back with errors takes focus

$("[data-focus]")?.focus();
document.addEventListener("htmx:afterSwap", ({ target }) => $("[data-focus]", target)?.focus());

// The worker that keeps what was read for when there is no connection, and rings when it is called

const worker = $("link[rel=manifest][data-worker]")?.dataset.worker;
if (worker && isSecureContext && "serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));
}
