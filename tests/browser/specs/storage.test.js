// Storage that is lost, full, set back to an older copy, or taken away while it is used.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newProfile } from '../src/browsers.js';
import { copyProfile, copySiteData } from '../src/disk.js';
import { KINDS, Scene } from '../src/scene.js';
import { assertKept, numbered } from '../src/texts.js';
import { until } from '../src/until.js';

/** A page of the same site that runs no client. */
const emptyPage = (scene, browser) => browser.open(`${scene.site.url}/empty.html`);

const eraseDatabase = (page) =>
  page.evaluate(`new Promise((resolve, reject) => {
    const erasing = indexedDB.deleteDatabase('palaver/default');
    erasing.onsuccess = resolve;
    erasing.onerror = reject;
  })`);

/** Waits until no tab of the client is left in the browser. */
async function closeClient(person, page) {
  await person.page.close();
  const isFree = async () => (await page.evaluate('navigator.locks.query()')).held.length === 0;
  await until(isFree, () => 'a closed tab still holds its lock');
}

/** Ana in a browser of this kind, Ben in another, and a message between them. */
async function conversation(t, kind) {
  const scene = await Scene.of(t);
  const [home, other] = await Promise.all([scene.browser(kind), scene.browser('chrome')]);
  const ben = await scene.join(other, 'ben');
  const ana = await scene.join(home, 'ana');
  await ana.send('@ben', 'hello');
  await ben.waitForTexts('@ana', 1);
  return { scene, home, ana, ben };
}

/** Ana's client says what it is, and talks on with fresh keys, once. */
async function assertNoticed(ana, ben, count) {
  await ana.send('@ben', 'with fresh keys');
  await ben.waitForTexts('@ana', count + 1);
  const heard = (await ana.heard('notice')).map((notice) => notice.code);
  assert.ok(heard.includes('state_rolled_back') && heard.includes('rejoined'), heard.join());
  await ana.reload();
  await ana.waitForConnection('live');
  await ben.send('@ana', 'and back');
  await until(async () => (await ana.texts('@ben')).at(-1) === 'and back', () => 'what Ben said does not come');
  assert.ok(!(await ana.heard('notice')).some((notice) => notice.code === 'state_rolled_back'));
}

/** Whoever lost everything comes into the conversation that there was: both say something, and both read it. */
async function talkOn(back, ben) {
  await back.send('@ben', 'all is gone');
  await ben.waitForTexts('@ana', 2);
  await ben.send('@ana', 'welcome back');
  await back.send('@ben', 'here again');
  const said = ['all is gone', 'here again', 'welcome back'];
  assert.deepEqual((await back.waitForTexts('@ben', 3)).sort(), said);
  assert.deepEqual((await ben.waitForTexts('@ana', 4)).sort(), [...said, 'hello'].sort());
  const places = async (person, who) => (await person.messages(who)).map((message) => message.conversation);
  const [first, ...others] = [...(await places(ben, '@ana')), ...(await places(back, '@ben'))];
  assert.deepEqual(others, others.map(() => first), 'one conversation');
}

