// Screens of what happens while the app is open: the connection's bar, and every notice. What the worker would say is said
// by the test; `refused.test.js`, `storage.test.js` and `client-core`'s tests bring it about.
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { TWO_WAYS } from '../src/screens.js';
import { Script } from '../src/scripted.js';
import { converse, stage } from '../src/staging.js';

/** Why the connection stays closed, and what is said of it. */
const STOPPED = {
  superseded: 'This account is open elsewhere',
  device_revoked: 'This device was removed from your account',
  relay_changed: 'This is not the relay your account was made on',
  upgrade_required: 'The relay needs a newer version',
  identity_untrusted: 'The connection was stopped to keep you safe',
};

/** Every notice that a person sees, as many as there is room for at once. */
const NOTICES = {
  alarms: ['safety_number_changed', 'identity_untrusted', 'heads_differ'],
  'more-alarms': ['relay_changed', 'state_rolled_back', 'device_revoked', 'phrase_not_shown'],
  refusals: ['entry_refused', 'welcome_refused', 'key_package_refused', 'relay_misbehaved'],
  ends: ['superseded', 'upgrade_required', 'removed', 'send_failed'],
  rest: ['may_be_sent', 'wrong_phrase', 'restore_failed', 'rejoined'],
};

test('screens: the connection that stays closed, and every notice', async (t) => {
  const { scene, browser, screens, elsewhere } = await stage(t);
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  const ben = await AppPerson.register(browser, scene.relay, 'ben', await elsewhere());
  await ana.look();
  await ana.add('@ben');
  await converse(ana, ben);
  await ana.look();
  const script = await Script.of(ana);
  await ana.find('.message');
  const { row } = await script.seen();
  await script.mute();

  for (const [reason, words] of Object.entries(STOPPED)) {
    await script.event({ event: 'connection', state: 'stopped', reason });
    await ana.see(words, '.connection');
    await screens.look(ana, `stopped-${reason.replaceAll('_', '-')}`, reason === 'superseded' ? {} : { ways: TWO_WAYS });
  }
  await script.event({ event: 'connection', state: 'live' });
  for (const [name, codes] of Object.entries(NOTICES)) {
    for (const code of codes) {
      await script.event({ event: 'notice', code, conversation: null, account: row.peer, device: null, seq: null, detail: null });
    }
    await ana.find(`.notice:nth-child(${codes.length})`);
    await screens.look(ana, `notices-${name}`, name === 'alarms' ? {} : { ways: TWO_WAYS });
    await dismissAll(ana);
  }
  screens.assertFine();
});

async function dismissAll(person) {
  while (await person.offers('Dismiss')) {
    const before = await person.ask(() => document.querySelectorAll('.notice').length);
    await person.press('Dismiss');
    await person.find(`.notices:not(:has(.notice:nth-child(${before})))`);
  }
}
