// Reads from the network first. Keeps the pages one has read for when there is none: never the
// wallet, the cart, the studio, an order or anything of one's own account.

const SHELL = "shell-1", PAGES = "pages-1", FILES = "files-1";
const MOST_PAGES = 40;
const OFFLINE = SHELL_FILES[0];
const PRIVATE = /^\/(?:wallet|cart|checkout|orders|studio|me|accounts|pay|payments|hooks|messages|chat|dev|start)(?:\/|$)/;
const READABLE = /^\/(?:[\w-]+\/)?(?:$|feed$|discover$|charter$|members$|shop(?:\/[\w-]+)?$|p\/[\w]+$)/;

const keepable = (url) => url.origin === location.origin && !PRIVATE.test(url.pathname) && READABLE.test(url.pathname);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(SHELL_FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const ours = [SHELL, PAGES, FILES];
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => !ours.includes(name)).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

async function keep(name, request, answer) {
  const cache = await caches.open(name);
  await cache.put(request, answer);
  const kept = await cache.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST_PAGES * (name === FILES ? 5 : 1)))) await cache.delete(old);
}

async function page(event, url) {
  try {
    const answer = await fetch(event.request);
    const may = !/no-store/.test(answer.headers.get("Cache-Control") ?? "");
    if (answer.ok && answer.type === "basic" && may && keepable(url)) event.waitUntil(keep(PAGES, event.request, answer.clone()));
    return answer;
  } catch {
    const kept = keepable(url) && (await caches.match(event.request, { cacheName: PAGES, ignoreVary: true }));
    return kept || (await caches.match(OFFLINE, { ignoreVary: true })) || Response.error();
  }
}

async function file(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok && answer.type === "basic") event.waitUntil(keep(FILES, event.request, answer.clone()));
    return answer;
  } catch {
    return (await caches.match(event.request, { ignoreVary: true })) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") {
    // Another person may sign in next: what was read goes.
    if (url.pathname.startsWith("/accounts/")) event.waitUntil(caches.delete(PAGES));
    return;
  }
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (["style", "script", "font", "image"].includes(request.destination) && /^\/(?:static|media|brand)\//.test(url.pathname)) event.respondWith(file(event));
});

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data?.json() ?? {};
  } catch { /* not ours */ }
  if (!told.title) return;
  event.waitUntil(self.registration.showNotification(told.title, {
    body: told.body, tag: told.tag, lang: told.lang, data: { url: told.url }, icon: "/app-icon/158-75-192.png", badge: "/app-icon/158-75-192.png",
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/", location.origin);
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const here = open.find((one) => new URL(one.url).origin === url.origin);
    if (here) {
      await here.focus();
      return here.navigate(url.href).catch(() => self.clients.openWindow(url.href));
    }
    return self.clients.openWindow(url.href);
  })());
});
