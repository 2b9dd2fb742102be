// Screens of the settings, of what stands before them, and of adding someone by a code. See `src/screens.js`.
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { Script } from '../src/scripted.js';
import { stage } from '../src/staging.js';

const SETTINGS = ['profile', 'appearance', 'storage', 'phrase', 'devices', 'diagnostics', 'erase'];

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
  await ana.press('Make new words, void the old');
  await ana.find('ol.phrase');
  await screens.look(ana, 'settings-phrase-new');
  await ana.confirmPhrase('Done');
  await ana.find('body:not(:has(dialog[open]))');
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

test('screens: other devices, and a camera that is refused', async (t) => {
  const { scene, browser, screens } = await stage(t);
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  // Chromium has no detector on every system; without a camera it is not used either.
  await ana.page.evaluateOnNewDocument(() => (globalThis.BarcodeDetector ??= class {}));
  const script = await Script.of(ana);
  await ana.goTo('/add');
  await ana.press('Scan a code');
  await ana.see('The camera cannot be used', 'dialog .problem');
  await screens.look(ana, 'add-camera-refused');
  await ana.keys('Escape');
  await ana.find('body:not(:has(dialog[open]))');

  // As the worker answers for an account on more devices than this one.
  const { device } = (await script.seen()).profile;
  const other = (letter) => device.replace(/_./, `_${letter}`);
  const devices = [
    { device, isThis: true, isActive: true },
    { device: other('b'), isThis: false, isActive: true },
    { device: other('c'), isThis: false, isActive: false },
  ];
  await ana.goTo('/settings/devices');
  await ana.press('Link a device');
  await ana.fill('Code or number', 'not a code');
  await ana.press('Let it in');
  await ana.see('neither a whole code', 'dialog .problem');
  await screens.look(ana, 'settings-link');
  await script.event({ event: 'link', state: 'comparing', digits: '0423178' });
  await ana.see('They differ', 'dialog');
  await screens.look(ana, 'settings-link-compare');
  await script.event({ event: 'link', state: 'joining' });
  await ana.see('is joining', 'dialog');
  await screens.look(ana, 'settings-link-joining');
  await ana.keys('Escape');
  await ana.goTo('/');
  await script.answer('devices', { answer: 'devices', devices });
  await ana.goTo('/settings/devices');
  await ana.see('Signed in', 'main');
  await screens.look(ana, 'settings-devices-more');
  await ana.press('Remove');
  await ana.find('dialog[open]');
  await screens.look(ana, 'settings-devices-question');
  screens.assertFine();
});
