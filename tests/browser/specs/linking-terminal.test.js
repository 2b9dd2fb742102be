// Devices of one account in a browser and in a terminal: each lets the other in, and everyone reads everything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginToAdmit, beginToLink, confirmLink, digitsOn, howLinkingEnded, shownBy } from '../src/linking.js';
import { KINDS, Scene } from '../src/scene.js';

/** A terminal becomes a device of someone's account in a browser, by the digits. */
async function terminalOf(scene, person) {
  const terminal = await scene.emptyTerminal(person.name);
  const joining = terminal.start('join');
  await beginToAdmit(person, await joining.shows('number'));
  assert.equal(await joining.shows('digits'), await digitsOn(person));
  joining.answer('yes');
  await confirmLink(person, true);
  assert.equal(await howLinkingEnded(person), 'linked');
  assert.equal(await joining.code(), 0);
  return terminal;
}

/** A browser becomes a device of an account in a terminal, by its code. */
async function browserOf(scene, browser, terminal) {
  const person = await scene.open(browser, { name: 'ben in a browser', profile: 'ben' });
  await beginToLink(person);
  const { code } = await shownBy(person, 'waiting');
  await terminal.run('link', code);
  assert.equal(await howLinkingEnded(person), 'linked');
  return person;
}

for (const kind of KINDS) {
  test(`two accounts with a browser and a terminal each all read everything, come and go: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const ana = await scene.join(browser, 'ana');
    const ben = await scene.terminal('ben');
    await ana.send('@ben', 'before');
    await ana.waitForConnection('live');

    const anaToo = await terminalOf(scene, ana);
    const benToo = await browserOf(scene, browser, ben);
    await anaToo.run('send', '@ben', 'from her terminal');
    await benToo.waitForTexts('@ana', 2);
    await benToo.send('@ana', 'from his browser');
    await ana.waitForTexts('@ben', 3);
    const said = ['before', 'from her terminal', 'from his browser'];
    assert.deepEqual(await ana.texts('@ben'), said);
    assert.deepEqual(await anaToo.texts('@ben'), said);
    assert.deepEqual(await ben.texts('@ana'), said);
    assert.deepEqual(await benToo.texts('@ana'), said);

    const [{ device }] = await anaToo.run('id');
    await ana.ask((client, device) => client.revokeDevice(device), device);
    await benToo.send('@ana', 'for one device');
    assert.equal((await ana.waitForTexts('@ben', 4)).at(-1), 'for one device');
    const again = await terminalOf(scene, ana);
    // Whoever has joined was told what was before.
    assert.deepEqual(await again.texts('@ben'), [...said, 'for one device']);
    await again.run('send', '@ben', 'back again');
    assert.equal((await benToo.waitForTexts('@ana', 5)).at(-1), 'back again');
  });
}
