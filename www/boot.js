// Brings the client and the app together. The folders are put in by the build, so that browsers can keep them for ever.

/** A profile keeps accounts on one origin apart; most people have one. */
const profile = new URLSearchParams(location.search).get("profile") ?? "default";

/** Starts the client's worker at once; the app follows when it is there. */
async function connected() {
  const { connect } = await import("{{client}}/index.js");
  return connect({ relay: location.origin, profile });
}

/** The app, ready to be started. */
async function loaded() {
  const app = await import("{{app}}/web-app.js");
  await app.default({ module_or_path: "{{app}}/web-app_bg.wasm" });
  return app;
}

// Whatever of it is missing or refused, the page says so in place of a screen that never comes.
try {
  const [host, app] = await Promise.all([connected(), loaded()]);
  app.start(host);
} catch (error) {
  document.documentElement.dataset.boot = "failed";
  throw error;
}

// Makes the app open without a network. Not on addresses without encryption, where browsers have none of it.
if ("serviceWorker" in navigator && isSecureContext) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}
