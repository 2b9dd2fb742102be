// What happens while a page of the app is away: nothing is missed, and nothing on screen is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { inTouch, withoutFaults } from '../src/pair.js';
import { Scene } from '../src/scene.js';
import { until } from '../src/until.js';
import { atHand, killWorker } from '../src/workers.js';

test('a tab that slept while another took over shows what came meanwhile', async (t) => {
  const { scene, browser, ana, ben } = await inTouch(t);
  await ana.look();
  const second = await AppPerson.open(browser, scene.relay, { name: 'ana', path: await ana.path() });
  await second.waitForMessages(['hello ben']);
  const devtools = await ana.page.createCDPSession();
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await second.look();
  await ben.look();
  await ben.write('while one sleeps');
  await ben.write('and once more');
  const all = ['hello ben', 'while one sleeps', 'and once more'];
  await second.look();
  await second.waitForMessages(all);
  await second.write('seen');
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await ana.look();
  await ana.waitForMessages([...all, 'seen']);
  await withoutFaults(ana, second, ben);
});

test('a worker that is killed is followed by another, and what came meanwhile is shown', async (t) => {
  const { ana, ben } = await inTouch(t);
  await ana.look();
  await atHand(ana);
  await ana.waitForMessages(['hello ben']);
  await ana.fill('Message', 'half a thought');
  await ana.fill('Search', 'ben');
  const isThere = () => document.querySelector('.composer-field') === globalThis.field && document.querySelector('#search').value === 'ben';
  await ana.ask(() => {
    globalThis.field = document.querySelector('.composer-field');
    // What the worker hears from now on does not come to the page.
    workers.at(-1).onmessage = null;
  });
  await ben.look();
  await ben.write('into the void');
  // Delivered to a device whose page does not know it yet.
  await ben.waitForState('Delivered');
  await killWorker(ana, 'open');
  await ana.look();
  await ana.waitForMessages(['hello ben', 'into the void']);
  assert.ok(await ana.ask(isThere), 'what was typed stands where it was');
  await withoutFaults(ana, ben);
});

test('what is typed before there is an account outlives the worker', async (t) => {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const ana = await AppPerson.open(browser, scene.relay, { name: 'ana' });
  await atHand(ana);
  await ana.press('Create an account');
  await ana.fill('Name', 'ana');
  await ana.press('Continue');
  await ana.confirmPhrase('Continue');
  await ana.press('A passphrase');
  await ana.fill('Passphrase', 'four words and more');
  await killWorker(ana, 'empty');
  assert.equal(await ana.ask(() => document.querySelector('#passphrase')?.value), 'four words and more');
  const back = await AppPerson.open(browser, scene.relay, { path: '/restore', context: await browser.driver.createBrowserContext() });
  await atHand(back);
  await back.fill('Recovery phrase', 'words that were typed');
  await killWorker(back, 'empty');
  assert.equal(await back.ask(() => document.querySelector('#phrase')?.value), 'words that were typed');
  await withoutFaults(ana, back);
});

test('a conversation that is not on screen is caught up with too', async (t) => {
  const { scene, ana } = await inTouch(t);
  const dan = await scene.terminal('dan');
  await ana.look();
  await atHand(ana);
  await ana.waitForMessages(['hello ben']);
  await ana.add('@dan');
  await ana.write('hello dan');
  await ana.waitForState('Sent');
  await ana.openChat('@ben');
  await ana.ask(() => {
    workers.at(-1).onmessage = null;
  });
  const texts = ['one', 'two', 'three'];
  assert.deepEqual(await dan.texts('@ana'), ['hello dan']);
  for (const text of texts) await dan.run('send', '@ana', text);
  const isHere = () => said.some(({ event }) => event?.event === 'message' && event.text === 'three');
  await until(() => ana.ask(isHere), () => 'the worker has not got it');
  await killWorker(ana, 'open');
  await ana.see('three', '.items');
  await ana.openChat('@dan');
  await ana.waitForMessages(['hello dan', ...texts]);
  await withoutFaults(ana);
});
