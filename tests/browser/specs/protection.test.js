// How data is protected on the device, and what whoever copies the browser's files finds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOfId, findInFiles } from '../src/disk.js';
import { givePasskeys } from '../src/passkeys.js';
import { KINDS, Scene } from '../src/scene.js';

const PASSPHRASE = 'correct horse battery staple';
const SECRET_TEXT = 'meet me at the lighthouse';
const ANSWER_TEXT = 'bring the red umbrella';
/** What a page writes unsealed, to prove that the search would find it. */
const CONTROL = 'anyone may read this control';

const unlock = (person, passphrase) => person.codeOf((client, passphrase) => client.unlock(passphrase), passphrase);
const protectionOf = async (person) => (await person.ask((client) => client.storage())).protection;

for (const kind of KINDS) {
  test(`a passphrase opens what it protects, and nothing else does: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const dan = await scene.terminal('dan');
    const before = await scene.join(browser, 'ana', { protection: { passphrase: PASSPHRASE } });
    assert.equal(await protectionOf(before), 'passphrase');
    await before.send('@dan', 'hello');
    await before.waitUntilSent();
    await browser.close();
    await browser.start();

    const ana = await scene.open(browser, { name: 'ana' });
    assert.deepEqual(await ana.state(), { state: 'locked', by: { lock: 'passphrase' } });
    assert.equal(await ana.codeOf((client) => client.send('@dan', 'locked')), 'not_open');
    for (const wrong of ['', 'wrong', PASSPHRASE.toUpperCase(), `${PASSPHRASE} `]) {
      assert.equal(await unlock(ana, wrong), 'wrong_secret');
    }
    assert.equal((await ana.state()).state, 'locked');
    assert.equal(await unlock(ana, PASSPHRASE), null);
    assert.equal((await ana.state()).state, 'open');
    assert.deepEqual(await ana.texts('@dan'), ['hello']);
    await dan.run('send', '@ana', 'welcome back');
    assert.deepEqual(await ana.waitForTexts('@dan', 2), ['hello', 'welcome back']);
    assert.deepEqual(ana.page.faults, []);
  });

  test(`one unlocking opens every tab, and a hand-over keeps it open: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const maker = await scene.join(browser, 'ana', { protection: { passphrase: PASSPHRASE } });
    await maker.page.close();
    const first = await scene.open(browser, { name: 'ana' });
    const second = await scene.open(browser, { name: 'ana' });
    for (const tab of [first, second]) await tab.waitForState('locked');
    // By the tab that does not run the engine.
    assert.equal(await unlock(second, PASSPHRASE), null);
    for (const tab of [first, second]) await tab.waitForState('open');
    const third = await scene.open(browser, { name: 'ana' });
    assert.equal((await third.state()).state, 'open');
    await first.page.close();
    for (const tab of [second, third]) assert.equal((await tab.waitForState('open')).state, 'open');
    const hasHeardOfLock = (await third.heard('state')).some((state) => state.state === 'locked');
    assert.equal(hasHeardOfLock, false, 'a hand-over keeps it open');
    assert.equal(await protectionOf(third), 'passphrase');
    // Once the last tab is closed, it takes the passphrase again.
    await second.page.close();
    await third.waitToOwn();
    await third.reload();
    await third.waitForState('locked');
  });

  test(`protection can be changed, and only the new one counts: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await scene.join(await scene.browser(kind), 'ana');
    assert.equal(await protectionOf(ana), 'browser');
    await ana.ask((client, passphrase) => client.protect({ passphrase }), PASSPHRASE);
    assert.equal(await protectionOf(ana), 'passphrase');
    await ana.reload();
    await ana.waitForState('locked');
    assert.equal(await unlock(ana, PASSPHRASE), null);
    await ana.ask((client) => client.protect({ passphrase: 'another one' }));
    await ana.reload();
    assert.equal(await unlock(ana, PASSPHRASE), 'wrong_secret');
    assert.equal(await unlock(ana, 'another one'), null);
    await ana.ask((client) => client.protect('browser'));
    await ana.reload();
    assert.equal((await ana.state()).state, 'open');
    assert.equal(await protectionOf(ana), 'browser');
  });

  test(`a passphrase that is set while two tabs are open is not asked for at a hand-over: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const first = await scene.join(browser, 'ana');
    const second = await scene.open(browser, { name: 'ana' });
    await first.ask((client, passphrase) => client.protect({ passphrase }), PASSPHRASE);
    await first.page.close();
    await second.waitToOwn();
    assert.equal(await protectionOf(second), 'passphrase');
  });

  test(`the files of a browser hold no text, name or id: by a passphrase in ${kind}`, async (t) => {
    await assertNothingLegible(t, kind, { passphrase: PASSPHRASE });
  });

  // The key lies beside the data in this mode: it guards against casual reading, not against whoever copies the profile
  // and knows where to look. Records are sealed all the same.
  test(`the files of a browser hold no text, name or id: by the browser's own key in ${kind}`, async (t) => {
    await assertNothingLegible(t, kind, 'browser');
  });
}

