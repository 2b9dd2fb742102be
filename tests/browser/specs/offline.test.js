// Whoever was away, and a relay that was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, Scene } from '../src/scene.js';
import { numbered } from '../src/texts.js';
import { until } from '../src/until.js';

for (const kind of KINDS) {
  test(`whoever was away gets everything once and in order: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const [home, other] = await Promise.all([scene.browser(kind), scene.browser('chrome')]);
    const ana = await scene.join(home, 'ana');
    const ben = await scene.join(other, 'ben');
    await ben.send('@ana', 'hello');
    await ana.waitForTexts('@ben', 1);
    await home.close();

    const missed = numbered('while you were away', 100);
    await ben.sendAll('@ana', missed);
    await ben.waitUntilSent();
    await home.start();

    const back = await scene.open(home, { name: 'ana' });
    assert.deepEqual(await back.waitForTexts('@ben', 101), ['hello', ...missed]);
    await back.send('@ben', 'here I am');
    assert.deepEqual(await ben.waitForTexts('@ana', 102), ['hello', ...missed, 'here I am']);
    assert.deepEqual(await back.texts('@ben'), ['hello', ...missed, 'here I am']);
    assert.deepEqual([...back.page.faults, ...ben.page.faults], []);
  });

  test(`whoever was away when a terminal wrote the first message gets it: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const home = await scene.browser(kind);
    const ana = await scene.join(home, 'ana');
    await ana.waitForConnection('live');
    await home.close();
    const dan = await scene.terminal('dan');
    await dan.run('send', '@ana', 'the first');
    await dan.run('send', '@ana', 'the second');
    await home.start();
    const back = await scene.open(home, { name: 'ana' });
    assert.deepEqual(await back.waitForTexts('@dan', 2), ['the first', 'the second']);
    assert.deepEqual(back.page.faults, []);
  });
}

test('both sides of a conversation go on by themselves when a relay that died is back', async (t) => {
  const scene = await Scene.of(t);
  const [chromium, firefox] = await Promise.all(KINDS.map((kind) => scene.browser(kind)));
  const ana = await scene.join(chromium, 'ana');
  const ben = await scene.join(firefox, 'ben');
  await ana.send('@ben', 'before');
  await ben.waitForTexts('@ana', 1);

  await scene.relay.kill();
  for (const one of [ana, ben]) {
    const isAway = async () => ['offline', 'connecting'].includes((await one.diagnostics()).connection.state);
    await until(isAway, () => `${one.name} does not notice that the relay is gone`);
  }
  await scene.relay.restart();

  await Promise.all([ana, ben].map((one) => one.waitForConnection('live')));
  await ana.send('@ben', 'after');
  assert.deepEqual(await ben.waitForTexts('@ana', 2), ['before', 'after']);
  await ben.send('@ana', 'indeed');
  assert.deepEqual(await ana.waitForTexts('@ben', 3), ['before', 'after', 'indeed']);
});

for (const kind of KINDS) {
  test(`what is said while the relay is down survives a reload and leaves once when it is back: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const [mine, other] = await Promise.all([scene.browser(kind), scene.browser('chrome')]);
    const ana = await scene.join(mine, 'ana');
    const ben = await scene.join(other, 'ben');
    await ana.send('@ben', 'hello');
    await ben.waitForTexts('@ana', 1);
    await ana.waitUntilSent();

    await scene.relay.kill();
    const said = numbered('into the dark', 5);
    await ana.sendAll('@ben', said);
    assert.deepEqual(await ana.waiting('@ben'), said);
    await ana.reload();
    assert.deepEqual(await ana.waiting('@ben'), said);
    assert.equal((await ana.state()).state, 'open');
    await scene.relay.restart();

    assert.deepEqual(await ben.waitForTexts('@ana', 6), ['hello', ...said]);
    await ana.waitUntilSent();
    assert.deepEqual(await ana.waiting('@ben'), []);
    assert.deepEqual(await ana.texts('@ben'), ['hello', ...said]);
    const isDelivered = async () => (await ana.messages('@ben')).every((message) => message.state === 'delivered');
    await until(isDelivered, () => 'not everything is shown as delivered');
    assert.deepEqual(await ben.texts('@ana'), ['hello', ...said]);
  });
}
