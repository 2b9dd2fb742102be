// Screens before there is an account, and before it is open. See `src/screens.js` for how each is looked at.
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { givePasskeys } from '../src/passkeys.js';
import { stage } from '../src/staging.js';

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
  await ana.find('ol.phrase');
  await screens.look(ana, 'create-phrase');
  await ana.press('I have written them down');
  await ana.press('Continue');
  await ana.see('not the right word', '.problem');
  await screens.look(ana, 'create-confirm-wrong');
  await ana.press('Back');
  await ana.confirmPhrase('Continue');
  await ana.press('A passphrase');
  await screens.look(ana, 'create-protection');
  screens.assertFine();
});

test('screens: a name that is taken, and none at all', async (t) => {
  const { scene, browser, screens } = await stage(t);
  await scene.terminal('ana');
  const other = await AppPerson.open(browser, scene.relay, { name: 'other' });
  await other.press('Create an account');
  await other.fill('Name', 'ana');
  await other.press('Continue');
  await other.confirmPhrase('Continue');
  await other.press('Create account');
  await other.see('Someone else has this name', '.problem');
  await screens.look(other, 'create-name-taken');
  await other.press('Do this later');
  await other.see('You have no name yet');
  await screens.look(other, 'list-name-wanted');
  screens.assertFine();
});

test('screens: what is locked, and an account on its way back', async (t) => {
  const { scene, browser, screens, elsewhere } = await stage(t);
  const ana = await AppPerson.open(browser, scene.relay, { name: 'ana', ...(await elsewhere()) });
  await givePasskeys(ana.page);
  await ana.press('Create an account');
  await ana.fill('Name', 'ana');
  await ana.press('Continue');
  await ana.confirmPhrase('Continue');
  await ana.press('A passkey');
  await ana.press('Create account');
  await ana.see('No conversations yet');
  await ana.reload();
  await ana.see('Use your passkey to open');
  await screens.look(ana, 'unlock-passkey');
  await ana.press('Use passkey');
  await ana.see('No conversations yet');

  const back = await AppPerson.open(browser, scene.relay, { name: 'ana', path: '/restore', ...(await elsewhere()) });
  await back.fill('Recovery phrase', ana.phrase);
  await scene.relay.kill();
  await back.press('Restore account');
  await back.see('It comes back as soon as');
  await screens.look(back, 'restore-waiting');
  await back.reload();
  await back.see('Restoring your account');
  await screens.look(back, 'restoring');
  screens.assertFine();
});
