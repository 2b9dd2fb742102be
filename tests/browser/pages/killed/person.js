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
    await this.life.command(sending(to, text));
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

  /** How far the conversation with someone is stored here. */
  async lastSeq(peer) {
    return (await this.life.conversation(peer.account))?.lastSeq ?? 0;
  }

  async side(other) {
    const shown = (await this.life.messages(other.account)).map(({ text }) => text);
    return { said: this.saidTo(other), shown, cameLater: this.cameLater };
  }
}

/** Whose device it is. */
const owner = (person) => person.owner ?? person;

/** The command that says something. */
export const sending = (to, text) => ({ command: 'send_text', to: { account: to.account }, text });

/** Two at rest show the same, once and in order, with all that was promised. */
export async function requireRight(one, other) {
  const sides = [
    [one, other],
    [other, one],
  ];
  for (const [person] of sides) await person.life.rest();
  const seqs = await Promise.all(sides.map(([person, peer]) => person.lastSeq(peer)));
  for (const [person, peer] of sides) {
    await person.life.until(async () => (await person.lastSeq(peer)) >= Math.max(...seqs));
  }
  const wrong = judge(await Promise.all(sides.map(([person, peer]) => person.side(peer))));
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
