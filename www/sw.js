// Keeps the shell and what it loads, so that the app opens without a network. Data is never kept here.
//
// A page and what it loads are always of one build: a page names its files by their hash, and a file of such a name is
// the same wherever it comes from. So a new version takes over as soon as all of it is kept, whatever tabs are open.
const VERSION = "{{version}}";
const PREFIX = "palaver-";
const CACHE = `${PREFIX}${VERSION}`;

/** What makes up the app: filled in by the build. */
const PRECACHE = [{{precache}}];

/** What only this build's page loads. */
const BOOT = "{{boot}}";

/** What has not come from the network by then is taken as it was kept. */
const NETWORK_PATIENCE_MS = 3_000;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  // Pages that were there before come to it too: what they load later is kept here.
  event.waitUntil(Promise.all([dropOldCaches(), self.clients.claim()]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/v1/")) return;
  if (request.mode === "navigate") {
    // Every address shows the same page.
    event.respondWith(latest(request, "/"));
  } else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(asset(request));
  } else if (PRECACHE.includes(url.pathname)) {
    event.respondWith(latest(request, url.pathname));
  }
});

/** Keeps this build, or nothing: a page that came of another one, in the middle of an update, is not this one's. */
async function keepAll() {
  try {
    const cache = await caches.open(CACHE);
    await cache.addAll(PRECACHE);
    const page = await (await cache.match("/")).text();
    if (!page.includes(BOOT)) throw new Error("The page is of another version than its service worker.");
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** What was kept: of this version if there is one, else of the latest before it. */
async function kept(request) {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  for (const cacheName of [CACHE, ...names.reverse()]) {
    const found = await caches.match(request, { cacheName, ignoreVary: true });
    if (found) return found;
  }
}

/** Names of hashed files never mean anything else, so what is kept is right. */
async function asset(request) {
  return (await kept(request)) ?? fetch(request);
}

/** The latest of what has no hash in its name: from the network, if that answers soon and well. */
async function latest(request, path) {
  const fromNetwork = fetch(request);
  const inTime = Promise.race([fromNetwork, patience()]);
  const answer = await inTime.catch(() => undefined);
  if (answer && isMeant(answer)) return answer;
  return (await kept(path)) ?? answer ?? fromNetwork;
}

const patience = () => new Promise((resolve) => setTimeout(resolve, NETWORK_PATIENCE_MS));

/** What was asked for, or what stands before it and wants to know who asks. All else says that the relay is not there. */
function isMeant({ ok, type, status }) {
  return ok || type === "opaqueredirect" || status === 401 || status === 403;
}

/** A page that is open may load files of the version before: those stay until there is no page, or another version. */
async function dropOldCaches() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.length > 0) others.pop();
  await Promise.all(others.map((name) => caches.delete(name)));
}
