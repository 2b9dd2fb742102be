// Real browsers, each with a profile of its own. The system's packages bring them; nothing is downloaded.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const found = (...paths) => paths.find((path) => existsSync(path));

const programs = {
  chrome: process.env.CHROMIUM ?? found('/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'),
  firefox: process.env.FIREFOX ?? found('/usr/bin/firefox-esr', '/usr/bin/firefox'),
};

/** An empty folder for a browser's profile. */
export const newProfile = (kind) => mkdtemp(join(tmpdir(), `palaver-${kind}-`));

/** A browser with a profile of its own. */
export class Browser {
  #options;

  static async launch(kind, { profile, args = [], prefs = {}, answerMsMax = 120_000 } = {}) {
    const executablePath = programs[kind];
    if (!executablePath) throw new Error(`${kind} is missing: install chromium and firefox-esr, or name them by CHROMIUM and FIREFOX`);
    const browser = new Browser();
    browser.kind = kind;
    browser.profile = profile ?? (await newProfile(kind));
    browser.#options = {
      browser: kind,
      executablePath,
      headless: true,
      userDataDir: browser.profile,
      args: [...(kind === 'chrome' ? CHROMIUM_FLAGS : []), ...args],
      extraPrefsFirefox: prefs,
      protocolTimeout: answerMsMax,
    };
    await browser.start();
    return browser;
  }

  /** Starts it, again if it was closed, on the same profile. */
  async start() {
    this.driver = await puppeteer.launch(this.#options);
  }

  /** A new tab that has come to an address, in another window where a context names one. */
  async open(url, context = this.driver) {
    const page = await context.newPage();
    page.faults = [];
    page.on('pageerror', (error) => page.faults.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') page.faults.push(message.text());
    });
    await page.goto(url, { waitUntil: 'load' });
    return page;
  }

  /** Ends the browser and keeps its profile. */
  async close() {
    await this.driver.close();
  }

  /** Dies at once, as in a power cut. Its profile stays as it is. */
  async kill() {
    const child = this.driver.process();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async remove() {
    await this.driver.close().catch(() => {});
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
