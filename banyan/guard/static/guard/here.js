// A conversation counts as read once it has been looked at for a while: a number, no trail.

const place = document.querySelector("[data-read-here]");
const LOOKED_SECONDS = 8;
const key = `read-${place?.dataset.readHere}-${new Date().toISOString().slice(0, 10)}`;
let looked = 0;

function once() {
  try {
    if (sessionStorage.getItem(key)) return false;
    sessionStorage.setItem(key, "1");
  } catch { /* a browser that keeps nothing counts again */ }
  return true;
}

const timer = place && setInterval(() => {
  if (document.visibilityState === "visible") looked += 1;
  if (looked < LOOKED_SECONDS) return;
  clearInterval(timer);
  if (once()) fetch(place.dataset.to, { method: "POST", keepalive: true }).catch(() => {});
}, 1000);
