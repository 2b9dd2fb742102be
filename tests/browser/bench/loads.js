// How long the web app takes to be there.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppPerson, DESK } from '../src/app.js';
import { Browser } from '../src/browsers.js';
import { programs } from '../src/programs.js';
import { until } from '../src/until.js';

const run = promisify(execFile);

/** For everything that was said to be there. */
const PATIENCE_MS = 900_000;

/** A first visit with an empty cache. */
export async function timeFirstLoad(relay) {
  const browser = await Browser.launch('chrome');
  try {
    return await timeLoad(browser, relay, '.gate-card');
  } finally {
    await browser.remove();
  }
}

/** Opens the app of someone to whom many people have said much. */
export async function timeFullList(browser, relay, conversations, messages) {
  const ana = await AppPerson.register(browser, relay, 'hana');
  await run(join(programs, 'examples/fill_conversations'), [relay.url, 'hana', String(conversations), String(messages)], { maxBuffer: 1 << 24 });
  const last = `Message ${messages - 1} of`;
  const complete = () => ana.ask((last) => [...document.querySelectorAll('.items .item')].filter((row) => row.innerText.includes(last)).length, last);
  let there;
  await until(async () => (there = await complete()) === conversations, () => `${there} conversations are there`, PATIENCE_MS);
  await ana.page.close();
  // Once for the service worker and what browsers compile ahead, once for the clock.
  await timeLoad(browser, relay, '.items .item');
  return timeLoad(browser, relay, '.items .item');
}

/** From the navigation until something is drawn; and that less the time until both modules were there. */
async function timeLoad(browser, relay, selector) {
  const page = await browser.driver.newPage();
  await page.setViewport(DESK);
  await page.evaluateOnNewDocument((selector) => {
    const look = () => (document.querySelector(selector)?.checkVisibility() ? (globalThis.drawnAt = performance.now()) : requestAnimationFrame(look));
    look();
  }, selector);
  await page.goto(relay.url);
  const all = await until(() => page.evaluate('globalThis.drawnAt'), () => `there is no ${selector}`);
  const here = await page.evaluate(arrivalOfWasm);
  const [worker] = page.workers();
  const there = await worker.evaluate(arrivalOfWasm);
  const origin = await page.evaluate('performance.timeOrigin');
  await page.close();
  return { all, afterWasm: origin + all - Math.max(here, there) };
}

/** In a page or worker: when the last byte of its module was there. */
const arrivalOfWasm = `performance.timeOrigin + performance.getEntriesByType('resource').find(({ name }) => name.endsWith('.wasm')).responseEnd`;
