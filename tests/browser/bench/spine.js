// What the client costs in Chromium, beside ts-mls in the same browser. Prints Markdown tables.
import { Browser } from '../src/browsers.js';
import { Relay } from '../src/programs.js';
import { Site, packageFolder, pagesFolder } from '../src/site.js';
import { timeFirstLoad, timeFullList } from './loads.js';
import { timePeer, timeThousand, timeWays } from './messages.js';
import { bundlePeer } from './peer-bundle.js';
import { timeAcross, timeHandOvers } from './tabs.js';
import { largest, percentile, table } from './tables.js';

/** What a benchmark sends is not what a person does. */
const UNLIMITED = ['sends', 'creations', 'claims', 'requests', 'registrations', 'guest-requests'].flatMap((what) => [`--${what}-per-minute`, '100000000']);

/** Messages that are sealed, sent and opened. */
const MESSAGES = 1000;
const CONVERSATIONS = 100;

const site = await Site.start({ '/palaver/': packageFolder, '/peer/': await bundlePeer('./peer.js'), '/': pagesFolder });
const relay = await Relay.start({ origins: [site.url], settings: UNLIMITED });
const one = await Browser.launch('chrome');
const other = await Browser.launch('chrome');
const place = { site, relay };

try {
  const peer = await timePeer(one, place, MESSAGES);
  const own = await timeThousand(one, other, place, MESSAGES);
  table(`${MESSAGES} messages in Chromium, in ms`, ['', 'sealed', 'opened', 'ratio to ts-mls (seal, open)'], [
    ['palaver: stored in IndexedDB, sent through the relay and its echo stored', own.sent, own.opened, `${(own.sent / peer.sealed).toFixed(2)}, ${(own.opened / peer.opened).toFixed(2)}`],
    ['ts-mls: in memory, nothing stored or sent', peer.sealed, peer.opened, '1.00, 1.00'],
  ]);

  const ways = await timeWays(one, other, place);
  table('From send to shown, between two browsers, in ms', ['p50', 'p95'], [[percentile(ways, 0.5), percentile(ways, 0.95)]]);

  const across = await timeAcross(one, other, place);
  const handed = await timeHandOvers(one, place);
  table('Tabs, in ms', ['', 'p50', 'largest', 'aim'], [
    ['shown in the other tab after this one', percentile(across, 0.5), largest(across), '100'],
    ['another tab owns after one was closed', percentile(handed, 0.5), largest(handed), '500'],
  ]);

  const first = await timeFirstLoad(relay);
  const full = await timeFullList(other, relay, CONVERSATIONS, MESSAGES);
  table('The web app, from the navigation, in ms', ['', 'in all', 'after the WebAssembly is there', 'aim'], [
    ['first visit, nothing cached: until one can begin', first.all, first.afterWasm, ''],
    [`${CONVERSATIONS} conversations of ${MESSAGES} messages: until the list is there`, full.all, full.afterWasm, '300'],
  ]);
} finally {
  await Promise.all([one.remove(), other.remove()]);
  await relay.stop();
  await site.stop();
}
