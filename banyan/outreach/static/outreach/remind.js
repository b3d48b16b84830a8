// "Remind me": asks the browser only after this press, then tells the site where to call.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const can = isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const say = (words, tone = "") => document.dispatchEvent(new CustomEvent("toast", { detail: { text: words, tone } }));

async function post(url, fields = {}) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Idempotency-Key": crypto.randomUUID(), Accept: "application/json" },
    body: new URLSearchParams(fields),
  });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function subscribe(box, topic) {
  if ((await Notification.requestPermission()) !== "granted") {
    say(box.dataset.refused, "bad");
    return false;
  }
  const { key } = await post(box.dataset.keyUrl);
  const worker = await navigator.serviceWorker.ready;
  let held = await worker.pushManager.getSubscription();
  const known = held?.options.applicationServerKey;
  if (held && known && text(known) !== key) {
    await held.unsubscribe(); // the site has another key now
    held = null;
  }
  held ??= await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  await post(box.dataset.devicesUrl, { endpoint: held.endpoint, p256dh: text(held.getKey("p256dh")), auth: text(held.getKey("auth")), topic });
  return true;
}

for (const box of document.querySelectorAll("[data-remind]:not([data-ready])")) {
  box.dataset.ready = "1";
  if (!can || Notification.permission === "denied") {
    document.querySelectorAll("[data-push-none]").forEach((note) => (note.hidden = false));
    continue;
  }
  box.hidden = false;
  const button = box.querySelector("button");
  const go = async (topic) => {
    button.setAttribute("aria-busy", "true");
    try {
      if (await subscribe(box, topic)) say(box.dataset.said);
      else return false;
    } catch {
      say(box.dataset.failed, "bad");
      return false;
    } finally {
      button.removeAttribute("aria-busy");
    }
    return true;
  };
  button.addEventListener("click", () => go(box.dataset.remind));
  // A switch for this device is such a press, too; without a yes of the browser it springs back.
  document.querySelectorAll("[data-push]").forEach((tick) =>
    tick.addEventListener("change", async () => {
      if (!tick.checked || Notification.permission === "granted") return;
      tick.checked = await go("");
    }),
  );
}
