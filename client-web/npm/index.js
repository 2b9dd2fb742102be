// @palaver/client: end-to-end encrypted conversations in a browser. Nothing runs before a client is opened, so that a
// server may import it.
import { PalaverError } from './errors.js';
import { Host } from './host.js';

export { PalaverError };

/** The worker behind a page, for user interfaces that speak its messages themselves. */
export const connect = (options) => new Host(options);

const HANDLE = /^@?([a-z][a-z0-9._-]{2,31})$/;

/** Who is meant: `@ben`, `ben` or `acct_…`. */
function recipient(who) {
  const text = String(who);
  if (text.startsWith('acct_')) return { account: text };
  const handle = HANDLE.exec(text)?.[1];
  if (!handle) throw new PalaverError('bad_request', `${text} is neither a handle such as @ben nor an account id.`);
  return { handle };
}

export class PalaverClient extends EventTarget {
  #host;
  #profile;
  #unlisten;
  #closing = new AbortController();

  /** Opens the client of this page. Resolves once it is clear how it stands: see `state`. */
  static async open(options) {
    const client = new PalaverClient(new Host(options));
    await client.#settled((state) => state.state !== 'starting');
    return client;
  }

  constructor(host) {
    super();
    this.#host = host;
    this.#unlisten = host.listen((message) => {
      if (message.kind === 'state') {
        if (message.state.state === 'open') this.#profile = message.state.profile;
        this.#emit('state', message.state);
      } else {
        const { event, ...detail } = message.event;
        this.#emit(event, detail);
      }
    });
  }

  /** How the client stands: `empty`, `locked`, `open`, or why it cannot go on. */
  get state() {
    return this.#host.state;
  }

  /** This account and device, once it is open. */
  get profile() {
    return this.#profile;
  }

  /** Draws a phrase, to be written down. Changes nothing. */
  async newPhrase() {
    return (await this.#ask({ request: 'new_phrase' })).phrase;
  }

  /** Makes the account of a phrase, which is shown to its owner and kept nowhere. */
  async create({ phrase, protection } = {}) {
    const words = phrase ?? (await this.newPhrase());
    await this.#ask({ request: 'create', phrase: words, protection: await this.#protection(protection) });
    return { phrase: words };
  }

  /** Comes back to an account by its phrase. */
  async restore(phrase, { protection } = {}) {
    await this.#ask({ request: 'restore', phrase, protection: await this.#protection(protection) });
  }

  /** Becomes one more device of an account. The `linking` state says what to show until it is. */
  async link({ protection } = {}) {
    await this.#ask({ request: 'link', id: crypto.randomUUID(), protection: await this.#protection(protection) });
  }

  /** Gives up becoming a device of an account. */
  async stopLinking() {
    await this.#ask({ request: 'stop_linking' });
  }

  /** What people say of the digits that two devices show. */
  async confirmLink(isSame) {
    await this.#command({ command: 'confirm_link', isSame });
  }

  /** Lets a new device into this account, by the code or the number that it shows. By number, a `link` event brings digits. */
  async linkDevice(shown) {
    await this.#command({ command: 'link_device', shown: String(shown) });
  }

  /** Opens protected data, by its passphrase or, without one, by its passkey. */
  async unlock(passphrase) {
    const { by } = this.state;
    const secret =
      by?.lock === 'passkey'
        ? { secret: 'passkey', bytes: await this.#host.usePasskey(by.credential) }
        : { secret: 'passphrase', passphrase: String(passphrase) };
    await this.#ask({ request: 'unlock', secret });
  }

  /** Protects the data in another way. */
  async protect(protection) {
    await this.#ask({ request: 'protect', protection: await this.#protection(protection) });
  }

  /** Waits until the relay has told everything that happened meanwhile. */
  async caughtUp({ signal } = {}) {
    const { connection } = await this.#ask({ request: 'connection' });
    if (connection.state === 'live') return;
    for await (const { event, detail } of this.events({ signal })) {
      if (event === 'connection' && detail.state === 'live') return;
    }
    signal?.throwIfAborted();
    throw new PalaverError('interrupted', 'The client was closed.');
  }

  async setHandle(handle) {
    await this.#command({ command: 'set_handle', handle: recipient(handle).handle });
  }

  /** Keeps someone as a contact. Resolves to their account id. */
  async addContact(who) {
    return (await this.#command({ command: 'add_contact', who: recipient(who) })).account;
  }

  /** Says something. Resolves to the message's id as soon as it is stored here; `message` events tell how far it is. */
  async send(who, text) {
    return (await this.#command({ command: 'send_text', to: recipient(who), text })).message;
  }

  async markRead(conversation, upTo) {
    await this.#command({ command: 'mark_read', conversation, upTo });
  }

  async markVerified(account, safetyNumber) {
    await this.#command({ command: 'mark_verified', account, safetyNumber });
  }

  /** Chooses a setting on all of the account's devices; without a value, its default. */
  async setSetting(name, value = '') {
    await this.#command({ command: 'set_setting', name, value });
  }

  async revokeDevice(device) {
    await this.#command({ command: 'revoke_device', device });
  }

  async contacts() {
    return (await this.#ask({ request: 'contacts' })).contacts;
  }

  /** Every setting that was ever chosen. */
  async settings() {
    return (await this.#ask({ request: 'settings' })).settings;
  }

  async conversations() {
    return (await this.#ask({ request: 'conversations' })).conversations;
  }

  /** A page of a conversation, oldest first: the end of it, or what is before a place. */
  async messages(conversation, { before = null, limit = 50 } = {}) {
    return (await this.#ask({ request: 'timeline', conversation, before, limit })).messages;
  }

  /** Messages to an account that wait to be sent. */
  async pending(account) {
    return (await this.#ask({ request: 'pending', account })).messages;
  }

  async devices() {
    return (await this.#ask({ request: 'devices' })).devices;
  }

  /** The number to compare with a contact. */
  async safetyNumber(account) {
    return (await this.#ask({ request: 'safety', account })).safety;
  }

  async diagnostics() {
    return (await this.#ask({ request: 'diagnostics' })).diagnostics;
  }

  async storage() {
    return (await this.#ask({ request: 'storage' })).storage;
  }

  /** Asks the browser not to clear this site's data by itself. */
  async persist() {
    return (await this.#ask({ request: 'persist' })).storage;
  }

  /** Erases everything this client keeps here. */
  async wipe() {
    await this.#ask({ request: 'wipe' });
  }

  /** Ends this page's client. Other tabs go on. */
  close() {
    this.#unlisten();
    this.#host.close();
    this.#closing.abort();
  }

  /** Everything that happens, as `{ event, detail }`, until the loop is left, the signal aborts or the client is closed. */
  async *events({ signal } = {}) {
    const queue = [];
    let wake = () => {};
    const push = (message) => {
      queue.push(message);
      wake();
    };
    const unlisten = this.#host.listen((message) => {
      if (message.kind !== 'event') return;
      const { event, ...detail } = message.event;
      push({ event, detail });
    });
    const aborted = () => wake();
    const signals = [this.#closing.signal, ...(signal ? [signal] : [])];
    for (const one of signals) one.addEventListener('abort', aborted);
    try {
      while (!signals.some((one) => one.aborted)) {
        if (queue.length > 0) yield queue.shift();
        else await new Promise((resolve) => (wake = resolve));
      }
    } finally {
      for (const one of signals) one.removeEventListener('abort', aborted);
      unlisten();
    }
  }

  async #protection(wanted = 'browser') {
    if (wanted === 'browser') return { protection: 'browser' };
    if (wanted === 'passkey') return { protection: 'passkey', ...(await this.#host.makePasskey('Palaver')) };
    return { protection: 'passphrase', passphrase: String(wanted.passphrase) };
  }

  async #command(command) {
    const { outcome } = await this.#ask({ request: 'command', id: crypto.randomUUID(), command });
    if (outcome.outcome === 'refused') {
      throw new PalaverError(outcome.code, `The command was refused: ${outcome.code}.`, outcome.relayCode ?? undefined);
    }
    return outcome;
  }

  async #ask(request) {
    const answer = await this.#host.ask(request);
    if (answer.answer === 'failed') throw new PalaverError(answer.failure.code, answer.failure.message);
    return answer;
  }

  #settled(isSettled) {
    return new Promise((resolve) => {
      const unlisten = this.#host.listen(({ kind, state }) => {
        if (kind !== 'state' || !isSettled(state)) return;
        // Listening tells the latest state at once, before there is anything to end.
        queueMicrotask(() => unlisten());
        resolve();
      });
    });
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
