// What the package promises of a client, beyond messages: its ends, its errors, its files' places, and the network's comings and goings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, Scene } from '../src/scene.js';
import { packageFolder, pagesFolder } from '../src/site.js';
import { until } from '../src/until.js';

for (const kind of KINDS) {
  test(`a client that is closed ends everything that waits for it: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await scene.join(await scene.browser(kind), 'ana');
    await ana.ask((client) => client.caughtUp());
    await scene.relay.kill();
    await ana.waitForConnection('offline');
    const ended = await ana.ask(async (client) => {
      const codeOf = (promise) => promise.then(() => 'done', (error) => (error.name === 'PalaverError' ? error.code : error.name));
      const drained = (async () => {
        for await (const happened of client.events()) void happened;
        return 'drained';
      })();
      const waiting = codeOf(client.caughtUp());
      const aborted = codeOf(client.caughtUp({ signal: AbortSignal.abort() }));
      const late = await aborted;
      client.close();
      return { drained: await drained, waiting: await waiting, late, after: await codeOf(client.contacts()) };
    });
    assert.deepEqual(ended, { drained: 'drained', waiting: 'interrupted', late: 'AbortError', after: 'interrupted' });
  });

  test(`a phrase can be written down before there is an account: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await scene.open(await scene.browser(kind), { name: 'ana' });
    const phrase = await ana.ask((client) => client.newPhrase());
    assert.equal(phrase.split(' ').length, 24);
    await ana.reload();
    assert.equal((await ana.state()).state, 'empty');
    assert.equal(await ana.codeOf((client) => client.create({ phrase: 'seven words are not enough for it' })), 'bad_phrase');
    const made = await ana.ask((client, phrase) => client.create({ phrase }), phrase);
    assert.equal(made.phrase, phrase);
    const { account } = (await ana.state()).profile;
    await ana.ask((client, phrase) => client.create({ phrase }), phrase);
    assert.equal((await ana.state()).profile.account, account, 'asked again, it is done');
    assert.equal(await ana.codeOf((client) => client.create()), 'account_exists');
  });

  test(`a passkey that cannot be had is an error like any other: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await scene.open(await scene.browser(kind), { name: 'ana' });
    await ana.page.evaluate(`navigator.credentials.create = async () => null`);
    assert.equal(await ana.codeOf((client) => client.create({ protection: 'passkey' })), 'no_passkey');
    assert.equal((await ana.state()).state, 'empty');
  });

  test(`the worker and the WebAssembly may lie elsewhere: ${kind}`, async (t) => {
    const scene = await Scene.of(t, { folders: { '/palaver/': packageFolder, '/elsewhere/': packageFolder, '/': pagesFolder } });
    const browser = await scene.browser(kind);
    const ana = await scene.open(browser, { name: 'ana', workerUrl: '/elsewhere/worker.js', wasmUrl: '/elsewhere/engine_bg.wasm' });
    assert.equal((await ana.state()).state, 'empty');
    const lost = await scene.open(browser, { name: 'ana', profile: 'lost', wasmUrl: '/nowhere/engine_bg.wasm' });
    assert.equal((await lost.waitForState('stuck')).trouble.code, 'worker_failed');
  });

  test(`asking for storage that is not cleared answers with what is in force: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await scene.join(await scene.browser(kind, { prefs: { 'dom.storageManager.prompt.testing': true, 'dom.storageManager.prompt.testing.allow': true } }), 'ana');
    const storage = await ana.ask((client) => client.persist());
    assert.equal(storage.protection, 'browser');
    assert.equal(storage.isPersistent, await ana.page.evaluate('navigator.storage.persisted()'));
    assert.ok(storage.usedBytes > 0 && storage.quotaBytes > storage.usedBytes);
  });
}

test('a network that goes and comes back is noticed at once, in a tab that follows too', async (t) => {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const ana = await scene.join(browser, 'ana');
  const second = await scene.open(browser, { name: 'ana' });
  await scene.relay.kill();
  await ana.waitForConnection('offline');
  // Long enough that the next attempt by itself is far away.
  const far = async () => ((await ana.diagnostics()).connection.retryAt ?? 0) - Date.now() > 4_000;
  await until(far, () => 'the next attempt is never far away');
  await scene.relay.restart();
  await second.page.evaluate(`dispatchEvent(new Event('online'))`);
  await ana.waitForConnection('live');
  const heard = await ana.page.evaluate('heard.length');
  await ana.page.evaluate(`dispatchEvent(new Event('offline'))`);
  const wentOffline = () => ana.page.evaluate(`heard.slice(${heard}).some(({ name, detail }) => name === 'connection' && detail.state === 'offline')`);
  await until(wentOffline, () => 'the socket is kept though the network is gone');
  await ana.waitForConnection('live');
});

test('a relay that is away is tried less and less often, however many tabs look on', async (t) => {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const ana = await scene.join(browser, 'ana');
  const second = await scene.open(browser, { name: 'ana' });
  await second.look();
  await scene.relay.kill();
  const waits = [];
  const wait = async () => {
    const { retryAt } = (await ana.diagnostics()).connection;
    if (retryAt && retryAt !== waits.at(-1)?.at) waits.push({ at: retryAt, ms: retryAt - Date.now() });
    return waits.some(({ ms }) => ms > 8_000);
  };
  await until(wait, () => `it waits ${waits.map(({ ms }) => ms)}`);
});
