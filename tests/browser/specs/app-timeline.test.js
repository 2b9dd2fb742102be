// A conversation's timeline: where one looks when it opens, and that it stays there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK } from '../src/app.js';
import { inTouch, withoutFaults } from '../src/pair.js';
import { Script } from '../src/scripted.js';
import { numbered } from '../src/texts.js';
import { until } from '../src/until.js';
import { behindTheApp } from '../src/workers.js';

const sendAll = (client, who, texts) => Promise.all(texts.map((text) => client.send(who, text)));

/** What can be seen of a selector's first. */
const inView = (selector) => {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  const view = document.querySelector('.timeline').getBoundingClientRect();
  return Boolean(box) && box.top >= view.top && box.bottom <= view.bottom;
};

test('with something that waits to be sent one still comes to what was not read', async (t) => {
  const { scene, ana, ben } = await inTouch(t);
  await ana.look();
  await ana.goTo('/');
  await ana.see('Choose a conversation');
  const texts = numbered('a message of some length, so that not all of it fits,', 60);
  await behindTheApp(ben, sendAll, '@ana', texts);
  const unread = () => ana.ask(() => document.querySelector('.items .badge [aria-hidden]')?.innerText);
  await until(async () => (await unread()) === '60', () => 'not all have come');
  await scene.relay.kill();
  await ana.see('Offline.', '.connection');
  await behindTheApp(ana, async (client) => client.send((await client.contacts())[0].account, 'waits'));
  await ana.openChat('@ben');
  await ana.see('New messages');
  await until(() => ana.ask(inView, '.unread-line'), () => 'the unread line is not in view');
  // It stays so when all was drawn; had anything been read, the client would have been told before it is asked this.
  await ana.ask(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const [{ unreadCount }] = await behindTheApp(ana, (client) => client.conversations());
  assert.equal(unreadCount, 60);
  assert.ok(await ana.ask(inView, '.unread-line'));
  assert.equal(await unread(), '60');
  // What is below is counted.
  assert.equal(await ana.ask(() => document.querySelector('.jump.shown .badge')?.innerText), '60');
  // Whoever writes sees what they wrote.
  await ana.write('and this too');
  await ana.see('and this too', '.messages');
  await until(() => ana.ask(inView, '.message:last-child'), () => 'what was written is not in view');
  await withoutFaults(ben);
});

test('on a screen that a page does not fill, older messages come by themselves', async (t) => {
  const { ana, ben } = await inTouch(t);
  const texts = numbered('short', 130);
  await behindTheApp(ben, sendAll, '@ana', texts);
  await ana.look();
  await ana.see('short 130', '.messages');
  await ana.find('.items .item:not(.unread)');
  await ana.page.setViewport({ width: DESK.width, height: 8000 });
  await ana.reload();
  await ana.waitForMessages(['hello ben', ...texts]);
  await withoutFaults(ana, ben);
});

test('what one looks at stays where it is while the field grows', async (t) => {
  const { ana, ben } = await inTouch(t);
  const texts = numbered('a message that may well be long enough to be broken into lines, which the guess at its height does not know; number', 90);
  await behindTheApp(ben, sendAll, '@ana', texts);
  await ana.look();
  await ana.see('number 90', '.messages');
  await ana.ask(() => document.querySelector('.timeline').scrollBy(0, -3000));
  await until(() => ana.ask(() => document.querySelector('.jump.shown') !== null), () => 'one is still at the end');
  await ana.ask(() => document.querySelector('.composer-field').focus());
  const moved = await ana.ask(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let wait = 0; wait < 20; wait += 1) await frame();
    const view = document.querySelector('.timeline').getBoundingClientRect();
    const rows = [...document.querySelectorAll('.message')];
    const row = rows.find((one) => one.getBoundingClientRect().top > view.top);
    const text = row.innerText;
    const top = () => [...document.querySelectorAll('.message')].find((one) => one.innerText === text)?.getBoundingClientRect().top ?? -1e6;
    const before = top();
    const field = document.activeElement;
    field.value = 'line\n'.repeat(7);
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    let most = 0;
    for (let at = 0; at < 30; at += 1) {
      await frame();
      most = Math.max(most, Math.abs(top() - before));
    }
    return most;
  });
  assert.ok(moved <= 2, `it moved by ${moved} px`);
  await withoutFaults(ana, ben);
});

test('a message is set to the side its words are read from', async (t) => {
  const { ana } = await inTouch(t, 'chrome', ['hello ben', 'שלום, מה שלומך?']);
  const sides = await ana.ask(() =>
    [...document.querySelectorAll('.bubble-text')].map((text) => {
      const [words, body] = [text, text.parentElement].map((one) => one.getBoundingClientRect());
      return words.left - body.left < 1 ? 'left' : Math.abs(words.right - body.right) < 1 ? 'right' : 'between';
    }),
  );
  assert.deepEqual(sides, ['left', 'right']);
  await withoutFaults(ana);
});

test('a message that is shown before it is said to be unread is read by whoever looks at it', async (t) => {
  const { ana } = await inTouch(t);
  await ana.look();
  const script = await Script.of(ana);
  await ana.waitForMessages(['hello ben']);
  const { row, message } = await script.seen();
  await script.mute();
  const seq = message.seq + 1;
  const news = { ...message, id: message.id.replace(/_./, '_z'), seq, from: row.peer, text: 'hello ana', state: 'received' };
  await script.event({ event: 'message', ...news });
  await ana.waitForMessages(['hello ben', 'hello ana']);
  await ana.ask(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await script.event({ event: 'conversation', ...row, unreadCount: 1 });
  const read = async () => (await script.asked('mark_read')).map(({ upTo }) => upTo);
  await until(async () => (await read()).includes(seq), () => 'it stays unread');
  await withoutFaults(ana);
});
