// Several tabs of one profile: one engine, whoever it lives in.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { KINDS, Scene } from '../src/scene.js';
import { assertKept, numbered } from '../src/texts.js';
import { until } from '../src/until.js';

/** Ana in a browser with two tabs, the first of which runs the engine, and Ben in another browser. */
async function twoTabs(t, kind, options = {}) {
  const scene = await Scene.of(t);
  const [mine, other] = await Promise.all([scene.browser(kind), scene.browser('chrome')]);
  const first = await scene.join(mine, 'ana', options);
  const ben = await scene.join(other, 'ben');
  await first.send('@ben', 'hello');
  await ben.waitForTexts('@ana', 1);
  const second = await scene.open(mine, { name: 'ana', ...options });
  return { scene, mine, first, second, ben };
}

/** Sends by the raw messages, so that the command's id is the test's. Gives the answer. */
function command(person, id, text) {
  return person.page.evaluate(
    `(globalThis.host ??= connect()).ask(${JSON.stringify({
      request: 'command',
      id,
      command: { command: 'send_text', to: { handle: 'ben' }, text },
    })})`,
  );
}

const lists = (person) => person.ask((client) => client.conversations());

for (const kind of KINDS) {
  test(`two tabs share one engine and show the same: ${kind}`, async (t) => {
    const { first, second, ben } = await twoTabs(t, kind);
    assert.equal((await first.state()).isOwner, true);
    assert.equal((await second.state()).isOwner, false);
    assert.deepEqual((await first.state()).profile, (await second.state()).profile);
    await second.send('@ben', 'from the second tab');
    await first.send('@ben', 'from the first tab');
    await ben.waitForTexts('@ana', 3);
    await ben.send('@ana', 'to both');
    const texts = ['hello', 'from the second tab', 'from the first tab', 'to both'];
    for (const tab of [first, second]) {
      assert.deepEqual(await tab.waitForTexts('@ben', 4), texts);
      const isHeard = async () => (await tab.heard('message')).some((message) => message.text === 'to both');
      await until(isHeard, () => 'a tab heard no event of a message');
    }
    assert.deepEqual(await lists(first), await lists(second));
    assert.deepEqual([...first.page.faults, ...second.page.faults], []);
  });

  test(`when the tab with the engine is closed the other goes on: ${kind}`, async (t) => {
    const { first, second, ben } = await twoTabs(t, kind);
    const sending = second.sendAll('@ben', numbered('across the hand-over', 20));
    await first.page.close();
    await sending;
    await second.waitToOwn();
    assert.ok((await second.heard('state')).some((state) => state.state === 'open' && state.isOwner));
    await ben.send('@ana', 'still there?');
    await ben.waitUntilSent();
    const texts = await ben.waitForTexts('@ana', 22);
    assertKept(texts, ['hello', ...numbered('across the hand-over', 20)]);
    assert.deepEqual(await second.waitForTexts('@ben', 22), texts);
    assert.deepEqual(second.page.faults, []);
  });

  test(`a command that is sent again, by another tab or after a hand-over, is done once: ${kind}`, async (t) => {
    const { scene, mine, first, second, ben } = await twoTabs(t, kind);
    const id = randomUUID();
    const answers = [await command(first, id, 'once'), await command(second, id, 'once')];
    await first.page.close();
    await second.waitForState('open');
    answers.push(await command(second, id, 'once'));
    const third = await scene.open(mine, { name: 'ana' });
    answers.push(...(await Promise.all([command(second, id, 'once'), command(third, id, 'once')])));
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.equal(answers[0].outcome.outcome, 'queued');
    await third.send('@ben', 'the last');
    assert.deepEqual(await ben.waitForTexts('@ana', 3), ['hello', 'once', 'the last']);
  });

  test(`the same command from two tabs at once is done once: ${kind}`, async (t) => {
    const { first, second, ben } = await twoTabs(t, kind);
    const id = randomUUID();
    const answers = await Promise.all([first, second, first].map((tab) => command(tab, id, 'once')));
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    await first.send('@ben', 'the last');
    assert.deepEqual(await ben.waitForTexts('@ana', 3), ['hello', 'once', 'the last']);
  });

  test(`an engine that is suspended is taken over by a tab in view, and writes nothing when it wakes: ${kind}`, async (t) => {
    const { scene, first, second, ben } = await twoTabs(t, kind, { workerUrl: '/stoppable.js' });
    await second.look();
    await scene.site.hold(() => first.page.evaluate(`new BroadcastChannel('stop').postMessage('the engine')`));
    const asleep = first.ask((client) => client.send('@ben', 'asked of one asleep'));
    await second.send('@ben', 'after the take-over');
    await second.waitToOwn();
    await ben.waitForTexts('@ana', 2);

    scene.site.release();
    await first.waitForState('open', (state) => !state.isOwner);
    await asleep;
    await first.send('@ben', 'awake');
    assert.deepEqual(await ben.waitForTexts('@ana', 4), ['hello', 'after the take-over', 'asked of one asleep', 'awake']);
    assert.equal((await second.state()).isOwner, true);
    for (const tab of [first, second]) {
      assert.deepEqual(await tab.waitForTexts('@ben', 4), await ben.texts('@ana'));
      await tab.waitForConnection('live');
      assert.deepEqual((await tab.heard('notice')).map((notice) => notice.code), [], 'a hand-over alarms nobody');
      assert.deepEqual(tab.page.faults, []);
    }
  });

  test(`older tabs step back when a newer version is there: ${kind}`, async (t) => {
    const { mine, first, second } = await twoTabs(t, kind);
    const newer = await mine.open(new URL('/empty.html', first.page.url()).href);
    await newer.evaluate(`new BroadcastChannel('palaver/default').postMessage({ Newer: { version: 999 } })`);
    for (const tab of [first, second]) await tab.waitForState('outdated');
    const locks = async () => newer.evaluate('navigator.locks.query()');
    const isFree = async () => ![...(await locks()).held, ...(await locks()).pending].some((lock) => lock.name === 'palaver/default');
    await until(isFree, () => 'the lock is still held');
    // Whoever asks is told, and does not wait for ever.
    assert.equal(await first.codeOf((client) => client.send('@ben', 'too old')), 'not_open');
    // A reload brings the version that is served, here the same one.
    await first.reload();
    await first.waitToOwn();
  });

  test(`accounts of several profiles on one origin talk to each other: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const ana = await scene.join(browser, 'ana', { profile: 'ana' });
    const ben = await scene.join(browser, 'ben', { profile: 'ben' });
    assert.ok((await ana.state()).isOwner && (await ben.state()).isOwner);
    await ana.send('@ben', 'hello');
    assert.deepEqual(await ben.waitForTexts('@ana', 1), ['hello']);
    await ben.send('@ana', 'hello yourself');
    assert.deepEqual(await ana.waitForTexts('@ben', 2), ['hello', 'hello yourself']);
    assert.deepEqual([...ana.page.faults, ...ben.page.faults], []);
  });
}

test('a page that the browser freezes lets another tab go on, and follows when it thaws', async (t) => {
  const { first, second, ben } = await twoTabs(t, 'chrome');
  const devtools = await first.page.createCDPSession();
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await second.look();
  await second.waitToOwn();
  await second.send('@ben', 'while the other is frozen');
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await first.waitForState('open', (state) => !state.isOwner);
  await first.send('@ben', 'thawed');
  assert.deepEqual(await ben.waitForTexts('@ana', 3), ['hello', 'while the other is frozen', 'thawed']);
});
