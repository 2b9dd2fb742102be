// What the client costs in Chromium, beside ts-mls in the same browser. Prints Markdown tables.
import { Browser } from '../src/browsers.js';
import { Person } from '../src/person.js';
import { Relay } from '../src/programs.js';
import { Site, packageFolder, pagesFolder } from '../src/site.js';
import { until } from '../src/until.js';
import { bundlePeer } from './peer-bundle.js';

/** Messages that are sealed, sent and opened. */
const MESSAGES = 1000;
/** Messages whose way from one page to the other is timed, one after the other. */
const ROUNDS = 200;
const HAND_OVERS = 5;

/** What a benchmark sends is not what a person does. */
const UNLIMITED = ['--sends-per-minute', '1000000', '--requests-per-minute', '1000000'];

const numbered = (count) => Array.from({ length: count }, (_, index) => `message number ${index}`);

const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];

const ms = (value) => value.toFixed(1);

const peerFolder = await bundlePeer();
const site = await Site.start({ '/palaver/': packageFolder, '/peer/': peerFolder, '/': pagesFolder });
const relay = await Relay.start({ origins: [site.url], settings: UNLIMITED });
const [one, other] = await Promise.all([Browser.launch('chrome'), Browser.launch('chrome')]);

try {
  const ana = await Person.join(one, site, relay, 'ana');
  const ben = await Person.join(other, site, relay, 'ben');
  await ana.send('@ben', 'hello');
  await ben.waitForTexts('@ana', 1);

  console.log(`\n### ${MESSAGES} messages in Chromium, in ms\n`);
  console.log('| | stored and sealed | opened and stored |\n|---|---|---|');
  const sealed = await ana.ask(sealAll, '@ben', numbered(MESSAGES));
  await ana.waitUntilSent();
  await other.close();
  console.log(`| palaver: IndexedDB, relay and all | ${ms(sealed)} | ${ms(await catchUp(ana))} |`);
  const peer = await one.open(`${site.url}/peer/index.html`);
  const { seal, open } = await peer.evaluate(`peer(${MESSAGES})`);
  console.log(`| ts-mls: in memory, nothing sent | ${ms(seal)} | ${ms(open)} |`);

  const cleo = await Person.join(one, site, relay, 'cleo', { profile: 'cleo' });
  await cleo.send('@ana', 'hello');
  await ana.waitForTexts('@cleo', 1);
  const ways = await timeWays(ana, cleo);
  console.log('\n### From send to shown, two pages, in ms\n\n| p50 | p95 |\n|---|---|');
  console.log(`| ${ms(percentile(ways, 0.5))} | ${ms(percentile(ways, 0.95))} |`);

  const second = await Person.open(one, site, relay, { name: 'ana' });
  const across = await timeAcross(cleo, ana, second);
  console.log('\n### Tabs, in ms\n\n| | p50 | largest | aim |\n|---|---|---|---|');
  console.log(`| shown in the other tab after this one | ${ms(percentile(across, 0.5))} | ${ms(Math.max(...across))} | 100 |`);
  const handed = await timeHandOvers();
  console.log(`| another tab owns after one was closed | ${ms(percentile(handed, 0.5))} | ${ms(Math.max(...handed))} | 500 |`);

  const loads = await timeLoads();
  console.log('\n### Load, in ms\n\n| | to an open account |\n|---|---|');
  console.log(`| first visit, nothing cached: to the welcome | ${ms(loads.first)} |`);
  console.log(`| again, cached | ${ms(loads.again)} |`);
} finally {
  await Promise.all([one.remove(), other.remove()]);
  await relay.stop();
  await site.stop();
}

/** Sends everything at once; how long until all of it is stored and sealed. */
async function sealAll(client, who, texts) {
  const start = performance.now();
  await Promise.all(texts.map((text) => client.send(who, text)));
  return performance.now() - start;
}

/** Someone was away while everything was sent: how long until all of it is stored, once the account is open. */
async function catchUp(sender) {
  const profile = other.profile;
  const back = await Browser.launch('chrome', { profile });
  const ben = await Person.open(back, site, relay, { name: 'ben' });
  const start = performance.now();
  await until(async () => (await ben.ask((client) => client.conversations()))[0]?.lastMessage?.text === numbered(MESSAGES).at(-1));
  const taken = performance.now() - start;
  await back.close();
  await sender.waitUntilSent();
  return taken;
}

/** One message after the other: from the call of `send` on one page to the event on the other, by one clock. */
async function timeWays(to, from) {
  await to.page.evaluate(`globalThis.came = new Map(); client.addEventListener('message', ({ detail }) => came.set(detail.text, performance.timeOrigin + performance.now()))`);
  const ways = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const text = `round ${round}`;
    const left = await from.ask(async (client, who, text) => {
      const left = performance.timeOrigin + performance.now();
      await client.send(who, text);
      return left;
    }, to.name, text);
    const came = await until(() => to.page.evaluate(`came.get('${text}')`));
    ways.push(came - left);
  }
  return ways;
}

/** Between the two tabs of a person, by the events of the same message. */
async function timeAcross(sender, first, second) {
  const watch = `globalThis.came = new Map(); client.addEventListener('message', ({ detail }) => came.set(detail.text, performance.timeOrigin + performance.now()))`;
  await first.page.evaluate(watch);
  await second.page.evaluate(watch);
  const across = [];
  for (let round = 0; round < 50; round += 1) {
    const text = `across ${round}`;
    await sender.send(first.name, text);
    const [one, two] = await Promise.all([first, second].map((tab) => until(() => tab.page.evaluate(`came.get('${text}')`))));
    across.push(Math.abs(one - two));
  }
  return across;
}

/** The owning tab is closed, again and again. */
async function timeHandOvers() {
  const taken = [];
  let owner = await Person.open(one, site, relay, { name: 'dora', profile: 'dora' });
  await owner.ask((client) => client.create());
  for (let round = 0; round < HAND_OVERS; round += 1) {
    const next = await Person.open(one, site, relay, { name: 'dora', profile: 'dora' });
    await next.page.evaluate(`globalThis.owned = new Promise((resolve) => client.addEventListener('state', ({ detail }) => detail.isOwner && resolve(performance.timeOrigin + performance.now())))`);
    const left = await next.page.evaluate('performance.timeOrigin + performance.now()');
    await owner.page.close();
    taken.push((await next.page.evaluate('owned')) - left);
    owner = next;
  }
  return taken;
}

/** From the navigation until it is clear how the client stands. */
async function timeLoads() {
  const times = [];
  const browser = await Browser.launch('chrome');
  for (const visit of ['first', 'again']) {
    const person = await Person.open(browser, site, relay, { name: 'eve' });
    times.push(await person.page.evaluate('openedAt'));
    if (visit === 'first') await person.ask((client) => client.create());
    await person.page.close();
  }
  await browser.remove();
  return { first: times[0], again: times[1] };
}
