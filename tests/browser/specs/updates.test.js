// The app without its relay, and the app when its relay was updated: what is kept, and which build of it runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { Builds } from '../src/builds.js';
import { answers } from '../src/front.js';
import { KINDS, Scene } from '../src/scene.js';
import { until } from '../src/until.js';

/** Ana at the app, all of which is kept in her browser. */
async function kept(t, kind = 'chrome') {
  const scene = await Scene.of(t);
  const front = await scene.front();
  const builds = await Builds.behind(front);
  const browser = await scene.browser(kind);
  const ana = await AppPerson.register(browser, front, 'ana');
  const isKept = async () => Boolean((await navigator.serviceWorker.ready).active?.state === 'activated' && (await caches.match('/')));
  await until(() => ana.ask(isKept), () => 'the app is not kept');
  return { scene, front, builds, browser, ana };
}

for (const kind of KINDS) {
  test(`a proxy whose relay is gone, a network that hangs, none at all: the app opens as it was kept: ${kind}`, async (t) => {
    const { front, ana } = await kept(t, kind);
    for (const answer of [answers.badGateway, answers.nothing, answers.noNetwork]) {
      front.answerAll(answer);
      await ana.reload();
      await ana.see('No conversations yet');
    }
    await ana.see('Offline.', '.connection');
    front.handOn();
    await ana.reload();
    await ana.seeNo('Offline.', '.connection');
  });

  test(`after an update a tab that is only ever reloaded runs the newer build, without a network too: ${kind}`, async (t) => {
    const { front, builds, ana } = await kept(t, kind);
    assert.equal(await builds.of(ana), 'older');
    builds.update();
    await ana.reload();
    await ana.see('No conversations yet');
    assert.equal(await builds.of(ana), 'newer', 'what the network has comes first');
    await until(() => builds.isKept(ana), () => 'the newer build is not kept');
    front.answerAll(answers.noNetwork);
    await ana.reload();
    await ana.see('No conversations yet');
    assert.equal(await builds.of(ana), 'newer', 'what is kept is the newer build');
  });
}

test('a tab of the older build goes on after an update: what it loads later is still there', async (t) => {
  const { front, builds, browser, ana } = await kept(t);
  const path = await ana.ask(() => document.querySelector('script[type=module]').src);
  builds.update();
  const second = await AppPerson.open(browser, front, { name: 'ana' });
  await second.see('No conversations yet');
  assert.equal(await builds.of(second), 'newer');
  await until(() => builds.isKept(second), () => 'the newer build is not kept');
  assert.equal(await builds.of(ana), 'older');
  const load = async (path) => (await fetch(path, { cache: 'no-store' })).status;
  assert.equal(await ana.ask(load, path), 200, 'the older build is kept while it is open');
  assert.equal(await (await fetch(path)).status, 404, 'the relay does not have it any more');
});

test('a build that changes while it is being kept is not kept: no page goes with the files of another', async (t) => {
  const { front, builds, ana } = await kept(t);
  const before = await ana.ask(() => caches.keys());
  // The service worker is the newer build's already, the page is not yet.
  const { text } = front;
  builds.update();
  front.text = (body) => (body.startsWith('<!doctype html>') ? body : text(body));
  const updated = () => ana.ask(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const found = new Promise((resolve) => registration.addEventListener('updatefound', () => resolve(registration.installing), { once: true }));
    await registration.update();
    const worker = await found;
    if (worker.state === 'redundant') return worker.state;
    return new Promise((resolve) => worker.addEventListener('statechange', () => resolve(worker.state)));
  });
  assert.equal(await updated(), 'redundant');
  assert.deepEqual(await ana.ask(() => caches.keys()), before);
  front.answerAll(answers.noNetwork);
  await ana.reload();
  await ana.see('No conversations yet');
  assert.equal(await builds.of(ana), 'older');
});

test('a part of the app that is missing is said, with a way on', async (t) => {
  const scene = await Scene.of(t);
  const front = await scene.front();
  const browser = await scene.browser('chrome');
  const elsewhere = () => browser.driver.createBrowserContext();
  for (const missing of ['web-app.js', 'web-app_bg.wasm', 'index.js', 'host.js', 'boot.js']) {
    front.answer = ({ url }, response) => url.endsWith(`/${missing}`) && (response.writeHead(404).end(), true);
    const ana = await AppPerson.open(browser, front, { name: 'ana', context: await elsewhere() });
    await ana.see('Palaver could not start');
    await ana.seeNo('Messages that stay');
    front.handOn();
    await ana.press('Reload');
    await ana.see('Messages that stay between you');
    await ana.page.close();
  }
});
