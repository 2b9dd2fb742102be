// Looks at a screen as each reader has it: light and dark, on a desk and on a phone; and keeps pictures of it.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DESK, PHONE } from './app.js';
import { until } from './until.js';

/** Where the pictures lie: never committed. */
export const ARTEFACTS = new URL('../artefacts/', import.meta.url).pathname;

const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations that keep people from using a screen. */
async function violations(page) {
  if (!(await page.evaluate(`Boolean(globalThis.axe)`))) await page.evaluate(`${await axeSource}; undefined`);
  return page.evaluate(async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.split('\n')[1] ?? ''}`));
  });
}

/** What is wider than the page, or stands beyond its edges. */
function overflowing(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const beyond = [...document.querySelectorAll('body *')]
      .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter((one) => !one.closest('.visually-hidden, .sprite, svg'))
      .filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && box.height > 0 && (box.right > innerWidth + 1 || box.left < -1);
      })
      .map((one) => `<${one.tagName.toLowerCase()} class="${one.className}"> ${one.innerText?.slice(0, 40) ?? ''}`);
    return root.scrollWidth > root.clientWidth ? [`the page is ${root.scrollWidth} px wide`, ...beyond] : beyond;
  });
}

/** Waits until nothing moves, nothing is drawn and nothing is scrolled any more. */
async function atRest(page) {
  let last;
  const look = async () => {
    const { isStill, places } = await page.evaluate(async () => {
      await document.fonts.ready;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const isOver = (one) => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity;
      const scrollers = [...document.querySelectorAll('.timeline, .items, .page-body')];
      const places = scrollers.map(({ scrollTop, scrollHeight }) => `${scrollTop}/${scrollHeight}`).join();
      return { isStill: document.getAnimations().every(isOver), places };
    });
    const isSame = places === last;
    last = places;
    return isStill && isSame;
  };
  await until(look, () => 'the screen does not come to rest');
}

/** How a screen is looked at. */
const WAYS = Object.entries({ desk: DESK, phone: PHONE }).flatMap(([size, viewport]) =>
  ['light', 'dark'].map((scheme) => ({ name: `${size}-${scheme}`, viewport, scheme })),
);

/** Enough for what differs in its words alone from another screen that was looked at in every way. */
export const TWO_WAYS = WAYS.filter(({ name }) => name === 'desk-light' || name === 'phone-dark');

/** At 200 % and at 400 % on a desk: as wide as a half and a quarter of the window, and as many pixels for each. */
export const ENLARGED = [
  { name: 'twice', viewport: { width: DESK.width / 2, height: DESK.height / 2, deviceScaleFactor: 2 }, scheme: 'light' },
  { name: 'four-times', viewport: { width: DESK.width / 4, height: DESK.height / 2, deviceScaleFactor: 2 }, scheme: 'dark' },
];

/** Looks at what is on a person's screen in every way, and gathers what is wrong with it. */
export class Screens {
  #faults = [];

  async look(person, name, { prefix = '', ways = WAYS } = {}) {
    await mkdir(ARTEFACTS, { recursive: true });
    const where = (way) => `${prefix}${name}-${way.name}`;
    for (const way of ways) {
      await this.#stand(person, way);
      await person.page.screenshot({ path: `${ARTEFACTS}${where(way)}.png` });
      for (const fault of await overflowing(person.page)) this.#faults.push(`${where(way)}: beyond the edge: ${fault}`);
    }
    // Only then: whoever checks for violations scrolls about.
    for (const way of ways) {
      await this.#stand(person, way);
      for (const fault of await violations(person.page)) this.#faults.push(`${where(way)}: ${fault}`);
    }
    // What is pressed next is where it is seen only once the page is laid out for that.
    await person.page.setViewport(DESK);
    await atRest(person.page);
  }

  /** Before a screen in one way of looking at it, once it is at rest. */
  async #stand(person, { viewport, scheme }) {
    await person.page.setViewport(viewport);
    await person.page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await atRest(person.page);
  }

  /** Fails if anything was wrong on any screen. */
  assertFine() {
    const { length } = this.#faults;
    assert.equal(length, 0, `${length} faults:\n${this.#faults.join('\n')}`);
  }
}
