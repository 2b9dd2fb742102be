// Long conversations and long messages: what one looks at stays where it is, and the field grows with what one writes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson, DESK, PHONE } from '../src/app.js';
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

/** What is at the top, once nothing is being fetched and nothing moves. */
async function calm(person) {
  let last;
  return until(async () => {
    const isBusy = await person.ask(async () => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return Boolean(document.querySelector('.timeline-top .spinner'));
    });
    const now = isBusy ? undefined : await person.ask(topmost);
    const isStill = now && JSON.stringify(now) === JSON.stringify(last);
    last = now;
    return isStill && now;
  });
}

/** Ana looks at the end of a long history, all of which she has read. */
async function atTheEnd(t) {
  const { ana, texts } = await told(t, LONG);
  await ana.openChat('@ben');
  await ana.press('Jump to latest', '.jump');
  await ana.find('.items .item:not(.unread)');
  await ana.reload();
  await ana.see(`message ${LONG}`, '.messages');
  return { ana, texts };
}

const isAtEnd = () => {
  const { scrollHeight, scrollTop, clientHeight } = document.querySelector('.timeline');
  return scrollHeight - scrollTop - clientHeight < 2;
};

const number = (text) => Number(text.split(' ')[1]);

const scroll = (person, by) => person.ask((by) => document.querySelector('.timeline').scrollBy(0, by), by);

test('a long history comes as one scrolls up, in order, and never all of it is in the page', async (t) => {
  const { ana, texts } = await atTheEnd(t);
  const seen = new Set();
  const look = async () => {
    const shown = await ana.messages();
    assert.ok(shown.length <= SHOWN_MAX, `${shown.length} messages are in the page`);
    assert.deepEqual(shown.map(number), shown.map(number).sort((one, two) => one - two), 'they are in order');
    shown.forEach((text) => seen.add(text));
  };
  for (const by of [-400, 400]) {
    const end = by < 0 ? texts[0] : texts.at(-1);
    await until(async () => {
      await look();
      await scroll(ana, by);
      await calm(ana);
      return (await ana.messages()).includes(end);
    }, () => `only ${seen.size} of ${LONG} were seen`);
    await look();
  }
  assert.deepEqual([...seen].sort(), [...texts].sort());
  assert.deepEqual(await ana.faults(), []);
});

test('what is on the screen goes down by as much as one scrolls up, whatever is fetched above it', async (t) => {
  const { ana } = await atTheEnd(t);
  let before = await calm(ana);
  while (number(before.text) > 40) {
    await scroll(ana, -400);
    const after = await calm(ana);
    const passed = number(before.text) - number(after.text);
    assert.ok(passed >= 0 && passed < 20, `a jump from ${before.text} to ${after.text}`);
    before = after;
  }
});

test('what one reads stays where it is when something is said, which is counted until one jumps to it', async (t) => {
  const { ana, ben } = await told(t, 60);
  await ana.openChat('@ben');
  await ana.see('New messages', '.messages');
  await ana.lookBack(300);
  const before = await calm(ana);
  await ben.sendAll('@ana', numbered('news', 3));
  // Those that were unread when she came are below too.
  await ana.see('63', '.jump .badge');
  assert.deepEqual(await calm(ana), before);
  const label = () => ana.ask(() => document.querySelector('.jump').getAttribute('aria-label'));
  assert.equal(await label(), 'Jump to latest, 63 new messages');
  await ana.press(await label(), '.jump');
  await ana.see('news 3', '.messages');
  await until(() => ana.ask(() => !document.querySelector('.jump.shown')), () => 'the way down stays');
  // At the end one stays at the end.
  await ben.send('@ana', 'and one more');
  await ana.see('and one more', '.messages');
  await until(() => ana.ask(isAtEnd), () => 'what was said last is not in view');
  assert.deepEqual(await ana.faults(), []);
});

test('whoever is at the end stays there when the window changes', async (t) => {
  const { ana } = await atTheEnd(t);
  for (const viewport of [PHONE, { width: 640, height: 400 }, { width: 320, height: 400 }, DESK]) {
    await ana.page.setViewport(viewport);
    await calm(ana);
    await until(() => ana.ask(isAtEnd), () => `the end is out of view at ${viewport.width} px`);
  }
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
