// What sharing one engine among tabs costs.
import { Person } from '../src/person.js';
import { arrival, noteArrivals } from './messages.js';

const ROUNDS = 50;
const HAND_OVERS = 10;

/** Between the two tabs of a person, by the events of the same message. */
export async function timeAcross(one, other, { site, relay }) {
  const options = { name: 'emma', profile: 'emma' };
  const first = await Person.join(one, site, relay, 'emma', options);
  const second = await Person.open(one, site, relay, options);
  const fay = await Person.join(other, site, relay, 'fay', { profile: 'fay' });
  for (const tab of [first, second]) await noteArrivals(tab);
  const across = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const text = `across ${round}`;
    await fay.send('@emma', text);
    const [here, there] = await Promise.all([first, second].map((tab) => arrival(tab, text)));
    across.push(Math.abs(here - there));
  }
  await Promise.all([first, second, fay].map((tab) => tab.page.close()));
  return across;
}

/** The owning tab is closed, again and again: how long until another owns. */
export async function timeHandOvers(browser, { site, relay }) {
  const options = { name: 'gina', profile: 'gina' };
  let owner = await Person.join(browser, site, relay, 'gina', options);
  const taken = [];
  for (let round = 0; round < HAND_OVERS; round += 1) {
    const next = await Person.open(browser, site, relay, options);
    await next.page.evaluate(
      `void (globalThis.owned = new Promise((resolve) => client.addEventListener('state', ({ detail }) => detail.isOwner && resolve(performance.timeOrigin + performance.now()))))`,
    );
    const left = await next.page.evaluate('performance.timeOrigin + performance.now()');
    await owner.page.close();
    taken.push((await next.page.evaluate('owned')) - left);
    owner = next;
  }
  await owner.page.close();
  return taken;
}
