// The module worker: loads the engine and hands it every message, those that came early too.
import init, { run } from './engine.js';

const early = [];
const crashed = (reason) => self.postMessage({ kind: 'crashed', message: String(reason) });

self.addEventListener('unhandledrejection', (event) => crashed(event.reason));
self.addEventListener('error', (event) => crashed(event.message));

/** Holds a lock for as long as this worker lives: whoever waits for it hears of its end. */
function live(life) {
  if (!life) return;
  const alive = () => {
    self.postMessage({ kind: 'alive', life });
    return new Promise(() => {});
  };
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
    const code = error instanceof WebAssembly.CompileError ? 'wasm_refused' : 'worker_failed';
    const trouble = { code, message: String(error) };
    self.postMessage({ kind: 'state', state: { state: 'stuck', trouble } });
    return;
  }
  for (const message of early) self.onmessage(message);
};
