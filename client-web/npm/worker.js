// The module worker: loads the engine and hands it every message, those that came early too.
import init, { run } from './engine.js';

const early = [];
const crashed = (reason) => self.postMessage({ kind: 'crashed', message: String(reason) });
const stuck = (code, error) =>
  self.postMessage({ kind: 'state', state: { state: 'stuck', trouble: { code, message: String(error) } } });

self.addEventListener('unhandledrejection', (event) => crashed(event.reason));
self.addEventListener('error', (event) => crashed(event.message));

/** Holds a lock for as long as this worker lives: whoever waits for it hears of its end. */
function live(life) {
  if (!life) return;
  const alive = () => {
    self.postMessage({ kind: 'alive', life });
    return new Promise(() => {});
  };
  // Browsers that block a site's data refuse its locks too: the engine says so of the one that it needs.
  navigator.locks.request(life, alive).catch(() => {});
}

/** The page's first message says where the engine lies, if not beside this file. */
self.onmessage = async (event) => {
  early.push(event);
  if (early.length > 1) return;
  live(event.data.life);
  try {
    await init(event.data.wasmUrl && { module_or_path: event.data.wasmUrl });
    run();
  } catch (error) {
    stuck(error instanceof WebAssembly.CompileError ? 'wasm_refused' : 'worker_failed', error);
    return;
  }
  // Nothing is kept of what was asked: there may be secrets in it.
  for (const message of early.splice(0)) self.onmessage(message);
};
