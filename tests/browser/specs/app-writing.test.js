// Writing in the app: nothing that was written is lost, whatever one does next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE } from '../src/app.js';
import { inTouch, withoutFaults } from '../src/pair.js';
import { until } from '../src/until.js';
import { atHand } from '../src/workers.js';

const draft = (person) => person.ask(() => document.querySelector('.composer-field')?.value);

const waitForDraft = (person, text) => {
  let seen;
  return until(async () => (seen = await draft(person)) === text, () => `the draft is “${seen}”`);
};

/** Ana, whose worker is at hand, in touch with Ben and with Dan, whose conversation stands below Ben's. */
async function withTwo(t) {
  const pair = await inTouch(t);
  const { scene, ana } = pair;
  const dan = await scene.terminal('dan');
  await ana.look();
  await dan.run('send', '@ana', 'hello from dan');
  await ana.see('hello from dan', '.items');
  await ana.write('you stand first');
  await ana.waitForState('Delivered');
  await atHand(ana);
  await ana.see('hello from dan', '.items');
  await ana.waitForMessages(['hello ben', 'you stand first']);
  const first = () => ana.ask(() => document.querySelector('.items .item')?.innerText);
  await until(async () => (await first())?.includes('you stand first'), () => 'the list has another order');
  return pair;
}

/** Enter, and on to the next conversation before anything else happens. */
const sendAndGo = () => {
  const field = document.querySelector('.composer-field');
  for (const key of [{ key: 'Enter' }, { key: 'ArrowDown', altKey: true }]) {
    field.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...key }));
  }
};

test('what is sent while one goes on to the next conversation is sent, and no draft', async (t) => {
  const { ana, ben } = await withTwo(t);
  await ana.fill('Message', 'quick');
  await ana.ask(sendAndGo);
  await ana.see('dan', '.chat-name');
  await ben.look();
  await ben.waitForMessages(['hello ben', 'you stand first', 'quick']);
  await ana.look();
  await ana.openChat('@ben');
  await ana.waitForMessages(['hello ben', 'you stand first', 'quick']);
  await ana.reload();
  await ana.waitForMessages(['hello ben', 'you stand first', 'quick']);
  assert.equal(await draft(ana), '');
  await withoutFaults(ana, ben);
});

test('what is refused after one has gone on is kept as a draft, and said', async (t) => {
  const { ana } = await withTwo(t);
  await ana.ask(() => void failing.add('send_text'));
  await ana.fill('Message', 'refused');
  await ana.ask(sendAndGo);
  await ana.see('dan', '.chat-name');
  await ana.see('could not be sent', '.notice');
  await ana.ask(() => failing.clear());
  await ana.openChat('@ben');
  await waitForDraft(ana, 'refused');
  await withoutFaults(ana);
});

test('what is typed before the draft has come stands below it', async (t) => {
  const { ana } = await withTwo(t);
  await ana.fill('Message', 'half a thought');
  await ana.openChat('@dan');
  await ana.ask(() => void holding.add('draft'));
  await ana.openChat('@ben');
  await ana.fill('Message', 'typed early');
  await ana.ask(() => letGo());
  await waitForDraft(ana, 'half a thought\ntyped early');
  await ana.openChat('@dan');
  await ana.openChat('@ben');
  await waitForDraft(ana, 'half a thought\ntyped early');
  await withoutFaults(ana);
});

test('on a keyboard on screen Enter breaks the line, and the button sends', async (t) => {
  const { ana } = await inTouch(t);
  await ana.look();
  await ana.page.setViewport({ ...PHONE, isMobile: true, hasTouch: true });
  await ana.reload();
  assert.ok(await ana.ask(() => matchMedia('(pointer: coarse)').matches));
  await ana.waitForMessages(['hello ben']);
  await ana.fill('Message', 'first');
  await ana.keys('Enter');
  await ana.page.keyboard.type('second');
  await waitForDraft(ana, 'first\nsecond');
  await ana.press('Send');
  await ana.waitForMessages(['hello ben', 'first\nsecond']);
  await withoutFaults(ana);
});
