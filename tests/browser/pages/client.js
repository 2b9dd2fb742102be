// Opens the client that the address asks for, and leaves it where tests reach it.
import { PalaverClient, connect } from '/palaver/index.js';

const { searchParams } = new URL(location);
const named = (name) => searchParams.get(name) ?? undefined;
const options = { relay: named('relay'), profile: named('profile'), workerUrl: named('workerUrl'), wasmUrl: named('wasmUrl') };

// A test may end a worker behind its host's back.
globalThis.workers = [];
if (globalThis.Worker) {
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      workers.push(this);
    }
  };
}

globalThis.heard = [];
globalThis.connect = () => connect(options);
globalThis.opened = PalaverClient.open(options).then((client) => {
  for (const name of ['state', 'connection', 'contact', 'setting', 'conversation', 'message', 'link', 'hand_over', 'notice']) {
    client.addEventListener(name, ({ detail }) => heard.push({ name, detail, at: performance.now() }));
  }
  globalThis.client = client;
  globalThis.openedAt = performance.now();
  return client.state.state;
});
