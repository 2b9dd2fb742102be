// Moving about: panes one at a time on a phone with a history that leads back, and the divider between them on a desk.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson, PHONE } from '../src/app.js';
import { Scene } from '../src/scene.js';
import { until } from '../src/until.js';

const WIDTH_MIN = 260;
const WIDTH_MAX = 420;

/** Ana, who knows someone with a terminal. */
async function acquainted(t) {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const dan = await scene.terminal('dan');
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  await dan.run('send', '@ana', 'hello ana');
  await ana.see('hello ana', '.items');
  return { scene, browser, ana, dan };
}

test('on a phone Back leads through the panes that one came by, and Forward goes there again', async (t) => {
  const { ana } = await acquainted(t);
  await ana.page.setViewport(PHONE);
  const shows = async (path, selector) => {
    await until(async () => (await ana.path()).match(path), () => `the address is not ${path}`);
    await ana.find(selector);
    const isAlone = () => [...document.querySelectorAll('.pane')].filter((one) => one.checkVisibility()).length === 1;
    assert.equal(await ana.ask(isAlone), true, 'one pane at a time');
  };
  const list = () => shows(/^\/$/, '.items');
  const chat = () => shows(/^\/c\/[^/]+$/, '.composer');
  const details = async () => (await until(async () => (await ana.path()).endsWith('/details')), ana.find('ol.safety-number'));
  await list();
  await ana.openChat('@dan');
  await chat();
  await ana.press('Details');
  await details();
  await ana.page.goBack();
  await chat();
  await ana.page.goBack();
  await list();
  await ana.page.goForward();
  await chat();
  await ana.page.goForward();
  await details();
  // The button in the app goes the same way.
  await ana.press('Back', '.details button');
  await chat();
  await ana.press('Back', '.chat .back');
  await list();
  await ana.press('Settings');
  await shows(/^\/settings$/, '.items');
  await ana.pressRow('Devices');
  await shows(/^\/settings\/devices$/, '.devices');
  await ana.page.goBack();
  await shows(/^\/settings$/, '.items');
  await ana.page.goBack();
  await list();

  // Whoever came by a link goes up, and does not leave the app.
  await ana.openChat('@dan');
  const path = await ana.path();
  await ana.page.goto(`${ana.relay.url}${path}`);
  await chat();
  await ana.press('Back', '.chat .back');
  await list();
  assert.deepEqual(await ana.faults(), []);
});

test('the list is made wider and narrower within its limits, by keys and by pointer, and stays so', async (t) => {
  const { ana } = await acquainted(t);
  const width = () => ana.ask(() => document.querySelector('.pane.side').getBoundingClientRect().width);
  const waitForWidth = (wanted) => {
    let seen;
    return until(async () => (seen = await width()) === wanted, () => `the list is ${seen} px wide, not ${wanted}`);
  };
  const focus = () => ana.ask(() => document.querySelector('.divider').focus());
  const drag = async (to) => {
    const at = await width();
    await ana.page.mouse.move(at, 400);
    await ana.page.mouse.down();
    await ana.page.mouse.move(to, 420, { steps: 4 });
    await ana.page.mouse.up();
  };
  await waitForWidth(320);
  await focus();
  await ana.keys('ArrowRight');
  await waitForWidth(336);
  await ana.keys('ArrowLeft', 'ArrowLeft');
  await waitForWidth(304);
  for (let step = 0; step < 10; step += 1) await ana.keys('ArrowLeft');
  await waitForWidth(WIDTH_MIN);
  for (let step = 0; step < 20; step += 1) await ana.keys('ArrowRight');
  await waitForWidth(WIDTH_MAX);
  await drag(300);
  await waitForWidth(300);
  await drag(40);
  await waitForWidth(WIDTH_MIN);
  await drag(900);
  await waitForWidth(WIDTH_MAX);
  // What the pointer does once it has let go is no business of the list's.
  await ana.page.mouse.move(500, 300);
  await waitForWidth(WIDTH_MAX);
  await drag(350);
  await waitForWidth(350);
  const said = () => ana.ask(() => ['min', 'max', 'now'].map((name) => Number(document.querySelector('.divider').getAttribute(`aria-value${name}`))));
  assert.deepEqual(await said(), [WIDTH_MIN, WIDTH_MAX, 350]);
  await ana.reload();
  await ana.find('.divider');
  await waitForWidth(350);
  assert.deepEqual(await ana.faults(), []);
});
