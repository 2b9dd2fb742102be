// The page's side of the worker: starts it, starts it again when it dies, and correlates requests with answers.
import { makePasskey, supportsPasskeys, usePasskey } from './passkey.js';

/** Deaths of a worker within a minute that end in giving up. */
const DEATHS_MAX = 3;
const DEATHS_WITHIN_MS = 60_000;

/** Troubles that leave nobody who could answer. */
const ENDS = new Set([
  'insecure_context',
  'browser_too_old',
  'storage_refused',
  'wasm_refused',
  'worker_failed',
  'relay_address',
]);

const stuck = (code, message) => ({ kind: 'state', state: { state: 'stuck', trouble: { code, message } } });

const failed = (code, message) => ({ answer: 'failed', failure: { code, message } });

const CLOSED = failed('interrupted', 'The client was closed.');
const INTERRUPTED = failed('interrupted', 'The worker ended before it answered.');
const NOT_OPEN = failed('not_open', 'The client cannot go on: see its state.');

/** What this browser lacks, if anything. */
function whatIsMissing() {
  if (!globalThis.isSecureContext) {
    return stuck('insecure_context', 'Open this page by https, or on localhost.');
  }
  if (!globalThis.Worker || !globalThis.WebAssembly || !navigator.locks || !globalThis.BroadcastChannel) {
    return stuck('browser_too_old', 'Workers, WebAssembly, Web Locks and BroadcastChannel are needed.');
  }
}

export class Host {
  #options;
  #worker;
  #listeners = new Set();
  #asked = new Map();
  #nextId = 1;
  #deaths = [];
  #state = { kind: 'state', state: { state: 'starting' } };
  #unwatch = [];
  #isClosed = false;

