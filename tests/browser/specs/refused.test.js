// What a browser refuses, and surroundings that are not as they should be: each said clearly, with a way on.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { newProfile } from '../src/browsers.js';
import { KINDS, Scene } from '../src/scene.js';
import { POLICY } from '../src/site.js';

const HOUR_MS = 3_600_000;

/** The client says why it cannot go on, and answers whoever asks all the same. */
async function assertStuck(person, code) {
  const { trouble } = await person.waitForState('stuck');
  assert.equal(trouble.code, code, trouble.message);
  assert.ok(trouble.message.length > 0);
  assert.equal(await person.codeOf((client) => client.create()), 'not_open');
  assert.equal(await person.codeOf((client) => client.conversations()), 'not_open');
}

/** A conversation each way with a terminal. */
async function assertTalks(person, terminal) {
  await person.send(terminal.name, 'hello');
  await person.waitUntilSent();
  await terminal.run('send', person.name, 'hello yourself');
  assert.deepEqual(await person.waitForTexts(terminal.name, 2), ['hello', 'hello yourself']);
  assert.deepEqual(await terminal.texts(person.name), ['hello', 'hello yourself']);
}

test('a Firefox that blocks the data of sites says that storage is refused', async (t) => {
  const scene = await Scene.of(t);
  const browser = await scene.browser('firefox', { prefs: { 'network.cookie.cookieBehavior': 2 } });
  await assertStuck(await scene.open(browser, { name: 'ana' }), 'storage_refused');
});

test('a Chromium that blocks the data of sites says that storage is refused', async (t) => {
  const scene = await Scene.of(t);
  const profile = await newProfile('chrome');
  await mkdir(join(profile, 'Default'));
  const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(blocked));
  const browser = await scene.browser('chrome', { profile });
  const ana = await scene.open(browser, { name: 'ana' });
  const isBlocked = await ana.page.evaluate(`(() => { try { return !localStorage; } catch { return true; } })()`);
  assert.equal(isBlocked, true, 'the browser blocks the data of sites');
  await assertStuck(ana, 'storage_refused');
  const said = await ana.page.evaluate(`new Promise((resolve) => {
    const said = [];
    connect().listen(({ state }) => said.push(state.state) === 3 && resolve(said));
  })`);
  assert.deepEqual(said, ['starting', 'starting', 'stuck'], 'page and engine start, and the refusal is the last word');
});

test('a private window of Chromium works', async (t) => {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const context = await browser.driver.createBrowserContext();
  const ana = await scene.join({ open: (url) => browser.open(url, context) }, 'ana');
  await assertTalks(ana, await scene.terminal('dan'));
  await ana.reload();
  assert.equal((await ana.state()).state, 'open');
  assert.deepEqual(ana.page.faults, []);
});

test('a private window of Firefox works', async (t) => {
  const scene = await Scene.of(t);
  const browser = await scene.browser('firefox', { prefs: { 'browser.privatebrowsing.autostart': true } });
  const ana = await scene.join(browser, 'ana');
  await assertTalks(ana, await scene.terminal('dan'));
  await ana.reload();
  assert.equal((await ana.state()).state, 'open');
  assert.deepEqual(ana.page.faults, []);
});

for (const kind of KINDS) {
  test(`a page that may run no WebAssembly says so: ${kind}`, async (t) => {
    const policy = POLICY.replace(" 'wasm-unsafe-eval'", '');
    const scene = await Scene.of(t, { headers: { 'content-security-policy': policy } });
    await assertStuck(await scene.open(await scene.browser(kind), { name: 'ana' }), 'wasm_refused');
  });

  test(`a page that came without TLS says so: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const lan = {
      chrome: { args: ['--host-resolver-rules=MAP lan.test 127.0.0.1'] },
      firefox: { prefs: { 'network.dns.localDomains': 'lan.test', 'dom.security.https_first': false } },
    };
    const browser = await scene.browser(kind, lan[kind]);
    const ana = await scene.open(browser, { name: 'ana', url: `http://lan.test:${scene.site.port}` });
    await assertStuck(ana, 'insecure_context');
    assert.equal(await ana.codeOf((client) => client.persist()), 'not_open');
  });

  test(`a worker that is not there says so: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    await assertStuck(await scene.open(browser, { name: 'ana', workerUrl: '/not-there.js' }), 'worker_failed');
  });

  test(`a relay's address that is none says so: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    await assertStuck(await scene.open(browser, { name: 'ana', relay: 'nonsense' }), 'relay_address');
  });

  for (const [way, skew] of Object.entries({ slow: -HOUR_MS, fast: HOUR_MS })) {
    test(`a clock an hour ${way} keeps nobody from talking: ${kind}`, async (t) => {
      const scene = await Scene.of(t);
      const [browser, other] = await Promise.all([scene.browser(kind), scene.browser('chrome')]);
      const ana = await scene.join(browser, 'ana', { workerUrl: `/skewed.js?ms=${skew}` });
      await assertTalks(ana, await scene.terminal('dan'));
      const ben = await scene.join(other, 'ben');
      await ben.send('@ana', 'to one out of time');
      assert.deepEqual(await ana.waitForTexts('@ben', 1), ['to one out of time']);
      await scene.relay.kill();
      await ana.send('@ben', 'across a restart');
      await scene.relay.restart();
      assert.deepEqual(await ben.waitForTexts('@ana', 2), ['to one out of time', 'across a restart']);
      assert.deepEqual(await ana.heard('notice'), []);
    });
  }
}
