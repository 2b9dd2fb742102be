// Every screen and state, light and dark, on a desk and on a phone: usable by everyone, nothing beyond the edges.
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { Scene } from '../src/scene.js';
import { Screens } from '../src/screens.js';

const SETTINGS = ['profile', 'appearance', 'storage', 'phrase', 'devices', 'diagnostics', 'erase'];

/** A stage with one browser, and a way to look at what people there see. */
async function stage(t) {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const screens = new Screens();
  const elsewhere = async () => ({ context: await browser.driver.createBrowserContext() });
  return { scene, browser, screens, elsewhere };
}

test('screens: the first ones, until there is an account', async (t) => {
  const { scene, browser, screens } = await stage(t);
  const ana = await AppPerson.open(browser, scene.relay, { name: 'ana' });
  await ana.see('Messages that stay between you');
  await screens.look(ana, 'welcome');
  await ana.press('I have an account');
  await ana.fill('Recovery phrase', 'seven words are not enough for it');
  await ana.press('Restore account');
  await screens.look(ana, 'restore-incomplete');
  await ana.press('Back');
  await ana.press('Create an account');
  await ana.fill('Name', '9lives');
  await ana.press('Continue');
  await ana.see('starts with a letter', '.problem');
  await screens.look(ana, 'create-name-wrong');
  await ana.fill('Name', 'ana');
  await ana.press('Continue');
  await ana.press('A passphrase');
  await screens.look(ana, 'create-protection');
  await ana.press('This browser');
  await ana.press('Create account');
  await ana.find('ol.phrase');
  await screens.look(ana, 'create-phrase');
  await ana.press('I have written them down');
  await ana.press('Done');
  await ana.see('not the right word', '.problem');
  await screens.look(ana, 'create-confirm-wrong');
  screens.assertFine();
});

test('screens: conversations, from the empty list to messages that wait', async (t) => {
  const { scene, browser, screens, elsewhere } = await stage(t);
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  await screens.look(ana, 'list-empty');
  await ana.press('New conversation');
  await screens.look(ana, 'new-empty');
  await ana.goTo('/add');
  await ana.fill('Name or link', 'nobody.here');
  await ana.press('Add');
  await ana.see('knows no such account', '.problem');
  await screens.look(ana, 'add-unknown');
  const ben = await AppPerson.register(browser, scene.relay, 'ben', await elsewhere());
  await ana.look();
  await ana.add('@ben');
  await ana.see('Say hello to');
  await screens.look(ana, 'conversation-empty');
  await converse(ana, ben);
  await ana.look();
  await screens.look(ana, 'conversation');
  await ana.press('Details');
  await ana.safetyNumber();
  await screens.look(ana, 'details');
  await ana.press('Mark as verified');
  await ana.see('You compared this number');
  await screens.look(ana, 'details-verified');
  await ana.goTo('/');
  await ben.look();
  await ben.write('One more thing: the harbour office closes at six, so be there before.');
  await ana.look();
  await ana.see('One more thing', '.items');
  await screens.look(ana, 'list-unread');
  await ana.openChat('@ben');
  await ana.see('New messages');
  // It is all in view, and so it is read.
  await ana.find('.items .item:not(.unread)');
  await screens.look(ana, 'conversation-unread');
  await ana.goTo('/new');
  await screens.look(ana, 'new');
  await ana.goTo('/');
  await ana.fill('Search', 'xyz');
  await ana.see('No one named');
  await screens.look(ana, 'search-nothing');
  await ana.fill('Search', 'b');
  await ana.goTo('/nowhere');
  await screens.look(ana, 'unknown');
  await ana.goTo(`/c/acct_${'a'.repeat(52)}`);
  await screens.look(ana, 'stranger');
  await scene.relay.kill();
  await ana.goTo('/');
  await ana.openChat('@ben');
  await ana.write('Written on the train');
  await ana.waitForState('Waiting to be sent');
  await ana.see('Offline.', '.connection');
  await screens.look(ana, 'conversation-offline');
  screens.assertFine();
});

test('screens: settings, and what stands before them', async (t) => {
  const { scene, browser, screens } = await stage(t);
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  await ana.goTo('/settings');
  await ana.see('Recovery phrase', '.items');
  await screens.look(ana, 'settings');
  for (const page of SETTINGS) {
    await ana.goTo(`/settings/${page}`);
    await ana.find('.page-body > *');
    await screens.look(ana, `settings-${page}`);
  }
  await ana.press('Log out and erase');
  await ana.find('dialog[open]');
  await screens.look(ana, 'settings-erase-question');
  await ana.press('Cancel');
  await ana.goTo('/settings/phrase');
  await ana.fill('Recovery phrase', ana.phrase);
  await ana.press('Check');
  await ana.press('Replace the phrase');
  await screens.look(ana, 'settings-phrase-question');
  await ana.press('Cancel');
  await ana.goTo('/settings/storage');
  await ana.press('Change protection');
  await ana.press('A passphrase');
  await screens.look(ana, 'settings-storage-change');
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
  await screens.look(ana, 'unlock-wrong');
  await ana.press('I cannot unlock it');
  await ana.press('Erase everything here', 'dialog button[type=submit]');
  await ana.see('Everything here was erased');
  await screens.look(ana, 'wiped');
  screens.assertFine();
});

