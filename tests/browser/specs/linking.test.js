// More devices of one account: linked by a code or by digits that people compare, and struck off.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginToAdmit, beginToLink, confirmLink, digitsOn, howLinkingEnded, shownBy } from '../src/linking.js';
import { KINDS, Scene } from '../src/scene.js';
import { until } from '../src/until.js';

const activeDevices = async (person) => (await person.ask((client) => client.devices())).filter(({ isActive }) => isActive);

/** Ana with an account, and a device without one. */
async function two(t, kind) {
  const scene = await Scene.of(t);
  const browser = await scene.browser(kind);
  const ana = await scene.join(browser, 'ana');
  await ana.waitForConnection('live');
  const tablet = await scene.open(browser, { name: 'tablet', profile: 'tablet' });
  return { scene, browser, ana, tablet };
}

/** Both show digits. */
async function comparing(ana, tablet) {
  await beginToLink(tablet);
  const { number } = await shownBy(tablet, 'waiting');
  assert.match(number, /^\d{9}$/);
  await beginToAdmit(ana, number.replace(/(\d{3})(?=\d)/g, '$1 '));
  const digits = await digitsOn(ana);
  assert.match(digits, /^\d{7}$/);
  assert.equal((await shownBy(tablet, 'comparing')).digits, digits);
}

