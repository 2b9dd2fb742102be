// Someone with a browser tab: what tests ask of the client in it.
import { until } from './until.js';

const CLIENT = '/client.html';

export class Person {
  /** Opens a tab with a client. */
  static async open(browser, site, relay, { name, url = site.url, ...options } = {}) {
    const query = new URLSearchParams({ relay: relay.url, ...options });
    const person = new Person();
    person.name = name && `@${name}`;
    person.page = await browser.open(`${url}${CLIENT}?${query}`);
    await person.page.evaluate('opened');
    return person;
  }

  /** Opens a tab, and an account in it. */
  static async join(browser, site, relay, name, { protection, ...options } = {}) {
    const person = await Person.open(browser, site, relay, { name, ...options });
    const { phrase } = await person.ask((client, wanted) => client.create(wanted), { protection });
    await person.ask((client, name) => client.setHandle(name), name);
    person.phrase = phrase;
    return person;
  }

  /** Runs a function with the tab's client. */
  ask(question, ...values) {
    return this.page.evaluate(`(${question})(client, ...${JSON.stringify(values)})`);
  }

  /** The code of the error that a function with the tab's client fails with; none where it does not fail. */
  codeOf(question, ...values) {
    const asked = `(${question})(client, ...${JSON.stringify(values)})`;
    return this.page.evaluate(`(async () => ${asked})().then(() => null, (error) => error.code ?? String(error))`);
  }

  send(who, text) {
    return this.ask((client, who, text) => client.send(who, text), who, text);
  }

  /** Says much at once; over when all of it is stored here. */
  sendAll(who, texts) {
    return this.ask((client, who, texts) => Promise.all(texts.map((text) => client.send(who, text))), who, texts);
  }

  /** Begins to say much, and notes in the site's storage what was answered, so that it outlives the tab. */
  beginToSend(who, texts) {
    return this.ask(
      (client, who, texts) => {
        for (const text of texts) {
          const note = () => localStorage.setItem('answered', `${localStorage.getItem('answered') ?? ''}${text}\n`);
          client.send(who, text).then(note);
        }
      },
      who,
      texts,
    );
  }

  /** What was answered of all that was begun to be said. */
  async answered() {
    return this.page.evaluate(`(localStorage.getItem('answered') ?? '').split('\\n').filter(Boolean)`);
  }

  async reload() {
    await this.page.reload({ waitUntil: 'load' });
    await this.page.evaluate('opened');
  }

  /** Brings the tab to the front. */
  look() {
    return this.page.bringToFront();
  }

  state() {
    return this.ask((client) => client.state);
  }

  /** Everything of a name that the tab heard. */
  heard(name) {
    return this.page.evaluate(`heard.filter((one) => one.name === '${name}').map((one) => one.detail)`);
  }

  diagnostics() {
    return this.ask((client) => client.diagnostics());
  }

  /** Waits for how the client stands, and gives it. */
  async waitForState(name, isRight = () => true) {
    let state;
    const isThere = async () => (state = await this.state()).state === name && isRight(state);
    await until(isThere, () => `${this.name} is ${JSON.stringify(state)}, not ${name}`);
    return state;
  }

  /** Waits until it is this tab whose worker runs the engine. */
  waitToOwn() {
    return this.waitForState('open', (state) => state.isOwner);
  }

  /** Waits for how the client stands with its relay, as it would answer, and gives it. */
  async waitForConnection(name) {
    let connection;
    const ask = async (client) => (await client.diagnostics()).connection;
    const isThere = async () => (connection = await this.ask(ask)).state === name;
    await until(isThere, () => `${this.name} is ${JSON.stringify(connection)}, not ${name}`);
    return connection;
  }

  /** Waits until everything that was said has left. */
  async waitUntilSent() {
    let count;
    const hasLeft = async () => (count = (await this.diagnostics()).outboxCount) === 0;
    await until(hasLeft, () => `${this.name} still has ${count} to send`);
  }

  /** The messages of the conversation with someone, in order. */
  messages(who) {
    return this.ask(async (client, handle) => {
      const row = (await client.conversations()).find((row) => row.handle === handle);
      return row ? client.messages(row.conversation, { limit: 500 }) : [];
    }, who.replace('@', ''));
  }

  /** Their texts. */
  async texts(who) {
    return (await this.messages(who)).map((message) => message.text);
  }

  /** The texts that wait to be sent to someone. */
  waiting(who) {
    return this.ask(async (client, handle) => {
      const { account } = (await client.contacts()).find((contact) => contact.handle === handle);
      return (await client.pending(account)).map((message) => message.text);
    }, who.replace('@', ''));
  }

  /** Waits until the conversation with someone has so many messages, and gives their texts. */
  async waitForTexts(who, count) {
    let texts = [];
    const isThere = async () => (texts = await this.texts(who)).length >= count;
    await until(isThere, () => `${this.name} has ${texts.length} of ${count} messages with ${who}`);
    return texts;
  }

  /** Ends the worker behind the tab, as a browser does that is short of memory: nobody is told. */
  killWorker() {
    return this.page.evaluate('workers.at(-1).terminate()');
  }
}
