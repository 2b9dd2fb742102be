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
const kinds = ['computed', 'stored'];
const slower = { computed: [], stored: [] };
let rows = 0;

try {
  for (const [members, rounds] of SIZES) {
    const own = await ask(`${site.url}/mls.html`, `benchMls(${members}, ${rounds})`);
    const peer = await ask(`${site.url}/peer/index.html`, `peerMls(${members}, ${rounds})`);
    const lines = Object.entries(own.costs).map(([name, cost]) => {
      rows += 1;
      const cells = kinds.flatMap((kind) => {
        const ratio = (cost[kind] / peer[name][kind]).toFixed(2);
        if (ratio > 1) slower[kind].push(`${name} at ${members} (${ratio})`);
        return [cost[kind], peer[name][kind], ratio];
      });
      return [name, ...cells, String(cost.written)];
    });
    const columns = ['palaver computes', 'ts-mls computes', 'ratio', 'palaver, stored', 'ts-mls, stored', 'ratio', 'bytes written'];
    table(`MLS in Chromium, ${members} members, in ms; stored in IndexedDB, strictly`, ['', ...columns], lines);
    table(`Bytes, ${members} members`, ['', 'bytes'], Object.entries(own.sizes).map(([name, bytes]) => [name, String(bytes)]));
  }
  const told = kinds.map((kind) => `${kind} ${rows - slower[kind].length} of ${rows}${slower[kind].length > 0 ? ` (slower: ${slower[kind].join(', ')})` : ''}`);
  console.log(`\nmls in Chromium: not slower than ts-mls: ${told.join('; ')}`);
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
