// Screens of the list and of conversations. See `src/screens.js` for how each is looked at.
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { ENLARGED } from '../src/screens.js';
import { Script } from '../src/scripted.js';
import { converse, stage } from '../src/staging.js';
import { numbered } from '../src/texts.js';

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
  await ana.fill('Search', 'theme');
  await ana.see('Use the dark theme');
  await screens.look(ana, 'search-commands');
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

test('screens: a long conversation, a message that failed, and everything enlarged', async (t) => {
  const { scene, browser, screens } = await stage(t);
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  const ben = await scene.join(await scene.browser('chrome'), 'ben.of.the.northern.harbour');
  const first = numbered('The tide table for day', 40).map((text, day) => (day % 3 ? text : `${text}: high water at 7:${10 + day}, low water at 13:${10 + day}, and the ferry goes an hour later than usual.`));
  await ben.sendAll('@ana', first);
  await ana.see('The tide table for day 40', '.items');
  await ana.openChat('@ben.of.the.northern.harbour');
  await ana.see('New messages', '.messages');
  await screens.look(ana, 'conversation-unread-line');
  await ana.lookBack(200);
  await ben.sendAll('@ana', numbered('By the way', 3));
  await ana.find('.jump.shown .badge');
  await ana.see('3', '.jump .badge');
  await screens.look(ana, 'conversation-jump');
  await ana.press('Jump to latest', '.jump');
  await ana.see('By the way 3', '.messages');

  // As the worker says it of a message that the relay has refused for good.
  await ana.write('Then let us take the later one');
  await ana.waitForState('Delivered');
  const script = await Script.of(ana);
  await ana.see('Then let us take the later one', '.messages');
  const { message } = await script.seen();
  const text = 'And bring the big umbrella, the one from the hall';
  const failed = { ...message, id: message.id.replace(/_./, '_z'), seq: null, text, sentAt: Date.now(), receivedAt: null, state: 'failed' };
  await script.event({ event: 'message', ...failed });
  await ana.see('Send again', '.messages');
  await screens.look(ana, 'conversation-failed');

  await script.event({ event: 'connection', state: 'connecting' });
  await ana.see('Reconnecting', '.connection');
  await screens.look(ana, 'conversation-reconnecting');

  const ways = { ways: ENLARGED };
  await screens.look(ana, 'conversation', ways);
  const path = await ana.path();
  await ana.goTo(`${path}/details`);
  await ana.safetyNumber();
  await screens.look(ana, 'details', ways);
  for (const [name, path] of Object.entries({ list: '/', new: '/new', add: '/add', profile: '/settings/profile', storage: '/settings/storage', erase: '/settings/erase' })) {
    await ana.goTo(path);
    await ana.find('.pane-head');
    await screens.look(ana, name, ways);
  }
  screens.assertFine();
});
