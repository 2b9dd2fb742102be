// MLS in Chromium, every change stored, beside ts-mls in the same browser, alike. Prints Markdown tables; the last line is a summary.
import { Browser } from '../src/browsers.js';
import { Site } from '../src/site.js';
import { bundlePeer } from './peer-bundle.js';
import { table } from './tables.js';

/** Members, and how often each step is done: the least counts. */
const SIZES = [
  [2, 20],
  [100, 8],
  [1000, 3],
];

const [engineFolder] = process.argv.slice(2);
const page = new URL('pages/', import.meta.url).pathname;
const site = await Site.start({ '/engine/': `${engineFolder}/`, '/peer/': await bundlePeer('./mls-peer.js'), '/': page });
const browser = await Browser.launch('chrome', { answerMsMax: 1_800_000 });
/** What is compared: ours, theirs, and what the summary calls it. The last is in the summary alone. */
const PAIRS = [
  ['computed', 'computed', 'computing'],
  ['stored', 'stored', 'both storing'],
  ['stored', 'computed', 'storing beside ts-mls in memory'],
];
const slower = PAIRS.map(() => []);
let rows = 0;

try {
  for (const [members, rounds] of SIZES) {
    const own = await ask(`${site.url}/mls.html`, `benchMls(${members}, ${rounds})`);
    const peer = await ask(`${site.url}/peer/index.html`, `peerMls(${members}, ${rounds})`);
    const lines = Object.entries(own.costs).map(([name, cost]) => {
      rows += 1;
      const cells = PAIRS.map(([ours, theirs], index) => {
        const ratio = (cost[ours] / peer[name][theirs]).toFixed(2);
        if (ratio > 1) slower[index].push(`${name} at ${members} (${ratio})`);
        return [cost[ours], peer[name][theirs], ratio];
      });
      return [name, ...cells[0], ...cells[1], String(cost.written)];
    });
    const columns = ['palaver computes', 'ts-mls computes', 'ratio', 'palaver, stored', 'ts-mls, stored', 'ratio', 'bytes written'];
    table(`MLS in Chromium, ${members} members, in ms; stored in IndexedDB, strictly`, ['', ...columns], lines);
    table(`Bytes, ${members} members`, ['', 'bytes'], Object.entries(own.sizes).map(([name, bytes]) => [name, String(bytes)]));
  }
  const told = PAIRS.map(([, , what], index) => {
    const behind = slower[index].length > 0 ? ` (not: ${slower[index].join(', ')})` : '';
    return `${what} ${rows - slower[index].length} of ${rows}${behind}`;
  });
  console.log(`\nmls in Chromium: rows not slower than ts-mls: ${told.join('; ')}`);
} finally {
  await browser.remove();
  await site.stop();
}

/** In a page of its own, so that one's memory is not the other's. */
async function ask(url, expression) {
  const page = await browser.open(url);
  await page.waitForFunction(`typeof ${expression.split('(')[0]} === 'function'`);
  // What panics in WebAssembly never answers.
  const fault = new Promise((_, reject) => page.on('pageerror', (error) => reject(error)));
  const answer = await Promise.race([page.evaluate(expression), fault]);
  await page.close();
  return answer;
}
