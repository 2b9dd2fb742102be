// Someone at the web app: sees what is on the screen, points at it and types. Knows nothing of what lies behind.
import assert from 'node:assert/strict';
import { until } from './until.js';

/** A screen on a desk, and the smallest of phones. */
export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

/** What one can press. */
const PRESSABLE = 'button, a[href], summary, label.choice, label.theme, [role=button]';

/** In the page: the elements of a selector that are to be seen, and what assistive technology calls them. */
const LOOK = `
  (selector) => [...document.querySelectorAll(selector)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest('[inert], [aria-hidden=true]'))
    .filter((one) => { const dialog = document.querySelector('dialog[open]'); return !dialog || dialog.contains(one); })
    .map((one) => [one, (one.getAttribute('aria-label') ?? one.querySelector('.item-title')?.innerText ?? one.innerText ?? '').replace(/\\s+/g, ' ').trim()])
`;

export class AppPerson {
  /** Opens a tab with the app. */
  static async open(browser, relay, { name, path = '/', context } = {}) {
    const person = new AppPerson();
    person.relay = relay;
    person.name = name && `@${name}`;
    person.page = await browser.open(`${relay.url}${path}`, context);
    // Firefox is told no sizes: its window is a tablet's, which is worth a test too.
    if (browser.kind === 'chrome') await person.page.setViewport(DESK);
    await person.watch();
    return person;
  }

  /** Opens a tab, and makes an account by what the screens say. */
  static async register(browser, relay, name, options = {}) {
    const person = await AppPerson.open(browser, relay, { name, ...options });
    await person.press('Create an account');
    await person.fill('Name', name);
    await person.press('Continue');
    await person.confirmPhrase('Continue');
    await person.press('Create account');
    await person.see('No conversations yet');
    return person;
  }

