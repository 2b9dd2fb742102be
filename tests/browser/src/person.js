// Someone with a browser tab: what tests ask of the client in it.
import { until } from './until.js';

const CLIENT = '/client.html';

export class Person {
  /** Opens a tab with a client. */
  static async open(browser, site, relay, { profile = 'default' } = {}) {
    const page = await browser.open(`${site.url}${CLIENT}?relay=${encodeURIComponent(relay.url)}&profile=${profile}`);
    const person = new Person();
    person.page = page;
    await page.evaluate('opened');
    return person;
  }

  /** Opens a tab, and an account in it. */
  static async join(browser, site, relay, name, options) {
    const person = await Person.open(browser, site, relay, options);
    person.name = `@${name}`;
    const { phrase } = await person.ask((client, handle) => client.create({ handle }), name);
    person.phrase = phrase;
    return person;
  }

  /** Runs a function with the tab's client. */
  ask(question, ...values) {
    return this.page.evaluate(`(${question})(client, ...${JSON.stringify(values)})`);
  }

  send(who, text) {
    return this.ask((client, who, text) => client.send(who, text), who, text);
  }

  /** The texts of the conversation with someone, in order. */
  texts(who) {
    return this.ask(async (client, handle) => {
      const row = (await client.conversations()).find((row) => row.handle === handle);
      if (!row) return [];
      const messages = await client.messages(row.conversation, { limit: 500 });
      return messages.map((message) => message.text);
    }, who.replace('@', ''));
  }

  /** Waits until the conversation with someone has so many messages, and gives their texts. */
  async waitForTexts(who, count) {
    let texts = [];
    await until(async () => (texts = await this.texts(who)).length >= count, () => `${this.name} has ${texts.length} of ${count} messages with ${who}`);
    return texts;
  }
}
