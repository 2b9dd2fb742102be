// The worker as it is shipped, and a count of what it writes: at the point that the page names it says so and stands still, in the
// middle of whatever it does, until the page wakes it or ends it there.
import '/palaver/worker.js';

const { searchParams } = new URL(location);
/** Names of the points that count; all of them, if none is named. */
const counted = searchParams.getAll('point');
let left = Number(searchParams.get('at'));
let isToSpoil = false;

self.addEventListener('message', ({ data }) => {
  if (data.kind === 'stop_at') left = data.at;
  if (data.kind === 'spoil_next') isToSpoil = true;
});

const isCounted = (name) => counted.length === 0 || counted.includes(name);

/** One point further, which may be the one where this worker is to stand still. */
function point(name) {
  if (!isCounted(name)) return;
  left -= 1;
  if (left !== 0) return;
  const gate = new Int32Array(new SharedArrayBuffer(4));
  self.postMessage({ kind: 'stopped', point: name, gate });
  Atomics.wait(gate, 0, 0);
}

/** Has something done around a method of the browser's. */
function around(prototype, name, act) {
  const own = prototype[name];
  prototype[name] = function (...given) {
    return act(this, () => own.apply(this, given), given);
  };
}

/** A point when an event comes, before the engine hears of it. Were it told, it would go on for a while in a worker that is ended. */
function pointAt(target, type, name) {
  target.addEventListener(type, (event) => {
    if (left === 1 && isCounted(name)) event.stopImmediatePropagation();
    point(name);
  });
}

around(IDBFactory.prototype, 'open', (_, open) => {
  point('before the database is opened');
  return open();
});

around(IDBFactory.prototype, 'deleteDatabase', (_, remove) => {
  point('before the database is erased');
  return remove();
});

around(IDBDatabase.prototype, 'createObjectStore', (_, create) => {
  point('before an object store is made');
  return create();
});

around(IDBDatabase.prototype, 'transaction', (_, begin, [, mode]) => {
  if (mode !== 'readwrite') return begin();
  point('before a transaction');
  const transaction = begin();
  pointAt(transaction, 'complete', 'after a commit');
  return transaction;
});

for (const name of ['put', 'delete', 'clear']) {
  around(IDBObjectStore.prototype, name, (store, write) => {
    point(`before a ${name}`);
    const written = write();
    // Notes are written one by one: the last of a transaction may be one.
    if (store.name === 'notes') pointAt(written, 'success', 'after a note');
    return written;
  });
}

around(IDBObjectStore.prototype, 'get', (store, read) => {
  const fence = read();
  if (store.transaction.mode === 'readwrite') pointAt(fence, 'success', 'before a commit');
  return fence;
});

/** How an MLS PrivateMessage begins: the version, and what it is. */
const MESSAGE = [0, 1, 0, 2];

function spoil(frame) {
  const at = frame.findIndex((_, at) => MESSAGE.every((byte, offset) => frame[at + offset] === byte));
  if (at < 0) return;
  frame[at] = 9;
  isToSpoil = false;
}

around(WebSocket.prototype, 'send', (_, send, [frame]) => {
  if (isToSpoil) spoil(frame);
  point('before a frame leaves');
  send();
  point('after a frame has left');
});