  /** Counts what the policy refuses, in this page as long as it is there. */
  async watch() {
    await this.page.evaluate(() => {
      globalThis.refused = [];
      addEventListener('securitypolicyviolation', (event) => refused.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
  }

  /** What went wrong in the page: nothing, it is to be hoped. */
  async faults() {
    return [...this.page.faults, ...(await this.page.evaluate(() => globalThis.refused ?? []))];
  }

  /** Runs a function in the page. */
  ask(question, ...values) {
    return this.page.evaluate(question, ...values);
  }

  /** All that can be read. */
  screen() {
    return this.page.evaluate(`document.body.innerText`).catch(() => '(between two pages)');
  }

  /** Waits until a text can be read somewhere. */
  async see(text, where = 'body') {
    const look = `[...document.querySelectorAll(${JSON.stringify(where)})].some((one) => one.checkVisibility() && (one.innerText ?? '').includes(${JSON.stringify(text)}))`;
    let screen;
    const isThere = () => this.page.evaluate(look).catch(() => false);
    await until(async () => (await isThere()) || ((screen = await this.screen()), false), () => `${this.name} looks for “${text}” in ${where} and sees: ${screen}`);
  }

  /** Waits until a text can no longer be read. */
  async seeNo(text, where = 'body') {
    const look = `[...document.querySelectorAll(${JSON.stringify(where)})].every((one) => !one.checkVisibility() || !(one.innerText ?? '').includes(${JSON.stringify(text)}))`;
    await until(() => this.page.evaluate(look).catch(() => false), () => `${this.name} still sees “${text}”`);
  }

  /** Waits until a selector finds something. */
  async find(selector) {
    let screen;
    const look = () => this.page.evaluate((selector) => document.querySelector(selector)?.checkVisibility() ?? false, selector);
    await until(
      async () => (await look().catch(() => false)) || ((screen = await this.screen()), false),
      () => `${this.name} finds no ${selector}, but: ${screen}`,
    );
  }

  /** Where something lies that can be pressed, once it is still and nothing lies over it. */
  async #place(selector, name) {
    const look = `(() => {
      const found = (${LOOK})(${JSON.stringify(selector)});
      const wanted = ${JSON.stringify(name ?? null)};
      const pair = found.find(([, label]) => wanted === null || label === wanted) ?? found.find(([, label]) => label.startsWith(wanted));
      if (!pair) return { seen: found.map(([, label]) => label) };
      pair[0].scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const box = pair[0].getBoundingClientRect();
      const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const hit = document.elementFromPoint(at.x, at.y);
      if (!hit || !(pair[0].contains(hit) || hit.contains(pair[0]))) return { seen: ['covered by ' + (hit?.className ?? 'nothing')] };
      return at;
    })()`;
    let [last, seen] = [undefined, undefined];
    return until(
      async () => {
        const at = await this.page.evaluate(look).catch((error) => ({ seen: [String(error)] }));
        if (at.seen) {
          seen = at.seen;
          return false;
        }
        const isStill = last?.x === at.x && last?.y === at.y;
        last = at;
        return isStill && at;
      },
      () => `${this.name} finds nothing called “${name}” to press, only: ${seen}`,
    );
  }

  /** Presses what has a name. */
  async press(name, selector = PRESSABLE) {
    const { x, y } = await this.#place(selector, name);
    await this.page.mouse.click(x, y);
  }

  /** Presses the first that a selector finds. */
  async pressAt(selector) {
    await this.press(undefined, selector);
  }

  /** Whether something with a name can be pressed now. */
  offers(name, selector = PRESSABLE) {
    return this.page.evaluate(`(${LOOK})(${JSON.stringify(selector)}).some(([, label]) => label === ${JSON.stringify(name)})`);
  }

  /** Types into a field, by its label, in place of what is in it. */
  async fill(label, text) {
    const field = `[...document.querySelectorAll('label[for]')].find((one) => one.innerText.trim() === ${JSON.stringify(label)} && one.checkVisibility())?.control
      ?? [...document.querySelectorAll('input, textarea')].find((one) => one.getAttribute('aria-label') === ${JSON.stringify(label)} && one.checkVisibility())`;
    await until(
      () => this.page.evaluate(`(() => { const field = ${field}; field?.focus(); field?.select(); return Boolean(field) && document.activeElement === field; })()`),
      () => `${this.name} finds no field called “${label}”`,
    );
    await this.page.keyboard.type(text);
    await until(() => this.page.evaluate(`(${field})?.value === ${JSON.stringify(text)}`), () => `${label} does not take what is typed`);
  }

  /** Puts a long text into the focused field at once, as pasting does. */
  paste(text) {
    return this.page.evaluate((text) => {
      const field = document.activeElement;
      field.value = text;
      field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
    }, text);
  }

  /** Presses keys one after the other. */
  async keys(...names) {
    for (const name of names) {
      const parts = name.split('+');
      for (const held of parts.slice(0, -1)) await this.page.keyboard.down(held);
      await this.page.keyboard.press(parts.at(-1));
      for (const held of parts.slice(0, -1).reverse()) await this.page.keyboard.up(held);
    }
  }

  /** What has the focus, as assistive technology calls it. */
  focused() {
    return this.page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body) return '';
      // Browsers let one scroll with the keyboard: what scrolls has no name.
      const hasWords = at.matches('a, button, summary, h1, h2, p');
      const label = at.labels?.[0]?.innerText ?? at.getAttribute('aria-label') ?? (hasWords ? at.innerText : '');
      return label.replace(/\s+/g, ' ').trim() || at.tagName.toLowerCase();
    });
  }

  /** Goes on with Tab, or back, until something has the focus. */
  async tabTo(name, key = 'Tab') {
    const seen = [];
    for (let step = 0; step < 40; step += 1) {
      const at = await this.focused();
      if (at === name) return;
      seen.push(at);
      await this.keys(key);
    }
    assert.fail(`${this.name} does not come to “${name}” with Tab, but to: ${seen.join(' | ')}`);
  }

  /** Notes the words that are shown, says that they were written down, and answers what is asked of them. */
  async confirmPhrase(done) {
    await this.find('ol.phrase');
    const words = await this.page.evaluate(() => [...document.querySelectorAll('ol.phrase li')].map((word) => word.innerText.trim()));
    assert.equal(words.length, 24);
    this.phrase = words.join(' ');
    await this.press('I have written them down');
    await this.answerWords();
    await this.press(done);
  }

  /** Types the words that are asked for. */
  async answerWords() {
    await this.find('#word-0');
    const asked = await this.page.evaluate(() => [0, 1, 2].map((at) => document.querySelector(`label[for=word-${at}]`).innerText.trim()));
    for (const label of asked) await this.fill(label, this.phrase.split(' ')[Number(label.match(/\d+/)[0]) - 1]);
  }

  /** Adds someone by name; the conversation is open then. */
  async add(who) {
    await this.goTo('/add');
    await this.fill('Name or link', who);
    await this.press('Add');
    await this.see(who.replace('@', ''), '.chat-name');
  }

  /** Goes to an address within the app, as a link to it does, without loading the page anew. */
  async goTo(path) {
    await this.page.evaluate((path) => {
      history.pushState(0, '', path);
      dispatchEvent(new PopStateEvent('popstate', { state: 0 }));
    }, path);
  }

  path() {
    return this.page.evaluate('location.pathname');
  }

  /** Opens the conversation with someone from the list. */
  async openChat(who) {
    const name = who.replace('@', '');
    await this.pressRow(name);
    await this.see(name, '.chat-name');
  }

  async pressRow(name) {
    const { x, y } = await this.#place('.items .item', name);
    await this.page.mouse.click(x, y);
  }

  /** Writes, and sends with Enter. */
  async write(text) {
    await this.fill('Message', text);
    await this.keys('Enter');
  }

  /** The messages in the page, in order. */
  messages() {
    return this.page.evaluate(() => [...document.querySelectorAll('.message .bubble-text')].map((one) => one.innerText));
  }

  /** How far the last own message has come, in words. */
  lastState() {
    return this.page.evaluate(() => {
      const own = [...document.querySelectorAll('.message.own .bubble')].at(-1);
      return own?.querySelector(':scope > .visually-hidden:last-child')?.textContent.replace('. ', '') ?? '';
    });
  }

  /** Waits until the last own message has come so far, or further: whoever looks reads at once. */
  async waitForState(wanted) {
    const enough = wanted === 'Delivered' ? ['Delivered', 'Read'] : [wanted];
    let state;
    await until(async () => enough.includes((state = await this.lastState())), () => `${this.name}’s message is “${state}”, not “${wanted}”`);
  }

  async waitForMessages(texts) {
    let seen;
    const same = () => JSON.stringify(seen) === JSON.stringify(texts);
    await until(async () => ((seen = await this.messages()), same()), () => `${this.name} sees ${JSON.stringify(seen)} and not ${JSON.stringify(texts)}`);
  }

  /** The safety number on the screen. */
  async safetyNumber() {
    await this.find('ol.safety-number');
    return this.page.evaluate(() => [...document.querySelectorAll('ol.safety-number li')].map((one) => one.innerText).join(' '));
  }

  async reload() {
    await this.page.reload({ waitUntil: 'load' });
    await this.watch();
  }

  /** Brings the tab to the front. */
  look() {
    return this.page.bringToFront();
  }
}
