// Tabs, workers and browsers that end in the middle of something.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, Scene } from '../src/scene.js';
import { assertKept, numbered } from '../src/texts.js';
import { until } from '../src/until.js';

/** Ana in a browser that things happen to, Ben in another, and a conversation between them. */
async function conversation(t, kind) {
  const scene = await Scene.of(t);
  const [mine, other] = await Promise.all([scene.browser(kind), scene.browser('chrome')]);
  const ana = await scene.join(mine, 'ana');
  const ben = await scene.join(other, 'ben');
  await ana.send('@ben', 'hello');
  await ben.waitForTexts('@ana', 1);
  return { scene, mine, ana, ben };
}

/** All that was answered arrives once and in order, and both sides show the same. */
async function assertArrived(ana, ben, promised) {
  await ana.send('@ben', 'the last');
  await ana.waitUntilSent();
  let texts = [];
  const isThere = async () => (texts = await ben.texts('@ana')).at(-1) === 'the last';
  await until(isThere, () => `ben's last message is ${texts.at(-1)}`);
  assertKept(texts, ['hello', ...promised, 'the last']);
  assert.deepEqual(await ana.texts('@ben'), texts);
}

for (const kind of KINDS) {
  test(`a reload in mid-send loses and doubles nothing: ${kind}`, async (t) => {
    const { ana, ben } = await conversation(t, kind);
    await ana.beginToSend('@ben', numbered('in a hurry', 30));
    await until(async () => (await ana.answered()).length > 0);
    await ana.reload();
    await assertArrived(ana, ben, await ana.answered());
    assert.deepEqual(ana.page.faults, []);
  });

  test(`reloading again and again in mid-send loses and doubles nothing: ${kind}`, async (t) => {
    const { ana, ben } = await conversation(t, kind);
    for (const round of [1, 2, 3, 4]) {
      await ana.beginToSend('@ben', numbered(`round ${round}, message`, 10));
      // Not before something is stored, not after everything is.
      if (round % 2 === 0) await until(async () => (await ana.answered()).some((text) => text.startsWith(`round ${round}`)));
      await ana.reload();
    }
    await assertArrived(ana, ben, await ana.answered());
  });

  test(`a tab closed in mid-send leaves the rest to the second tab: ${kind}`, async (t) => {
    const { scene, mine, ana, ben } = await conversation(t, kind);
    const second = await scene.open(mine, { name: 'ana' });
    const begun = numbered('before the tab was closed', 30);
    await ana.beginToSend('@ben', begun);
    await until(async () => (await ana.answered()).length > 0);
    await ana.page.close();
    await second.waitToOwn();
    const promised = await second.answered();
    const rest = begun.filter((text) => !promised.includes(text)).map((text) => `again: ${text}`);
    await second.sendAll('@ben', rest);
    await assertArrived(second, ben, [...promised, ...rest]);
    assert.deepEqual(second.page.faults, []);
  });

  test(`a worker that was killed comes back, and what was asked is answered once: ${kind}`, async (t) => {
    const { ana, ben } = await conversation(t, kind);
    const texts = numbered('around a death', 10);
    const sending = ana.sendAll('@ben', texts);
    await ana.killWorker();
    assert.equal(new Set(await sending).size, texts.length);
    await assertArrived(ana, ben, texts);
    assert.equal((await ana.waitToOwn()).state, 'open');
  });

  test(`a worker that fails comes back, and what was asked is answered once: ${kind}`, async (t) => {
    const { scene, mine, ben } = await conversation(t, kind);
    for (const tab of await mine.driver.pages()) await tab.close().catch(() => {});
    const ana = await scene.open(mine, { name: 'ana', workerUrl: '/failing.js' });
    const texts = numbered('around a failure', 10);
    const sending = ana.sendAll('@ben', texts);
    await ana.page.evaluate(`new BroadcastChannel('failing').postMessage('now')`);
    assert.equal(new Set(await sending).size, texts.length);
    await until(async () => (await ana.page.evaluate('workers.length')) === 2, () => 'no worker was started again');
    await assertArrived(ana, ben, texts);
  });

  test(`a whole browser that is killed in mid-send goes on when it is opened again: ${kind}`, async (t) => {
    const { scene, mine, ana, ben } = await conversation(t, kind);
    const first = numbered('before the power cut', 20);
    await ana.sendAll('@ben', first);
    await ana.beginToSend('@ben', numbered('during the power cut', 20));
    await mine.kill();
    await mine.start();
    const back = await scene.open(mine, { name: 'ana' });
    assert.equal((await back.state()).state, 'open');
    await assertArrived(back, ben, first);
  });
}

test('a worker that fails again and again is given up, and says so', async (t) => {
  const scene = await Scene.of(t);
  const ana = await scene.open(await scene.browser('chrome'), { name: 'ana', workerUrl: '/broken.js' });
  const { trouble } = await ana.waitForState('stuck');
  assert.equal(trouble.code, 'worker_failed');
  assert.equal(await ana.codeOf((client) => client.create()), 'not_open');
});