  constructor({ relay, profile = 'default', workerUrl, wasmUrl } = {}) {
    this.#options = {
      relay: String(relay ?? location.origin),
      profile: String(profile),
      workerUrl,
      wasmUrl: wasmUrl && String(new URL(wasmUrl, location.href)),
    };
    this.#watch(document, 'visibilitychange', () => this.#post({ kind: 'visible', isVisible: this.#isVisible }));
    this.#watch(globalThis, 'online', () => this.#post({ kind: 'online', isOnline: true }));
    this.#watch(globalThis, 'offline', () => this.#post({ kind: 'online', isOnline: false }));
    // A page that is put away keeps no lock: another tab takes over at once.
    this.#watch(document, 'freeze', () => this.#stop());
    this.#watch(globalThis, 'pagehide', () => this.#stop());
    this.#watch(document, 'resume', () => this.#start());
    this.#watch(globalThis, 'pageshow', () => this.#start());
    this.#start();
  }

  supportsPasskeys = supportsPasskeys();
  makePasskey = makePasskey;
  usePasskey = usePasskey;

  /** The latest state. */
  get state() {
    return this.#state.state;
  }

  /** Asks; never rejects. Bytes of a passkey are handed over, not copied. */
  ask(request) {
    if (this.#isClosed) return Promise.resolve(CLOSED);
    if (this.#hasEnded) return Promise.resolve(NOT_OPEN);
    if (request?.request === 'persist') return this.#persist();
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#asked.set(id, { request, resolve });
      this.#handOver(id);
    });
  }

  /** Hears states and events, the latest state at once. Returns what ends it. */
  listen(listener) {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the worker. Another tab may take over. */
  close() {
    this.#isClosed = true;
    this.#stop();
    for (const unwatch of this.#unwatch) unwatch();
    this.#answerAll(CLOSED);
  }

  #start() {
    if (this.#worker || this.#isClosed) return;
    const missing = whatIsMissing();
    if (missing) {
      this.#say(missing);
      return;
    }
    const { relay, profile, workerUrl, wasmUrl } = this.#options;
    let worker;
    try {
      worker = workerUrl
        ? new Worker(workerUrl, { type: 'module' })
        : new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    } catch (error) {
      this.#say(stuck('worker_failed', String(error)));
      return;
    }
    this.#worker = worker;
    // A worker that was ended may still be heard, and fails in more than one way at once.
    worker.onmessage = (event) => worker === this.#worker && this.#hear(event.data);
    worker.onerror = (event) => this.#died(worker, event.message ?? 'The worker could not be loaded.');
    const isExpected = this.#remembered() !== null;
    const life = `palaver/${profile}/worker/${crypto.randomUUID()}`;
    this.#post({ kind: 'start', profile, relay, isVisible: this.#isVisible, isExpected, wasmUrl, life });
    for (const id of this.#asked.keys()) this.#handOver(id);
  }

  /** Gives a request to the worker, unless it cannot be given. */
  #handOver(id) {
    const { request } = this.#asked.get(id);
    try {
      const secrets = secretsOf(request);
      // What went with a worker that ended is not here any more.
      if (secrets.some((secret) => secret.byteLength === 0)) this.#answer(id, INTERRUPTED);
      else this.#post({ kind: 'ask', id, request }, secrets);
    } catch (error) {
      this.#answer(id, failed('bad_request', String(error)));
    }
  }

  /** A worker that is killed says nothing; the lock it holds while it lives does. */
  #waitForDeath(life) {
    const worker = this.#worker;
    const died = () => this.#died(worker, 'The worker was ended.');
    // Where locks are refused, a death goes unnoticed.
    navigator.locks.request(life, died).catch(() => {});
  }

  #stop() {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #died(worker, why) {
    if (worker !== this.#worker) return;
    this.#stop();
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WITHIN_MS), now];
    if (this.#deaths.length > DEATHS_MAX) {
      this.#answerAll(failed('interrupted', why));
      this.#say(stuck('worker_failed', why));
    } else {
      this.#start();
    }
  }

  #hear(message) {
    switch (message.kind) {
      case 'answer':
        this.#answer(message.id, message.answer);
        break;
      case 'alive':
        this.#waitForDeath(message.life);
        break;
      case 'crashed':
        this.#died(this.#worker, message.message);
        break;
      default:
        this.#say(message);
    }
  }

  #say(message) {
    if (message.kind === 'state') {
      this.#state = message;
      this.#remember(message.state.state);
      if (this.#hasEnded) this.#answerAll(NOT_OPEN);
    }
    for (const listener of this.#listeners) listener(message);
  }

  #post(message, handedOver = []) {
    this.#worker?.postMessage(message, handedOver);
  }

  #answer(id, answer) {
    this.#asked.get(id)?.resolve(answer);
    this.#asked.delete(id);
  }

  #answerAll(answer) {
    for (const id of this.#asked.keys()) this.#answer(id, answer);
  }

  /** Whether nobody is there who could answer, nor will be before a reload. */
  get #hasEnded() {
    const { state, trouble } = this.state;
    return state === 'outdated' || (state === 'stuck' && ENDS.has(trouble.code));
  }

  async #persist() {
    // Where the browser does not ask or is not asked, what is in force is the answer.
    await navigator.storage?.persist?.().catch(() => false);
    return this.ask({ request: 'storage' });
  }

  get #isVisible() {
    return document.visibilityState === 'visible';
  }

  /** That there is an account here, so that its loss is noticed. Nothing else is noted. */
  #remember(state) {
    try {
      if (state === 'open') localStorage.setItem(this.#mark, 'here');
      if (state === 'wiped') localStorage.removeItem(this.#mark);
    } catch {
      // Where nothing can be noted, a loss looks like a first visit.
    }
  }

  #remembered() {
    try {
      return localStorage.getItem(this.#mark);
    } catch {
      return null;
    }
  }

  get #mark() {
    return `palaver/${this.#options.profile}`;
  }

  #watch(target, name, listener) {
    target.addEventListener(name, listener);
    this.#unwatch.push(() => target.removeEventListener(name, listener));
  }
}

/** Buffers of a request that hold secrets. */
function secretsOf({ protection, secret }) {
  return [protection?.secret, secret?.bytes].map((bytes) => bytes?.buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}
