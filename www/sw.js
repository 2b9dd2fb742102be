// Keeps the shell and what it loads, so that the app opens without a network. Data is never kept here.
const VERSION = "{{version}}";
const CACHE = `palaver-${VERSION}`;

/** What makes up the app: filled in by the build. */
const PRECACHE = [{{precache}}];

self.addEventListener("install", (event) => {
  // Does not skip waiting: a new version takes over when every tab of the old one is gone.
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(PRECACHE)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldCaches());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/v1/")) return;
  if (request.mode === "navigate") {
    event.respondWith(pageFromNetwork(request));
  } else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(assetFromCache(request));
  } else if (PRECACHE.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});

/** Names of hashed files never mean anything else, so what is kept is right. */
async function assetFromCache(request) {
  return (await caches.match(request)) ?? fetch(request);
}

/** Every address shows the same page. */
async function pageFromNetwork(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match("/", { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

async function dropOldCaches() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("palaver-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}
