// One life of a client: from when its worker starts to when it ends, which may be in the middle of a write.
import { connect } from '/palaver/index.js';

const { searchParams } = new URL(location);
const relay = searchParams.get('relay');
const points = searchParams.getAll('point');

const workers = [];
globalThis.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    workers.push(this);
  }
};

export class Life {
  #host;
  #worker;
  #waiting = [];
  #gate;
  #heard = 0;
  /** What it was told to take note of. */
  notices = [];

  /** Opens a profile's client. Its worker stops at the `at`th point from its start, if one is named. */
  static async open(profile, at = 0) {
    const life = new Life(profile, at);
    await life.survive(() => life.until(() => life.state.state !== 'starting'));
    return life;
  }

  constructor(profile, at) {
    const query = new URLSearchParams([['at', at], ...points.map((point) => ['point', point])]);
    this.#host = connect({ relay, profile, workerUrl: `/killed/worker.js?${query}` });
    this.#worker = workers.at(-1);
    this.stopped = new Promise((resolve) => {
      this.#host.listen((message) => {
        if (message.kind === 'stopped') {
          this.point = message.point;
          this.#gate = message.gate;
          resolve();
        }
        this.#heard += 1;
        if (message.kind === 'event' && message.event.event === 'link') this.link = message.event;
        if (message.kind === 'event' && message.event.event === 'notice') this.notices.push(message.event);
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  get state() {
    return this.#host.state;
  }

  /** Its worker stops at the `at`th point from now on. */
  stopAt(at) {
    this.#worker.postMessage({ kind: 'stop_at', at });
  }

  /** The next message that leaves is one that no relay takes. */
  spoilNext() {
    this.#worker.postMessage({ kind: 'spoil_next' });
  }

  /** Does something, until it is done or the worker stops. Whatever was answered until then has been heard. */
  async survive(something) {
    await Promise.race([something(), this.stopped]);
  }

  /** Ends it: a worker that stopped ends where it stands. */
  end() {
    this.#host.close();
  }

  /** Lets a worker that stands still go on. */
  wake() {
    Atomics.store(this.#gate, 0, 1);
    Atomics.notify(this.#gate, 0);
  }

  /** Looks, again after each thing heard, until it is true. */
  async until(look) {
    for (;;) {
      const heard = this.#heard;
      const seen = await look();
      if (seen) return seen;
      if (heard === this.#heard) await new Promise((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Asks; a failure is thrown by its code. */
  async ask(request) {
    const answer = await this.#host.ask(request);
    if (answer.answer === 'failed') throw new Error(`${request.request}: ${answer.failure.code}, ${answer.failure.message}`);
    return answer;
  }

  /** Does something; asked again by the same id, it is done once. */
  async command(command, id = crypto.randomUUID()) {
    const { outcome } = await this.ask({ request: 'command', id, command });
    if (outcome.outcome === 'refused') throw new Error(`${command.command}: ${outcome.code}, ${outcome.relayCode}`);
    return outcome;
  }

  /** Waits until everything has left and come. */
  async rest() {
    await this.until(async () => {
      const { connection, outboxCount } = (await this.ask({ request: 'diagnostics' })).diagnostics;
      return connection.state === 'live' && outboxCount === 0;
    });
  }

  async conversations() {
    return (await this.ask({ request: 'conversations' })).conversations;
  }

  /** The conversation with an account, or the room of an id, if there is one. */
  async conversation(chat) {
    return (await this.conversations()).find(({ conversation, peer }) => [conversation, peer].includes(chat));
  }

  /** The newest messages with an account or in a room, oldest first. */
  async messages(chat) {
    const { conversation } = (await this.conversation(chat)) ?? {};
    if (!conversation) return [];
    return (await this.ask({ request: 'timeline', conversation, before: null, limit: 500 })).messages;
  }

  get account() {
    return this.state.profile.account;
  }
}
