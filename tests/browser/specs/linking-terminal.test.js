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

/** The same, by its code. */
async function terminalByCode(scene, person) {
  const terminal = await scene.emptyTerminal(person.name);
  const joining = terminal.start('join');
  await beginToAdmit(person, await joining.shows('code'));
  assert.equal(await howLinkingEnded(person), 'linked');
  assert.equal(await joining.code(), 0);
  return terminal;
}

/** A browser without an account, which begins to become a device of one. */
async function newBrowser(scene, browser) {
  const person = await scene.open(browser, { name: 'ben in a browser', profile: 'ben' });
  await beginToLink(person);
  return person;
}

/** A browser becomes a device of an account in a terminal, by its code. */
async function browserOf(scene, browser, terminal) {
  const person = await newBrowser(scene, browser);
  const { code } = await shownBy(person, 'waiting');
  await terminal.run('link', code);
  assert.equal(await howLinkingEnded(person), 'linked');
  return person;
}

/** Someone types a browser's number at a terminal, and both show the same digits. */
async function compareAt(terminal, person) {
  const { number } = await shownBy(person, 'waiting');
  const linking = terminal.start('link', number.replace(/(\d{3})(?=\d)/g, '$1 '));
  assert.equal(await linking.shows('digits'), (await shownBy(person, 'comparing')).digits);
  return linking;
}

/** The same, by digits that are the same. */
async function browserByDigits(scene, browser, terminal) {
  const person = await newBrowser(scene, browser);
  const linking = await compareAt(terminal, person);
  linking.answer('yes');
  await confirmLink(person, true);
  assert.equal(await howLinkingEnded(person), 'linked');
  assert.equal(await linking.code(), 0);
  return person;
}

/** Somebody in a browser and somebody in a terminal, who have spoken. */
async function inTouch(t, kind) {
  const scene = await Scene.of(t);
  const browser = await scene.browser(kind);
  const ana = await scene.join(browser, 'ana');
  const ben = await scene.terminal('ben');
  await ana.send('@ben', 'before');
  await ana.waitForConnection('live');
  return { scene, browser, ana, ben };
}

/** The new devices speak, too. All that was said then. */
async function talk({ ana, anaToo, benToo }) {
  await anaToo.run('send', '@ben', 'from her terminal');
  await benToo.waitForTexts('@ana', 2);
  await benToo.send('@ana', 'from his browser');
  await ana.waitForTexts('@ben', 3);
  return ['before', 'from her terminal', 'from his browser'];
}

/** All four show all that was said. */
async function assertShown({ ana, anaToo, ben, benToo }, said) {
  assert.deepEqual(await ana.waitForTexts('@ben', said.length), said);
  assert.deepEqual(await benToo.waitForTexts('@ana', said.length), said);
  assert.deepEqual(await anaToo.texts('@ben'), said);
  assert.deepEqual(await ben.texts('@ana'), said);
}

for (const kind of KINDS) {
  test(`two accounts with a browser and a terminal each all read everything, come and go: ${kind}`, async (t) => {
    const { scene, browser, ana, ben } = await inTouch(t, kind);

    const anaToo = await terminalOf(scene, ana);
    const benToo = await browserOf(scene, browser, ben);
    const said = await talk({ ana, anaToo, benToo });
    await assertShown({ ana, anaToo, ben, benToo }, said);

    const [{ device }] = await anaToo.run('id');
    await ana.ask((client, device) => client.revokeDevice(device), device);
    await benToo.send('@ana', 'for one device');
    assert.equal((await ana.waitForTexts('@ben', 4)).at(-1), 'for one device');
    const again = await terminalOf(scene, ana);
    // Whoever has joined was told what was before.
    assert.deepEqual(await again.texts('@ben'), [...said, 'for one device']);
    await again.run('send', '@ben', 'back again');
    assert.equal((await benToo.waitForTexts('@ana', 5)).at(-1), 'back again');
    await ben.run('send', '@ana', 'and heard');
    await assertShown({ ana, anaToo: again, ben, benToo }, [...said, 'for one device', 'back again', 'and heard']);
  });

  test(`a terminal is let in by its code, and a browser by digits, and all show what was said: ${kind}`, async (t) => {
    const { scene, browser, ana, ben } = await inTouch(t, kind);

    const anaToo = await terminalByCode(scene, ana);
    const benToo = await browserByDigits(scene, browser, ben);
    const said = await talk({ ana, anaToo, benToo });
    await assertShown({ ana, anaToo, ben, benToo }, said);
  });

  test(`digits that differ from a terminal's end it on both sides, and the next try works: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const ben = await scene.terminal('ben');
    for (const isAtTerminal of [true, false]) {
      const person = await newBrowser(scene, browser);
      const linking = await compareAt(ben, person);
      if (isAtTerminal) linking.answer('no');
      else await confirmLink(person, false);
      assert.equal(await howLinkingEnded(person), 'link_failed');
      if (!isAtTerminal) linking.answer('yes');
      assert.equal(await linking.code(), 1);
      await person.page.close();
    }
    const benToo = await browserByDigits(scene, browser, ben);
    assert.equal((await benToo.state()).profile.account, (await ben.run('id'))[0].account);
  });
}
