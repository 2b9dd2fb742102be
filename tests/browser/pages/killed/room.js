// A room of several people: who is in it, what they say there, and what it must show.
import { inStep, requireJudged } from './person.js';
import { require } from './require.js';

export class Room {
  #members;
  /** Whoever was taken out, once or now, and up to where the room was theirs then. */
  #wereOut = new Map();

  constructor(id, host) {
    this.chat = id;
    this.host = host;
    this.#members = new Set([host]);
  }

  /** One that is opened now, with someone in it. */
  static async of(host, person, occasion) {
    const { room } = await host.life.command({ command: 'open_room' });
    const opened = new Room(room, host);
    await opened.welcome(person, occasion);
    return opened;
  }

  /** The command that says something in it. */
  saying(text) {
    return { command: 'say_in_room', room: this.chat, text };
  }

  /** The command that takes someone into it. */
  inviting({ account }) {
    return { command: 'invite', room: this.chat, who: { account } };
  }

  /** The command that takes someone out of it. */
  dismissing({ account }) {
    return { command: 'dismiss', room: this.chat, account };
  }

  has(person) {
    return this.#members.has(person);
  }

  /** Someone is in it from now on, whoever asked for that. */
  async requireIn(person) {
    const out = this.#wereOut.get(person) ?? 0;
    await person.life.until(async () => (await person.lastSeq(this)) > out);
    this.#members.add(person);
  }

  /** Takes someone in, who talks. */
  async welcome(person, occasion) {
    await this.host.life.command(this.inviting(person));
    await this.requireIn(person);
    await this.greet(occasion);
  }

  /** Has someone taken out by its host, who knows of it then: by a place behind the one where it stood before. */
  async dismiss(person) {
    const seq = await this.host.lastSeq(this);
    await this.host.life.command(this.dismissing(person));
    await this.noteOut(person, seq);
  }

  /** Notes that someone is taken out at a place behind this one. */
  async noteOut(person, seq) {
    const { host } = this;
    await host.life.until(async () => (await host.lastSeq(this)) > seq);
    this.#members.delete(person);
    this.#wereOut.set(person, await host.lastSeq(this));
  }

  /** Someone who was taken out hears of it. */
  async hearsOut(person) {
    await person.life.until(async () => (await person.lastSeq(this)) >= this.#wereOut.get(person));
  }

  /** The same, and may say nothing there, and is told of nothing that is said. */
  async requireOut(person, occasion) {
    await this.hearsOut(person);
    const asked = person.life.command(this.saying(`${occasion}: out of place`));
    require(await asked.then(() => false, ({ message }) => message.includes('not_found')), 'whoever is out says nothing');
    const secret = `${occasion}: among ourselves`;
    await this.tell(this.host, secret);
    await person.life.rest();
    require(!(await person.texts(this)).includes(secret), 'whoever is out hears nothing');
  }

  /** Says something, and waits until everyone in it has that. */
  async tell(who, text) {
    await who.say(this, text);
    for (const member of this.#members) await member.life.until(async () => (await member.texts(this)).includes(text));
  }

  /** Everyone in it can speak and is heard. */
  async greet(occasion) {
    for (const member of this.#members) await this.tell(member, `${occasion}: hello from ${member.profile}`);
  }

  /** All show the same, once and in order, as far as they were there, with all that was promised. */
  async requireRight() {
    await inStep([...this.#members].map((member) => [member, this]));
    const everyone = new Set([...this.#members, ...this.#wereOut.keys()]);
    requireJudged(await Promise.all([...everyone].map((person) => this.#side(person))));
  }

  async #side(person) {
    const side = await person.side(this);
    return { ...side, cameLater: person !== this.host, wasOut: this.#wereOut.has(person) };
  }
}
