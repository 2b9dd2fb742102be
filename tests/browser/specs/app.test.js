// The web app as the relay serves it: what people do with it, from the first screen to the last.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { inTouch, withoutFaults } from '../src/pair.js';
import { KINDS, Scene } from '../src/scene.js';
import { until } from '../src/until.js';

for (const kind of KINDS) {
  test(`two people find each other, talk, and see how far each message has come: ${kind}`, async (t) => {
    const { ana, ben } = await inTouch(t, kind);
    await ben.write('hello ana');
    await ana.look();
    await ana.waitForMessages(['hello ben', 'hello ana']);
    await ana.write('how are you?');
    await ben.look();
    await ben.waitForMessages(['hello ben', 'hello ana', 'how are you?']);
    // Ben looks at it for as long as it takes: what nobody looks at is not read.
    await ana.waitForState('Read');
    await withoutFaults(ana, ben);
  });

  test(`a reload lands in the same place, with the draft: ${kind}`, async (t) => {
    const { ana } = await inTouch(t, kind);
    await ana.look();
    const draft = () => ana.ask(() => document.querySelector('.composer-field')?.value);
    const waitForDraft = () => until(async () => (await draft()) === 'half a thought', () => 'the draft is gone');
    await ana.fill('Message', 'half a thought');
    // Kept as soon as one looks elsewhere.
    await ana.goTo('/');
    await ana.openChat('@ben');
    await waitForDraft();
    const path = await ana.path();
    assert.match(path, /^\/c\//);
    await ana.reload();
    await ana.see('ben', '.chat-name');
    await ana.waitForMessages(['hello ben']);
    assert.equal(await ana.path(), path);
    await waitForDraft();
    // Sent, it is no draft any more.
    await ana.ask(() => document.querySelector('.composer-field').focus());
    await ana.keys('Enter');
    await ana.waitForMessages(['hello ben', 'half a thought']);
    await ana.waitForState('Delivered');
    await ana.reload();
    await ana.waitForMessages(['hello ben', 'half a thought']);
    assert.equal(await draft(), '');
    await withoutFaults(ana);
  });

  test(`both sides see the same safety number, and that it was compared: ${kind}`, async (t) => {
    const { ana, ben } = await inTouch(t, kind);
    const numbers = [];
    for (const person of [ana, ben]) {
      await person.look();
      await person.press('Details');
      numbers.push(await person.safetyNumber());
      await person.press('Mark as verified');
      await person.see('You compared this number');
      await person.see('Post-quantum.');
      await person.find('.chat-name .verified');
    }
    assert.equal(numbers[0], numbers[1]);
    assert.equal(numbers[0].replaceAll(' ', '').length, 60);
    await ben.reload();
    await ben.see('You compared this number');
    await withoutFaults(ana, ben);
  });

  test(`the app talks with a terminal: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await AppPerson.register(await scene.browser(kind), scene.relay, 'ana');
    const dan = await scene.terminal('dan');
    await ana.add('@dan');
    await ana.write('hello terminal');
    await ana.waitForState('Sent');
    assert.deepEqual(await dan.texts('@ana'), ['hello terminal']);
    await dan.run('send', '@ana', 'hello browser');
    await ana.waitForMessages(['hello terminal', 'hello browser']);
    await withoutFaults(ana);
  });
}

test('every page of the settings opens and says something', async (t) => {
  const scene = await Scene.of(t);
  const ana = await AppPerson.register(await scene.browser('chrome'), scene.relay, 'ana');
  await ana.press('Settings');
  const pages = {
    Profile: 'Your code',
    Appearance: 'Like the system',
    'Storage and protection': 'Kept in this browser',
    'Recovery phrase': 'Check your phrase',
    Devices: 'This browser',
    Diagnostics: 'Protocol version',
    'Log out': 'Log out and erase',
  };
  for (const [page, words] of Object.entries(pages)) {
    await ana.pressRow(page);
    await ana.see(words, 'main');
  }
  await ana.press('Back to conversations');
  await ana.see('No conversations yet');
  await withoutFaults(ana);
});

for (const kind of KINDS) {
  test(`a passphrase that is set in the settings is asked for after a reload: ${kind}`, async (t) => {
    const { ana } = await inTouch(t, kind);
    await ana.look();
    await ana.goTo('/settings/storage');
    await ana.press('Change protection');
    await ana.press('A passphrase');
    await ana.fill('Passphrase', 'four words and more');
    await ana.fill('The same again', 'four words and more');
    await ana.press('Protect');
    await ana.find('body:not(:has(dialog[open]))');
    await ana.see('You type it each time', 'main');
    await ana.reload();
    await ana.see('Palaver is locked');
    await ana.fill('Passphrase', 'something else');
    await ana.press('Unlock');
    await ana.see('That is not right');
    await ana.fill('Passphrase', 'four words and more');
    await ana.press('Unlock');
    await ana.see('Storage and protection', 'main');
    await ana.goTo('/');
    await ana.openChat('@ben');
    await ana.waitForMessages(['hello ben']);
    await withoutFaults(ana);
  });
}

test('who logs out leaves nothing behind, and comes back elsewhere by the phrase', async (t) => {
  const { scene, browser, ana, ben } = await inTouch(t);
  await ana.look();
  await ana.goTo('/settings/erase');
  await ana.press('Log out and erase');
  await ana.press('Erase everything here', 'dialog button[type=submit]');
  await ana.see('Everything here was erased');
  const isEmpty = async () => (await indexedDB.databases()).length === 0 && localStorage.length === 0;
  await until(() => ana.ask(isEmpty), () => 'something is left behind');
  await ana.press('Start again');
  await ana.see('Messages that stay between you');

  const context = await browser.driver.createBrowserContext();
  const back = await AppPerson.open(browser, scene.relay, { name: 'ana', path: '/restore', context });
  await back.fill('Recovery phrase', `${ana.phrase.split(' ').slice(0, 23).join(' ')} ${ana.phrase.split(' ')[0]}`);
  await back.press('Restore account');
  await back.find('.problem svg');
  await back.fill('Recovery phrase', ana.phrase);
  await back.press('Restore account');
  await back.see('ben', '.items');
  await back.openChat('@ben');
  await back.write('here I am again');
  await ben.look();
  await ben.see('here I am again', '.messages');
  await withoutFaults(ana, ben, back);
});

test('a phrase can be checked and replaced, and the old one opens nothing any more', async (t) => {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  const old = ana.phrase;
  await ana.goTo('/settings/phrase');
  await ana.fill('Recovery phrase', old);
  await ana.press('Check');
  await ana.see('These are the right words.');
  await ana.press('Replace the phrase');
  await ana.press('Make new words, void the old');
  await ana.confirmPhrase('Done');
  await until(() => ana.ask(() => !document.querySelector('dialog[open]')), () => 'the dialog stays');
  assert.notEqual(ana.phrase, old);

  const restore = async (phrase) => {
    const context = await browser.driver.createBrowserContext();
    const person = await AppPerson.open(browser, scene.relay, { name: 'ana', path: '/restore', context });
    await person.fill('Recovery phrase', phrase);
    await person.press('Restore account');
    return person;
  };
  const refused = await restore(old);
  await refused.see('No account here has this phrase');
  const back = await restore(ana.phrase);
  await back.see('No conversations yet');
  await withoutFaults(ana);
});

test('a relay that is gone is said, what is written waits, and leaves when it is back', async (t) => {
  const { scene, ana, ben } = await inTouch(t);
  await ana.look();
  await scene.relay.kill();
  await ana.see('Offline. Messages will be sent', '.connection');
  await ana.write('into the dark');
  await ana.waitForState('Waiting to be sent');
  await scene.relay.restart();
  await ana.seeNo('Offline.', '.connection');
  await ana.waitForMessages(['hello ben', 'into the dark']);
  await ben.look();
  await ben.waitForMessages(['hello ben', 'into the dark']);
  await ana.waitForState('Read');
});

for (const kind of KINDS) {
  test(`without a network the app opens all the same, and shows what was said: ${kind}`, async (t) => {
    const { scene, ana } = await inTouch(t, kind);
    await ana.look();
    const isInstalled = async () => Boolean((await navigator.serviceWorker.ready).active && (await caches.keys()).length);
    await until(() => ana.ask(isInstalled), () => 'the service worker is not installed');
    await scene.relay.kill();
    const path = await ana.path();
    await ana.reload();
    await ana.waitForMessages(['hello ben']);
    await ana.see('Offline.', '.connection');
    assert.equal(await ana.path(), path);
    await ana.write('written without a network');
    await ana.waitForState('Waiting to be sent');
    await ana.reload();
    await ana.waitForMessages(['hello ben', 'written without a network']);
    await scene.relay.restart();
    await ana.waitForState('Delivered');
  });
}

test('a second tab shows the same, and what is done in one is seen in the other', async (t) => {
  const { scene, browser, ana, ben } = await inTouch(t);
  const second = await AppPerson.open(browser, scene.relay, { name: 'ana', path: await ana.path() });
  await second.waitForMessages(['hello ben']);
  await second.write('from the second tab');
  await ana.waitForMessages(['hello ben', 'from the second tab']);
  await ben.waitForMessages(['hello ben', 'from the second tab']);
  await ana.page.close();
  await second.write('the first is closed');
  await ben.waitForMessages(['hello ben', 'from the second tab', 'the first is closed']);
  await withoutFaults(second, ben);
});