test('the files of a browser hold no text, name or id: by a passkey', async (t) => {
  await assertNothingLegible(t, 'chrome', 'passkey');
});

test('a passkey opens what it protects, and nothing else does', async (t) => {
  const scene = await Scene.of(t);
  const ana = await scene.open(await scene.browser('chrome'), { name: 'ana' });
  const takePasskeysAway = await givePasskeys(ana.page);
  await ana.ask((client) => client.create({ protection: 'passkey' }).then(() => client.setHandle('ana')));
  assert.equal(await protectionOf(ana), 'passkey');
  await ana.reload();
  const { by } = await ana.waitForState('locked');
  assert.equal(by.lock, 'passkey');
  const wrong = { request: 'unlock', secret: { secret: 'passphrase', passphrase: PASSPHRASE } };
  const answer = await ana.page.evaluate(`(globalThis.host = connect()).ask(${JSON.stringify(wrong)})`);
  assert.equal(answer.failure.code, 'wrong_secret');
  assert.equal(await unlock(ana), null);
  assert.equal((await ana.state()).state, 'open');
  // Another passkey is none.
  await ana.reload();
  await takePasskeysAway();
  assert.equal(await unlock(ana), 'no_passkey');
  assert.equal((await ana.state()).state, 'locked');
});

test('protection changes between a passkey, a passphrase and the browser', async (t) => {
  const scene = await Scene.of(t);
  const ana = await scene.join(await scene.browser('chrome'), 'ana');
  await givePasskeys(ana.page);
  await ana.ask((client) => client.protect('passkey'));
  await ana.reload();
  assert.equal(await unlock(ana), null);
  await ana.ask((client, passphrase) => client.protect({ passphrase }), PASSPHRASE);
  await ana.reload();
  assert.deepEqual((await ana.state()).by, { lock: 'passphrase' });
  assert.equal(await unlock(ana, PASSPHRASE), null);
  await ana.ask((client) => client.protect('passkey'));
  await ana.reload();
  assert.equal(await unlock(ana), null);
});

test('a worker that is killed while a passkey opens the data asks for it again', async (t) => {
  const scene = await Scene.of(t);
  const ana = await scene.open(await scene.browser('chrome'), { name: 'ana' });
  await givePasskeys(ana.page);
  await ana.ask((client) => client.create({ protection: 'passkey' }).then(() => client.setHandle('ana')));
  await ana.reload();
  const code = await ana.codeOf(async (client) => {
    const { post } = Object.assign(globalThis, { post: Worker.prototype.postMessage });
    Worker.prototype.postMessage = function (message, ...rest) {
      post.call(this, message, ...rest);
      if (message.request?.request === 'unlock') this.terminate();
    };
    await client.unlock().finally(() => (Worker.prototype.postMessage = post));
  });
  assert.equal(code, 'interrupted');
  await ana.waitForState('locked');
  assert.equal(await unlock(ana), null);
  assert.equal((await ana.state()).state, 'open');
});

/** Talks, closes the browser, and searches all of its files. */
async function assertNothingLegible(t, kind, protection) {
  const scene = await Scene.of(t);
  const browser = await scene.browser(kind);
  const ana = await scene.open(browser, { name: 'ana.of.the.north' });
  if (protection === 'passkey') await givePasskeys(ana.page);
  await ana.ask((client, protection) => client.create({ protection }).then(() => client.setHandle('ana.of.the.north')), protection);
  const dan = await scene.terminal('dan.of.the.south');
  for (let round = 0; round < 20; round += 1) await ana.send(dan.name, SECRET_TEXT);
  await ana.waitUntilSent();
  await dan.run('send', ana.name, ANSWER_TEXT);
  await ana.waitForTexts(dan.name, 21);
  const { profile } = await ana.state();
  const [row] = await ana.ask((client) => client.conversations());
  const ids = [profile.account, profile.device, row.peer, row.conversation];
  await writeControl(ana.page);
  await browser.close();

  const control = await findInFiles(browser.profile, [CONTROL]);
  assert.notDeepEqual(control, [], 'the search finds what is not sealed');
  const words = [SECRET_TEXT, ANSWER_TEXT, 'ana.of.the.north', 'dan.of.the.south', PASSPHRASE, ...ids];
  assert.deepEqual(await findInFiles(browser.profile, [...words, ...ids.map(bytesOfId)]), []);
}

/** Writes something legible to a database of the same site. */
function writeControl(page) {
  const write = (text) =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open('control');
      opening.onupgradeneeded = () => opening.result.createObjectStore('control');
      opening.onsuccess = () => {
        const writing = opening.result.transaction('control', 'readwrite', { durability: 'strict' });
        writing.objectStore('control').put({ text }, 'key');
        writing.oncomplete = resolve;
        writing.onabort = reject;
      };
    });
  return page.evaluate(`(${write})(${JSON.stringify(CONTROL)})`);
}
