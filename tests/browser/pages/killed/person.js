// Someone whose client may end in the middle of a write: what they said goes with them from life to life.
import { judge } from './history.js';
import { Life } from './life.js';

export const BY_BROWSER = { protection: 'browser' };

export class Person {
  #said = [];
  /** Whether the device came in place of one that was lost. */
  cameLater = false;

  constructor(profile) {
    this.profile = profile;
  }

  /** Someone with an account, at rest. */
  static async join(profile) {
    const person = new Person(profile);
    await person.open();
    await person.create();
    await person.life.rest();
    return person;
  }

  /** The same person at one more device. */
  another(profile) {
    const other = new Person(profile);
    other.#said = this.#said;
    other.owner = this;
    return other;
  }

  /** Begins a life, which ends at the `at`th point if one is named. */
  async open(at) {
    this.life = await Life.open(this.profile, at);
  }

  get account() {
    return this.life.account;
  }

  /** What identifies the conversation with them. */
  get chat() {
    return this.account;
  }

  /** The command that says something to them. */
  saying(text) {
    return { command: 'send_text', to: { account: this.account }, text };
  }

  async create() {
    this.phrase ??= (await this.life.ask({ request: 'new_phrase' })).phrase;
    await this.life.ask({ request: 'create', phrase: this.phrase, protection: BY_BROWSER });
  }

  async restore() {
    await this.life.ask({ request: 'restore', phrase: this.phrase, protection: BY_BROWSER });
  }

  /** Says something: once that is answered, it has to stay. */
  async say(to, text) {
    const said = this.note(to, text);
    await this.life.command(to.saying(text));
    said.isTaken = true;
  }

  /** Notes what is said to someone now, and may be kept. */
  note(to, text) {
    const said = { to: owner(to), text, isTaken: false };
    this.#said.push(said);
    return said;
  }

  saidTo(other) {
    return this.#said.filter(({ to }) => to === owner(other));
  }

  /** Says something, and waits until it has arrived at the other's device and that is known here. */
  async tell(to, text) {
    const peer = to.account;
    await this.say(to, text);
    const hasArrived = ({ text: shown, state }) => shown === text && ['delivered', 'read'].includes(state);
    await this.life.until(async () => (await this.life.messages(peer)).some(hasArrived));
  }

  /** How far the conversation with someone, or of a room, is stored here. */
  async lastSeq({ chat }) {
    return (await this.life.conversation(chat))?.lastSeq ?? 0;
  }

  /** What is shown of it here. */
  async texts({ chat }) {
    return (await this.life.messages(chat)).map(({ text }) => text);
  }

  async side(other) {
    return { said: this.saidTo(other), shown: await this.texts(other), cameLater: this.cameLater };
  }
}

/** Whose device it is. A room is nobody's. */
const owner = (person) => person.owner ?? person;

/** Two at rest show the same, once and in order, with all that was promised. */
export async function requireRight(one, other) {
  const sides = [
    [one, other],
    [other, one],
  ];
  await inStep(sides);
  requireJudged(await Promise.all(sides.map(([person, peer]) => person.side(peer))));
}

/** Waits until all are at rest, each in a conversation, and have the same of it. */
export async function inStep(sides) {
  for (const [person] of sides) await person.life.rest();
  const seqs = await Promise.all(sides.map(([person, chat]) => person.lastSeq(chat)));
  for (const [person, chat] of sides) {
    await person.life.until(async () => (await person.lastSeq(chat)) >= Math.max(...seqs));
  }
}

export function requireJudged(sides) {
  const wrong = judge(sides);
  if (wrong) throw new Error(wrong);
}

/** Someone who has talked with another. */
export async function inTouch(other, profile) {
  const person = await Person.join(profile);
  await greet(person, other, profile);
  return person;
}

/** Both can speak and are heard. */
export async function greet(one, other, occasion) {
  await one.tell(other, `${occasion}: hello`);
  await other.tell(one, `${occasion}: hello yourself`);
}
