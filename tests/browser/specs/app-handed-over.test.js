// What was said before, as it comes to a new device: how far that is, and where it appears.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTouch, withoutFaults } from '../src/pair.js';
import { Script } from '../src/scripted.js';
import { until } from '../src/until.js';

const BAR = 'What was said before is being brought to the new device';

const handedOver = (device, done, total) => ({ event: 'hand_over', device, done, total });

test('how much a new device has been told is shown until it is all, behind what is worse', async (t) => {
  const { ana } = await inTouch(t);
  await ana.look();
  const script = await Script.of(ana);
  await ana.waitForMessages(['hello ben']);
  const { device } = (await script.seen()).profile;
  // The real one may only now say that it is live.
  await script.mute();
  const shown = () => ana.ask(() => document.querySelector('.connection progress')?.position);
  await script.event(handedOver(device, 1, 4));
  await ana.see(BAR, '.connection');
  assert.equal(await shown(), 0.25);
  await script.event(handedOver(device, 3, 4));
  await until(async () => (await shown()) === 0.75, () => 'the bar does not go on');
  const name = () => ana.ask(() => document.querySelector('.connection progress').getAttribute('aria-label'));
  assert.ok((await name()).startsWith(BAR), 'the bar has a name');

  await script.event({ event: 'connection', state: 'offline', retryAt: null });
  await ana.see('Offline', '.connection');
  assert.equal(await shown(), undefined);
  await script.event({ event: 'connection', state: 'live' });
  await ana.see(BAR, '.connection');
  await script.event(handedOver(device, 4, 4));
  await ana.seeNo(BAR);
  await withoutFaults(ana);
});

test('a conversation that is open and empty shows what was said before as it comes', async (t) => {
  const { ana } = await inTouch(t);
  await ana.look();
  await ana.goTo('/');
  const script = await Script.of(ana);
  await ana.see('ben', '.items');
  // As on a device that is in the conversation since just now.
  await script.answer('timeline', { answer: 'messages', messages: [] });
  await ana.openChat('@ben');
  await until(() => ana.ask(() => document.querySelector('.timeline .encrypted-note') !== null), () => 'it is not known to be empty');
  assert.deepEqual(await ana.messages(), []);
  await script.answer('timeline');
  const { device } = (await script.seen()).profile;
  await script.event(handedOver(device, 1, 2));
  await ana.waitForMessages(['hello ben']);
  await withoutFaults(ana);
});
