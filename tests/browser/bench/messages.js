// Messages between two people in two browsers: how fast many are, and how long one takes.
import { Person } from '../src/person.js';
import { until } from '../src/until.js';

/** Messages whose way is timed, one after the other. */
const ROUNDS = 200;

const numbered = (count) => Array.from({ length: count }, (_, index) => `message number ${index}`);

/** What ts-mls takes in the same browser, in memory. */
export async function timePeer(browser, { site }, count) {
  const page = await browser.open(`${site.url}/peer/index.html`);
  const times = await page.evaluate(`peer(${count})`);
  await page.close();
  return times;
}

/** Someone says much while the other is away; then the other comes back. */
export async function timeThousand(one, other, { site, relay }, count) {
  const ana = await Person.join(one, site, relay, 'ana');
  const ben = await Person.join(other, site, relay, 'ben');
  await ana.send('@ben', 'hello');
  await ben.waitForTexts('@ana', 1);
  await ben.page.close();

  const sent = await ana.ask(sayAll, '@ben', numbered(count));
  const back = await Person.open(other, site, relay, { name: 'ben' });
  const opened = await back.page.evaluate(`(${untilShown})(${JSON.stringify(numbered(count).at(-1))})`);
  await Promise.all([ana.page.close(), back.page.close()]);
  return { sent, opened };
}

/** In the page: from the first word until the relay has ordered the last one and that is stored here. */
async function sayAll(client, who, texts) {
  const left = new Set(texts);
  const start = performance.now();
  const done = new Promise((resolve) =>
    client.addEventListener('message', ({ detail }) => {
      if (detail.state === 'sent') left.delete(detail.text);
      if (left.size === 0) resolve();
    }),
  );
  await Promise.all(texts.map((text) => client.send(who, text)));
  await done;
  return performance.now() - start;
}

/** In the page: from the account's opening until a text is shown, as an event or in the list. */
async function untilShown(text) {
  const isThere = () => heard.findLast(({ name, detail }) => name === 'message' && detail.text === text);
  if (!isThere()) {
    await new Promise((resolve) => client.addEventListener('message', ({ detail }) => detail.text === text && resolve()));
  }
  return performance.now() - openedAt;
}

/** From the call of `send` in one browser to the event in the other, by the machine's one clock. */
export async function timeWays(one, other, { site, relay }) {
  const cleo = await Person.join(one, site, relay, 'cleo', { profile: 'cleo' });
  const dora = await Person.join(other, site, relay, 'dora', { profile: 'dora' });
  await cleo.send('@dora', 'hello');
  await dora.waitForTexts('@cleo', 1);
  await noteArrivals(dora);
  const ways = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const text = `round ${round}`;
    const left = await cleo.ask(async (client, text) => {
      const left = performance.timeOrigin + performance.now();
      await client.send('@dora', text);
      return left;
    }, text);
    ways.push((await arrival(dora, text)) - left);
  }
  await Promise.all([cleo.page.close(), dora.page.close()]);
  return ways;
}

/** Has a page note when it is told of each text. */
export function noteArrivals(person) {
  return person.page.evaluate(
    `globalThis.came = new Map(); client.addEventListener('message', ({ detail }) => came.has(detail.text) || came.set(detail.text, performance.timeOrigin + performance.now()))`,
  );
}

export function arrival(person, text) {
  return until(() => person.page.evaluate(`came.get(${JSON.stringify(text)})`), () => `${text} does not arrive`);
}
