// What a test plays on: a site, a relay and browsers of its own, all gone when it ends.
import { Browser } from './browsers.js';
import { Front } from './front.js';
import { Person } from './person.js';
import { Poisoner, Relay, Terminal } from './programs.js';
import { Site } from './site.js';

/** The browsers that everything has to work in. */
export const KINDS = ['chrome', 'firefox'];

export class Scene {
  #browsers = [];
  #terminals = [];
  #fronts = [];
  #poisoners = [];

  /** Set up for one test, which ends it. */
  static async of(t, { folders, headers, settings } = {}) {
    const scene = new Scene();
    t.after(() => scene.end());
    scene.site = await Site.start(folders, headers);
    scene.relay = await Relay.start({ origins: [scene.site.url], settings });
    return scene;
  }

  async browser(kind, options) {
    const browser = await Browser.launch(kind, options);
    this.#browsers.push(browser);
    return browser;
  }

  /** A proxy in front of the relay, for pages of the app. */
  async front() {
    const front = await Front.start(this.relay);
    this.#fronts.push(front);
    return front;
  }

  /** Opens a tab with a client. */
  open(browser, options) {
    return Person.open(browser, this.site, this.relay, options);
  }

  /** Opens a tab, and an account in it. */
  join(browser, name, options) {
    return Person.join(browser, this.site, this.relay, name, options);
  }

  /** Someone with a terminal. */
  async terminal(name) {
    const terminal = await Terminal.init(this.relay, name);
    this.#terminals.push(terminal);
    return terminal;
  }

  /** Someone with a terminal and no account. */
  async emptyTerminal(name) {
    const terminal = await Terminal.empty(this.relay, name);
    this.#terminals.push(terminal);
    return terminal;
  }

  /** Strangers who poison what they are let into. */
  poisoner() {
    const poisoner = new Poisoner(this.relay);
    this.#poisoners.push(poisoner);
    return poisoner;
  }

  async end() {
    await Promise.all([...this.#browsers, ...this.#terminals, ...this.#poisoners].map((one) => one.remove()));
    await Promise.all(this.#fronts.map((front) => front.stop()));
    await this.relay?.stop();
    await this.site?.stop();
  }
}