for (const kind of KINDS) {
  test(`a device whose code is read talks like the first one, until it is struck off: ${kind}`, async (t) => {
    const { scene, browser, ana, tablet } = await two(t, kind);
    const ben = await scene.join(browser, 'ben', { profile: 'ben' });
    await ana.send('@ben', 'before');
    await ben.waitForTexts('@ana', 1);

    await beginToLink(tablet);
    const { code } = await shownBy(tablet, 'waiting');
    await ana.ask((client, code) => client.linkDevice(code), code);
    assert.equal(await howLinkingEnded(tablet), 'linked');
    const [{ profile }, { profile: own }] = [await ana.state(), await tablet.state()];
    assert.equal(own.account, profile.account);
    assert.notEqual(own.device, profile.device);
    await tablet.waitForConnection('live');
    assert.deepEqual(await tablet.waitForTexts('@ben', 1), ['before'], 'it is told what was before');

    await ben.send('@ana', 'to both');
    await tablet.waitForTexts('@ben', 2);
    await tablet.send('@ben', 'from the tablet');
    await ben.waitForTexts('@ana', 3);
    assert.deepEqual(await ana.waitForTexts('@ben', 3), ['before', 'to both', 'from the tablet']);
    assert.deepEqual(await tablet.waitForTexts('@ben', 3), ['before', 'to both', 'from the tablet']);
    assert.deepEqual(await ben.texts('@ana'), ['before', 'to both', 'from the tablet']);

    await ana.ask((client, device) => client.revokeDevice(device), own.device);
    const connection = await tablet.waitForConnection('stopped');
    assert.equal(connection.reason, 'device_revoked');
    assert.equal((await activeDevices(ana)).length, 1);
    await ben.send('@ana', 'to one');
    assert.equal((await ana.waitForTexts('@ben', 4)).at(-1), 'to one');
    await tablet.reload();
    assert.equal((await tablet.waitForConnection('stopped')).reason, 'device_revoked');
    assert.deepEqual(await tablet.texts('@ben'), ['before', 'to both', 'from the tablet']);
  });

  test(`what is set on one device is set on the others, and what no setting can be is refused: ${kind}`, async (t) => {
    const { ana, tablet } = await two(t, kind);
    const settings = (person) => person.ask((client) => client.settings());
    await ana.ask((client) => client.setSetting('theme', 'dark'));
    await beginToLink(tablet);
    const { code } = await shownBy(tablet, 'waiting');
    await ana.ask((client, code) => client.linkDevice(code), code);
    assert.equal(await howLinkingEnded(tablet), 'linked');
    const [dark, unset] = [{ name: 'theme', value: 'dark' }, { name: 'theme', value: '' }];
    await until(async () => (await settings(tablet)).length > 0, () => 'the new device is told no setting');
    assert.deepEqual(await settings(tablet), [dark]);
    await tablet.ask((client) => client.setSetting('theme'));
    await until(async () => (await ana.heard('setting')).length > 1, () => 'the first device hears of no change');
    assert.deepEqual(await ana.heard('setting'), [dark, unset]);
    assert.deepEqual(await settings(ana), [unset]);
    assert.equal(await ana.codeOf((client) => client.setSetting('My theme', 'dark')), 'invalid_setting');
    assert.equal(await ana.codeOf((client) => client.setSetting('theme', 'd'.repeat(257))), 'invalid_setting');
    assert.deepEqual(await settings(tablet), [unset]);
  });

  test(`a worker that dies before it has answered is not asked in vain: ${kind}`, async (t) => {
    const { ana, tablet } = await two(t, kind);
    await beginToLink(tablet);
    const { code } = await shownBy(tablet, 'waiting');
    await tablet.page.evaluate(`
      const worker = workers.at(-1);
      const hear = worker.onmessage;
      worker.onmessage = (event) => event.data.kind === 'answer' || hear(event);
      undefined`);
    await ana.ask((client, code) => client.linkDevice(code), code);
    await tablet.waitForState('open');
    await tablet.killWorker();
    assert.equal(await howLinkingEnded(tablet), 'linked');
    assert.equal(await tablet.codeOf((client) => client.link()), 'account_exists', 'another wish is refused');
  });

  test(`by number both show the same digits, and nobody is let in before both sides agree: ${kind}`, async (t) => {
    const { ana, tablet } = await two(t, kind);
    await comparing(ana, tablet);
    await confirmLink(ana, true);
    assert.equal((await activeDevices(ana)).length, 1, 'the new device has not agreed yet');
    await confirmLink(tablet, true);
    assert.deepEqual(await Promise.all([ana, tablet].map(howLinkingEnded)), ['linked', 'linked']);
    assert.equal((await tablet.state()).profile.account, (await ana.state()).profile.account);
    assert.equal((await activeDevices(ana)).length, 2);
    assert.equal(await tablet.codeOf((client) => client.link()), 'account_exists');
  });

  test(`digits that differ end it on both sides, and the next try works: ${kind}`, async (t) => {
    const { ana, tablet } = await two(t, kind);
    for (const who of [ana, tablet]) {
      await comparing(ana, tablet);
      await confirmLink(who, false);
      assert.deepEqual(await Promise.all([ana, tablet].map(howLinkingEnded)), ['link_failed', 'link_failed']);
      assert.deepEqual(await tablet.state(), { state: 'empty', isEvicted: false });
    }
    assert.equal((await activeDevices(ana)).length, 1);
    await beginToLink(tablet);
    const { code } = await shownBy(tablet, 'waiting');
    await ana.ask((client, code) => client.linkDevice(code), code);
    assert.equal(await howLinkingEnded(tablet), 'linked');
  });

  test(`whoever's worker dies while digits are compared, nobody is let in by them, and the next try works: ${kind}`, async (t) => {
    const { ana, tablet } = await two(t, kind);
    await comparing(ana, tablet);
    await ana.killWorker();
    assert.equal(await howLinkingEnded(tablet), 'link_failed');
    assert.equal(await howLinkingEnded(ana), 'offline');
    await ana.waitForConnection('live');

    await comparing(ana, tablet);
    await tablet.killWorker();
    assert.equal(await howLinkingEnded(ana), 'link_failed');
    assert.equal(await ana.codeOf((client) => client.confirmLink(true)), 'invalid');
    const { code } = await shownBy(tablet, 'waiting');
    assert.equal(await tablet.codeOf((client) => client.confirmLink(true)), 'invalid');
    assert.equal((await activeDevices(ana)).length, 1);
    await ana.ask((client, code) => client.linkDevice(code), code);
    assert.equal(await howLinkingEnded(tablet), 'linked');
    assert.equal((await activeDevices(ana)).length, 2);
  });

  test(`what was begun goes on after a reload, behind its passphrase, until it is stopped: ${kind}`, async (t) => {
    const { scene, browser, ana, tablet } = await two(t, kind);
    await beginToLink(tablet, { protection: { passphrase: 'four words and more' } });
    const first = await shownBy(tablet, 'waiting');
    const second = await scene.open(browser, { name: 'second', profile: 'tablet' });
    assert.equal((await shownBy(second, 'waiting')).code, first.code, 'every tab shows the same');
    await second.page.close();
    await tablet.reload();
    assert.equal((await tablet.state()).state, 'locked');
    assert.equal(await tablet.codeOf((client) => client.stopLinking()), 'not_open');
    await tablet.ask((client) => client.unlock('four words and more'));
    const again = await shownBy(tablet, 'waiting');
    assert.notEqual(again.code, first.code);
    assert.equal(await ana.codeOf((client, code) => client.linkDevice(code), first.code), 'link_failed');

    await beginToLink(tablet);
    await tablet.ask((client) => client.stopLinking());
    assert.equal(await howLinkingEnded(tablet), 'link_failed');
    await tablet.reload();
    assert.equal((await tablet.state()).state, 'empty');
    assert.equal(await ana.codeOf((client, code) => client.linkDevice(code), again.code), 'link_failed');
    await tablet.ask((client) => client.create());
    assert.equal(await tablet.codeOf((client) => client.stopLinking()), 'not_open');
    assert.equal((await tablet.state()).state, 'open');
  });
}

test('a relay that is gone meanwhile hides the code, and brings another one when it is back', async (t) => {
  const { scene, ana, tablet } = await two(t, 'chrome');
  await beginToLink(tablet);
  const first = await shownBy(tablet, 'waiting');
  await scene.relay.kill();
  await tablet.waitForState('linking', ({ link }) => link === null);
  await scene.relay.restart();
  const { code } = await shownBy(tablet, 'waiting');
  assert.notEqual(code, first.code);
  await ana.waitForConnection('live');
  await ana.ask((client, code) => client.linkDevice(code), code);
  assert.equal(await howLinkingEnded(tablet), 'linked');
});
