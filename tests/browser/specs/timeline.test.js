// Long conversations and long messages: what one looks at stays where it is, and the field grows with what one writes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { Scene } from '../src/scene.js';
import { numbered } from '../src/texts.js';
import { until } from '../src/until.js';

const LONG = 300;
/** Messages in the page at once, of however many there are. */
const SHOWN_MAX = 120;

/** Ana at the app, Ben at the package in another browser, and what Ben has said. */
async function told(t, count) {
  const scene = await Scene.of(t);
  const [browser, other] = await Promise.all([scene.browser('chrome'), scene.browser('chrome')]);
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  const ben = await scene.join(other, 'ben');
  const texts = numbered('message', count);
  await ben.sendAll('@ana', texts);
  await ben.waitUntilSent();
  await ana.see(`message ${count}`, '.items');
  return { scene, ana, ben, texts };
}

/** The message at the top of what is in view, and how far below the edge it stands. */
const topmost = () => {
  const edge = document.querySelector('.timeline').getBoundingClientRect().top;
  const found = [...document.querySelectorAll('.message')].find((one) => one.getBoundingClientRect().bottom > edge + 1);
  return { text: found?.querySelector('.bubble-text').innerText, below: Math.round(found?.getBoundingClientRect().top - edge) };
};

test('a long history comes as one scrolls up, in order, without a jump, and never all of it is in the page', async (t) => {
  const { ana, texts } = await told(t, LONG);
  await ana.openChat('@ben');
  // Once all of it is read, it opens at its end.
  await ana.press('Jump to latest', '.jump');
  await ana.find('.items .item:not(.unread)');
  await ana.reload();
  await ana.see(`message ${LONG}`, '.messages');
  const seen = new Set();
  const number = (text) => Number(text.split(' ')[1]);
  let last = Infinity;
  await until(async () => {
    const { shown, top } = await ana.ask(() => {
      const shown = [...document.querySelectorAll('.message .bubble-text')].map((one) => one.innerText);
      return { shown, top: document.querySelector('.timeline').scrollTop };
    });
    assert.ok(shown.length <= SHOWN_MAX, `${shown.length} messages are in the page`);
    assert.deepEqual(shown.map(number), [...shown.map(number)].sort((one, two) => one - two), 'they are in order');
    shown.forEach((text) => seen.add(text));
    const before = await ana.ask(topmost);
    // What is on the screen goes down by as much as one scrolls, whatever is fetched above it meanwhile.
    await ana.ask(() => document.querySelector('.timeline').scrollBy(0, -400));
    await ana.ask(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve)))));
    const after = await ana.ask(topmost);
    assert.ok(number(after.text) <= last, `from ${last} to ${after.text}`);
    assert.ok(number(before.text) - number(after.text) < 20, `a jump from ${before.text} to ${after.text}`);
    last = number(after.text);
    return top === 0 && seen.has(texts[0]);
  }, () => `only ${seen.size} of ${LONG} were seen`);
  assert.equal(seen.size, LONG);
  await ana.see('Only you and ben can read', '.timeline-top');
  assert.deepEqual(await ana.faults(), []);
});

test('what one reads stays where it is when something is said, which is counted until one jumps to it', async (t) => {
  const { ana, ben } = await told(t, 60);
  await ana.openChat('@ben');
  await ana.see('New messages', '.messages');
  await ana.ask(() => document.querySelector('.timeline').scrollTo(0, 300));
  await ana.find('.jump.shown');
  const still = async () => {
    const one = await ana.ask(topmost);
    const two = await ana.ask(topmost);
    return one.text === two.text && one.below === two.below && one;
  };
  const before = await until(still);
  await ben.sendAll('@ana', numbered('news', 3));
  await ana.see('3', '.jump .badge');
  assert.deepEqual(await until(still), before);
  const label = () => ana.ask(() => document.querySelector('.jump').getAttribute('aria-label'));
  assert.equal(await label(), 'Jump to latest, 3 new messages');
  await ana.press(await label(), '.jump');
  await ana.see('news 3', '.messages');
  await until(() => ana.ask(() => !document.querySelector('.jump.shown')), () => 'the way down stays');
  // At the end one stays at the end.
  await ben.send('@ana', 'and one more');
  await ana.see('and one more', '.messages');
  const isAtEnd = () => {
    const { scrollHeight, scrollTop, clientHeight } = document.querySelector('.timeline');
    return scrollHeight - scrollTop - clientHeight < 2;
  };
  await until(() => ana.ask(isAtEnd), () => 'what was said last is not in view');
  assert.deepEqual(await ana.faults(), []);
});

test('Shift+Enter breaks a line, the field grows to eight lines and shrinks again, Enter sends all of it', async (t) => {
  const scene = await Scene.of(t);
  await scene.terminal('dan');
  const ana = await AppPerson.register(await scene.browser('chrome'), scene.relay, 'ana');
  await ana.add('@dan');
  const height = () => ana.ask(() => document.querySelector('.composer-field').getBoundingClientRect().height);
  const line = await ana.ask(() => Number.parseFloat(getComputedStyle(document.querySelector('.composer-field')).lineHeight));
  await until(async () => (await height()) > 0);
  const one = await height();
  const waitForLines = (lines) => {
    let seen;
    return until(async () => Math.abs((seen = await height()) - one - (lines - 1) * line) < 3, () => `${seen} px are not ${lines} lines of ${line}`);
  };
  await ana.ask(() => document.querySelector('.composer-field').focus());
  for (let at = 1; at <= 12; at += 1) {
    await ana.page.keyboard.type(`line ${at}`);
    await waitForLines(Math.min(at, 8));
    if (at < 12) await ana.keys('Shift+Enter');
  }
  // The line that is written is in view.
  assert.ok(await ana.ask(() => document.querySelector('.composer-field').scrollTop > 0));
  const text = numbered('line', 12).join('\n');
  await ana.keys('Enter');
  await ana.waitForMessages([text]);
  await waitForLines(1);
  // Nothing but space is no message.
  await ana.keys('Shift+Enter', 'Shift+Enter', 'Enter');
  await ana.write('the next');
  await until(async () => (await ana.messages()).length >= 2);
  assert.equal((await ana.messages()).length, 2);
  assert.deepEqual(await ana.faults(), []);
});
