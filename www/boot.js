// Brings the client and the app together. The folders are put in by the build, so that browsers can keep them for ever.
import { connect } from "{{client}}/index.js";
import init, { start } from "{{app}}/web-app.js";

/** A profile keeps accounts on one origin apart; most people have one. */
const profile = new URLSearchParams(location.search).get("profile") ?? "default";

const host = connect({ relay: location.origin, profile });

try {
  await init({ module_or_path: "{{app}}/web-app_bg.wasm" });
  start(host);
} catch (error) {
  document.documentElement.dataset.boot = "failed";
  throw error;
}

// Makes the app open without a network. Not on addresses without encryption, where browsers have none of it.
if ("serviceWorker" in navigator && isSecureContext) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}