for (const kind of KINDS) {
  for (const sessions of [1, 2]) {
    test(`an old copy of the profile is noticed and comes back by fresh keys, after ${sessions} more sessions: ${kind}`, async (t) => {
      const { scene, home, ana, ben } = await conversation(t, kind);
      await ana.waitUntilSent();
      await home.close();
      const old = await newProfile(kind);
      await copyProfile(home.profile, old);
      for (let session = 1; session <= sessions; session += 1) {
        await home.start();
        const again = await scene.open(home, { name: 'ana' });
        await again.send('@ben', `session ${session}`);
        await ben.waitForTexts('@ana', 1 + session);
        await again.waitUntilSent();
        await home.close();
      }
      await copyProfile(old, home.profile);
      await home.start();
      await assertNoticed(await scene.open(home, { name: 'ana' }), ben, 1 + sessions);
    });
  }

  test(`an old copy that was taken while the browser was open is noticed and comes back by fresh keys: ${kind}`, async (t) => {
    const { scene, home, ana, ben } = await conversation(t, kind);
    await ana.waitUntilSent();
    const old = await newProfile(kind);
    await copySiteData(kind, home.profile, old);
    await ana.sendAll('@ben', numbered('after the copy', 5));
    await ben.waitForTexts('@ana', 6);
    await ana.waitUntilSent();
    await home.close();
    await copySiteData(kind, old, home.profile);
    await home.start();
    await assertNoticed(await scene.open(home, { name: 'ana' }), ben, 6);
  });

  test(`data that the browser cleared is missed, and the phrase brings the account and its talk back: ${kind}`, async (t) => {
    const { scene, home, ana, ben } = await conversation(t, kind);
    const { profile } = await ana.waitForState('open');
    await ana.waitForConnection('live');
    const page = await emptyPage(scene, home);
    await closeClient(ana, page);
    await eraseDatabase(page);
    const back = await scene.open(home, { name: 'ana' });
    assert.deepEqual(await back.state(), { state: 'empty', isEvicted: true });
    await back.ask((client, phrase) => client.restore(phrase), ana.phrase);
    assert.equal((await back.waitForState('open')).profile.account, profile.account);
    await talkOn(back, ben);
    assert.deepEqual(back.page.faults, []);
  });

  test(`data whose key is lost is kept until its owner decides: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const ana = await scene.join(browser, 'ana');
    const page = await emptyPage(scene, browser);
    await closeClient(ana, page);
    const countRecords = `new Promise((resolve, reject) => {
      const opening = indexedDB.open('palaver/default');
      opening.onsuccess = () => {
        const work = opening.result.transaction(['records', 'notes'], 'readwrite');
        work.objectStore('notes').delete('key');
        const counting = work.objectStore('records').count();
        work.oncomplete = () => { opening.result.close(); resolve(counting.result); };
        work.onabort = reject;
      };
    })`;
    const count = await page.evaluate(countRecords);
    const back = await scene.open(browser, { name: 'ana' });
    assert.deepEqual(await back.state(), { state: 'key_lost' });
    assert.equal(await back.codeOf((client) => client.create()), 'account_exists');
    assert.equal(await back.codeOf((client, phrase) => client.restore(phrase), ana.phrase), 'account_exists');
    await closeClient(back, page);
    assert.equal(await page.evaluate(countRecords), count);

    const last = await scene.open(browser, { name: 'ana' });
    await last.ask((client) => client.wipe());
    assert.deepEqual(await last.state(), { state: 'wiped' });
    await last.reload();
    assert.deepEqual(await last.state(), { state: 'empty', isEvicted: false });
  });

  test(`a database that another page erases is let go of, and every tab says so: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const first = await scene.join(browser, 'ana');
    const second = await scene.open(browser, { name: 'ana' });
    await eraseDatabase(await emptyPage(scene, browser));
    for (const tab of [first, second]) await tab.waitForState('wiped');
    assert.equal(await second.codeOf((client) => client.send('@ben', 'gone')), 'not_open');
    await first.page.close();
    await second.reload();
    assert.equal((await second.state()).state, 'empty');
    await second.ask((client) => client.create().then(() => client.setHandle('ana.again')));
    assert.deepEqual([...first.page.faults, ...second.page.faults], []);
  });

  test(`wiping in one tab leaves nothing, and every tab says so: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const first = await scene.join(browser, 'ana', { protection: { passphrase: 'a passphrase' } });
    const second = await scene.open(browser, { name: 'ana' });
    await second.ask((client) => client.wipe());
    for (const tab of [first, second]) await tab.waitForState('wiped');
    await until(async () => (await second.page.evaluate('indexedDB.databases()')).length === 0, () => 'the database is still there');
    await first.page.close();
    await second.reload();
    assert.deepEqual(await second.state(), { state: 'empty', isEvicted: false });
  });
}

for (const kind of KINDS) {
  test(`after a wipe a reload of any tab begins anew, whatever the other tabs still show: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const first = await scene.join(browser, 'ana');
    const second = await scene.open(browser, { name: 'ana' });
    await first.ask((client) => client.wipe());
    await second.waitForState('wiped');
    await second.reload();
    await second.waitForState('empty');
    await second.ask((client) => client.create().then(() => client.setHandle('ana.again')));
  });
}

test('data that is cleared under an open client is missed at once', async (t) => {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const ana = await scene.join(browser, 'ana');
  const second = await scene.open(browser, { name: 'ana' });
  const devtools = await ana.page.createCDPSession();
  await devtools.send('Storage.clearDataForOrigin', { origin: scene.site.url, storageTypes: 'indexeddb' });
  // However many tabs there were, they agree.
  for (const tab of [ana, second]) {
    const { isEvicted } = await tab.waitForState('empty');
    assert.equal(isEvicted, true);
  }
  await second.ask((client, phrase) => client.restore(phrase), ana.phrase);
  for (const tab of [ana, second]) await tab.waitForState('open');
});

test('a full disk loses nothing that was promised, and says so; with space again it goes on', async (t) => {
  const scene = await Scene.of(t);
  const [mine, other] = await Promise.all([scene.browser('chrome'), scene.browser('chrome')]);
  // The browser asks for the quota when the database is first used, and remembers what was left.
  const devtools = await (await emptyPage(scene, mine)).createCDPSession();
  const { origin } = new URL(scene.site.url);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_500_000 });
  const ana = await scene.join(mine, 'ana');
  const ben = await scene.join(other, 'ben');
  await ana.send('@ben', 'hello');
  await ben.waitForTexts('@ana', 1);

  const promised = ['hello'];
  let code = null;
  const large = (index) => `${index} ${'x'.repeat(60_000)}`;
  for (let index = 0; index < 100 && code === null; index += 1) {
    code = await ana.codeOf((client, text) => client.send('@ben', text), large(index));
    if (code === null) promised.push(large(index));
  }
  // What was full may have been what the relay sent, just before the next message was asked for.
  assert.ok(['storage_full', 'not_open'].includes(code), code);
  const { trouble } = await ana.waitForState('stuck');
  assert.equal(trouble.code, 'storage_full');

  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await ana.reload();
  await ana.waitForState('open');
  await ana.send('@ben', 'there is space again');
  await ana.waitUntilSent();
  const texts = await ben.waitForTexts('@ana', promised.length + 1);
  assertKept(texts, [...promised, 'there is space again']);
  assert.deepEqual(await ana.texts('@ben'), texts);
});