/** Does something to the app's database while nobody has it open, then opens the app again. */
async function behindItsBack(person, something) {
  await person.page.goto(`${person.relay.url}/icon.svg`);
  await person.ask(`new Promise((resolve, reject) => {
    const asking = (${something})();
    asking.onerror = reject;
    asking.onsuccess = () => {
      const database = asking.result;
      if (!database) return resolve();
      const work = database.transaction(['notes'], 'readwrite');
      work.objectStore('notes').delete('key');
      work.oncomplete = () => resolve(database.close());
    };
  })`);
  await person.page.goto(person.relay.url);
}

test('screens: what keeps the app from going on', async (t) => {
  const scene = await Scene.of(t);
  const screens = new Screens();
  const browser = await scene.browser('chrome', { args: ['--host-resolver-rules=MAP insecure.test 127.0.0.1'] });
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  await ana.ask(() => new BroadcastChannel('palaver/default').postMessage({ Newer: { version: 4_000_000_000 } }));
  await ana.see('Palaver was updated');
  await screens.look(ana, 'outdated');
  await behindItsBack(ana, () => indexedDB.open('palaver/default'));
  await ana.see('The key to your data is missing');
  await screens.look(ana, 'key-lost');
  await behindItsBack(ana, () => indexedDB.deleteDatabase('palaver/default'));
  await ana.see('This browser cleared your data');
  await screens.look(ana, 'evicted');

  const insecure = { url: scene.relay.url.replace('localhost', 'insecure.test') };
  const far = await AppPerson.open(browser, insecure, { name: 'far' });
  await far.see('This address is not secure');
  await screens.look(far, 'stuck-insecure');

  const old = await AppPerson.open(browser, scene.relay, { name: 'old', context: await browser.driver.createBrowserContext() });
  await old.page.evaluateOnNewDocument('delete globalThis.BroadcastChannel');
  await old.reload();
  await old.see('This browser is too old');
  await screens.look(old, 'stuck-old');
  screens.assertFine();
});

for (const locale of ['pseudo', 'pseudo-rtl']) {
  test(`screens: a language that is longer: ${locale}`, async (t) => {
    const { scene, browser, screens, elsewhere } = await stage(t);
    const context = await elsewhere();
    const ana = await AppPerson.register(browser, scene.relay, 'ana', context);
    const ben = await AppPerson.register(browser, scene.relay, 'ben', await elsewhere());
    await ana.look();
    await ana.add('@ben');
    await converse(ana, ben);
    const path = await ana.path();
    await ana.look();
    await ana.page.goto(`${scene.relay.url}${path}?locale=${locale}`);
    await ana.find('.message');
    const prefix = `${locale}-`;
    await screens.look(ana, 'conversation', { prefix });
    await ana.goTo(`${path}/details`);
    await ana.safetyNumber();
    await screens.look(ana, 'details', { prefix });
    await ana.goTo('/');
    await ana.find('.items .item');
    await screens.look(ana, 'list', { prefix });
    for (const page of SETTINGS) {
      await ana.goTo(`/settings/${page}`);
      await ana.find('.page-body > *');
      await screens.look(ana, `settings-${page}`, { prefix });
    }
    const fresh = await AppPerson.open(browser, scene.relay, { name: 'new', path: `/?locale=${locale}`, ...(await elsewhere()) });
    await fresh.find('.gate-card');
    await screens.look(fresh, 'welcome', { prefix });
    for (const path of ['/create', '/restore']) {
      await fresh.goTo(path);
      await fresh.find('.gate-card .form');
      await screens.look(fresh, path.slice(1), { prefix });
    }
    screens.assertFine();
  });
}

/** A conversation as people have them. */
async function converse(ana, ben) {
  const lines = [
    [ana, 'Are you still coming on Saturday?'],
    [ana, 'The boat leaves at 9, from the second pier. We would have to be there a little earlier, since the tickets have to be fetched at the counter.'],
    [ben, 'Yes'],
    [ben, 'I found the timetable: https://example.org/timetable/saturday?from=second-pier&to=island'],
    [ana, 'Perfect, thank you'],
    [ben, '👍'],
  ];
  const said = [];
  for (const [who, text] of lines) {
    await who.look();
    if (who === ben && !(await ben.path()).startsWith('/c/')) await ben.openChat('@ana');
    await who.waitForMessages(said);
    await who.write(text);
    said.push(text);
  }
  await ana.look();
  await ana.waitForMessages(said);
}
