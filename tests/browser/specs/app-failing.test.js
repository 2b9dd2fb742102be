// What does not work: it is said where one looks, and there is a way on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { inTouch, withoutFaults } from '../src/pair.js';
import { Scene } from '../src/scene.js';
import { until } from '../src/until.js';
import { atHand } from '../src/workers.js';

async function alone(t) {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  await atHand(ana);
  await ana.see('No conversations yet');
  return { scene, browser, ana };
}

test('what cannot be fetched is asked for again', async (t) => {
  const { ana } = await alone(t);
  const pages = { devices: 'This browser', storage: 'Kept in this browser', diagnostics: 'Protocol version' };
  for (const [page, words] of Object.entries(pages)) {
    await ana.ask((request) => void failing.add(request), page);
    await ana.goTo(`/settings/${page}`);
    await ana.see('Something went wrong', 'main .problem');
    await ana.ask(() => failing.clear());
    await ana.press('Try again');
    await ana.see(words, 'main');
    await ana.seeNo('Something went wrong');
    await until(async () => (await ana.focused()) !== '', () => 'the focus is lost with the button');
  }
  await withoutFaults(ana);
});

test('a list or a conversation that cannot be fetched is not an empty one', async (t) => {
  const { ana } = await inTouch(t);
  await ana.look();
  await atHand(ana);
  await ana.waitForMessages(['hello ben']);
  await ana.goTo('/');
  await ana.page.evaluateOnNewDocument(`failing.add('conversations').add('timeline')`);
  await ana.reload();
  await ana.see('Something went wrong', '.items .problem');
  await ana.seeNo('No conversations yet');
  await ana.ask(() => void failing.delete('conversations'));
  await ana.press('Try again');
  await ana.openChat('@ben');
  await ana.see('Something went wrong', '.timeline .problem');
  await ana.ask(() => failing.clear());
  await ana.press('Try again');
  await ana.waitForMessages(['hello ben']);
  await withoutFaults(ana);
});

test('what is submitted twice at once is done once', async (t) => {
  const { ana } = await alone(t);
  await ana.goTo('/settings/profile');
  await ana.fill('Name', 'ana.two');
  await ana.ask(() => {
    asked.length = 0;
    const form = document.querySelector('main form');
    form.requestSubmit();
    form.requestSubmit();
  });
  await ana.see('ana.two', '.details-name');
  assert.equal(await ana.ask(() => asked.filter((name) => name === 'set_handle').length), 1);
  await withoutFaults(ana);
});

test('copying that the browser refuses is said where one looks', async (t) => {
  const { ana } = await alone(t);
  await ana.goTo('/settings/profile');
  await ana.ask(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
  });
  await ana.press('Copy link');
  await ana.see('did not allow copying', 'main .problem');
  await withoutFaults(ana);
});

test('a promise that the browser does not give is said', async (t) => {
  const { ana } = await alone(t);
  await ana.goTo('/settings/storage');
  await ana.ask(() => {
    navigator.storage.persist = async () => false;
  });
  await ana.press('Ask the browser to keep it');
  await ana.see('did not promise it', 'main .problem');
  await withoutFaults(ana);
});

test('restoring without a relay can be stopped', async (t) => {
  const { scene, browser, ana } = await alone(t);
  const context = await browser.driver.createBrowserContext();
  const back = await AppPerson.open(browser, scene.relay, { name: 'ana', path: '/restore', context });
  await back.see('Restore account');
  await scene.relay.kill();
  await back.fill('Recovery phrase', ana.phrase);
  await back.press('Restore account');
  await back.press('Stop restoring');
  await back.see('Stop restoring?', 'dialog');
  await back.press('Stop and erase');
  await back.see('Everything here was erased');
  const isEmpty = async () => (await indexedDB.databases()).length === 0;
  await until(() => back.ask(isEmpty), () => 'something is left behind');
});
