// Ending a worker at every point of everything it writes. A worker that stands still is ended only after some seconds, so that
// much is done at once: an operation's points are shared out to lanes, which have nothing to do with each other.
import { Scene } from './scene.js';
import { POLICY } from './site.js';

const LANES = 3;

/** Each on a page of its own: one has room for the memories of about a hundred workers, and gives those of ended ones back late. */
export const OPERATIONS_AT_ONCE = 6;

/** Only pages that are isolated may have a worker stand still. */
const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Everyone lives at one address, and asks more often than people do. */
const SETTINGS = ['registrations', 'guest-requests', 'claims', 'links'].flatMap((limit) => [`--${limit}-per-minute`, '1000000']);

/** A page whose workers stand still where they are told to, at one of the counted points if some are named. */
export async function stage(t, counted = []) {
  return (await theatre(t, counted))();
}

/** What opens such pages. */
async function theatre(t, counted) {
  const scene = await Scene.of(t, { headers: HEADERS, settings: SETTINGS });
  const poisoner = scene.poisoner();
  scene.site.answer('/strangers/join', () => poisoner.join());
  scene.site.answer('/strangers/poison', (query) => poisoner.poison(query.get('account')));
  const browser = await scene.browser('chrome');
  const query = new URLSearchParams([['relay', scene.relay.url], ...counted.map((point) => ['point', point])]);
  return () => browser.open(`${scene.site.url}/killed/index.html?${query}`);
}

/** Carries out each operation as often as it has points, among the counted ones if some are named. Gives the points' names. */
export async function endAtEachPoint(t, counted = []) {
  const open = await theatre(t, counted);
  const met = new Set();
  const first = await open();
  const operations = await first.evaluate('names');
  await first.close();
  const endIn = (name) =>
    t.test(name, async (t) => {
      const page = await open();
      const lanes = Array.from({ length: LANES }, (_, lane) => endOnLane(page, name, lane, met));
      const counts = await Promise.all(lanes);
      await page.close();
      t.diagnostic(`ended at ${counts.reduce((sum, count) => sum + count, 0)} points`);
    });
  await Promise.all(operations.map(endIn));
  return [...met].sort();
}

/** Every so manieth point of an operation, until there are no more. Gives how many there were. */
async function endOnLane(page, name, lane, met) {
  for (let count = 0; ; count += 1) {
    const at = lane + 1 + count * LANES;
    const point = await page.evaluate((...given) => endAt(...given), name, lane, at).catch((error) => {
      throw new Error(`ended at point ${at} of ${name}: ${error.message}`);
    });
    if (!point) return count;
    met.add(point);
  }
}
