// Chromium, Firefox and a terminal in conversations of two.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from '../src/browsers.js';
import { Person } from '../src/person.js';
import { Relay, Terminal } from '../src/programs.js';
import { Site } from '../src/site.js';

let site, relay, chromium, other, firefox;

before(async () => {
  site = await Site.start();
  relay = await Relay.start({ origins: [site.url] });
  [chromium, other, firefox] = await Promise.all(['chrome', 'chrome', 'firefox'].map((kind) => Browser.launch(kind)));
});

after(async () => {
  await Promise.all([chromium, other, firefox].map((browser) => browser?.remove()));
  await relay?.stop();
  await site?.stop();
});

test('text arrives both ways between two Chromiums, a Firefox and a terminal', async () => {
  const ana = await Person.join(chromium, site, relay, 'ana');
  const ben = await Person.join(other, site, relay, 'ben');
  const cleo = await Person.join(firefox, site, relay, 'cleo');
  const dan = await Terminal.init(relay, 'dan');
  const people = [ana, ben, cleo];
  for (const one of people) {
    for (const two of people.filter((two) => two !== one)) await one.send(two.name, `from ${one.name}`);
    await one.send(dan.name, `from ${one.name}`);
  }
  for (const one of people) await dan.run('send', one.name, 'from @dan');
  for (const one of people) {
    for (const two of people.filter((two) => two !== one)) {
      sameTexts(await one.waitForTexts(two.name, 2), [`from ${one.name}`, `from ${two.name}`]);
    }
    sameTexts(await one.waitForTexts(dan.name, 2), ['from @dan', `from ${one.name}`]);
    sameTexts(await dan.texts(one.name), ['from @dan', `from ${one.name}`]);
    assert.deepEqual(one.page.faults, []);
  }
});

/** Each once. Who was first among those who wrote at the same time is the relay's to say. */
function sameTexts(actual, expected) {
  assert.deepEqual([...actual].sort(), [...expected].sort());
}
