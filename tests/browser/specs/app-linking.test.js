// Linking a device in the web app: what people read, type and compare on either side.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { scan } from '../src/camera.js';
import { inTouch, withoutFaults } from '../src/pair.js';
import { KINDS } from '../src/scene.js';
import { until } from '../src/until.js';

/** A new device at the first screen, with storage of its own. */
async function newDevice({ browser, scene }) {
  const context = await browser.driver.createBrowserContext();
  return AppPerson.open(browser, scene.relay, { name: 'ana on a tablet', context });
}

async function showCode(tablet) {
  await tablet.press('Link to a device you have');
  await tablet.press('Show the code');
  await tablet.find('.code');
}

/** The code as it is copied. */
async function copiedCode(tablet) {
  await tablet.ask(() => (navigator.clipboard.writeText = async (text) => (globalThis.copied = text)));
  await tablet.press('Copy the code as text');
  return until(() => tablet.ask(() => globalThis.copied), () => 'no code is copied');
}

/** The theme that is shown; none where the system's is. */
const themeOf = (person) => person.ask(() => document.documentElement.dataset.theme);

async function followsTo(person, theme) {
  await person.look();
  await until(async () => (await themeOf(person)) === theme, () => `${person.name} does not follow to ${theme}`);
}

const numberOn = (person) => person.ask(() => document.querySelector('.digits').innerText.trim());

/** Ana's device asks for what the new one shows. */
async function letIn(ana, shown) {
  await ana.look();
  await ana.goTo('/settings/devices');
  await ana.press('Link a device');
  await ana.fill('Code or number', shown);
  await ana.press('Let it in');
}

/** Both show digits. */
async function compare(ana, tablet) {
  await tablet.look();
  await letIn(ana, await numberOn(tablet));
  await ana.find('dialog .digits.large');
  await tablet.look();
  await tablet.find('.digits.large');
  const digits = await numberOn(tablet);
  assert.match(digits, /^\d{3}\s\d{4}$/);
  assert.equal(await ana.ask(() => document.querySelector('dialog .digits').innerText.trim()), digits);
}

for (const kind of KINDS) {
  test(`a new device is linked by its code, talks at once, and can be removed: ${kind}`, async (t) => {
    const { scene, browser, ana, ben } = await inTouch(t, kind);
    const tablet = await newDevice({ browser, scene });
    await showCode(tablet);
    const code = await copiedCode(tablet);
    await letIn(ana, code);
    await ana.see('The new device is linked', 'main');
    await ana.see('Signed in', '.devices');
    await tablet.look();
    await tablet.see('ben', '.items');
    assert.equal(await tablet.path(), '/');
    await ben.look();
    await ben.write('to both');
    await tablet.look();
    // A row that changes while it is clicked is another.
    await tablet.see('to both', '.items');
    await tablet.openChat('@ben');
    await tablet.waitForMessages(['hello ben', 'to both']);
    await tablet.write('from the tablet');
    await ben.look();
    await ben.waitForMessages(['hello ben', 'to both', 'from the tablet']);

    await ana.look();
    await ana.press('Remove');
    await ana.press('Remove device', 'dialog button[type=submit]');
    await ana.seeNo('Signed in', '.devices');
    await tablet.look();
    await tablet.see('This device was removed from your account', '.connection');
    await ben.look();
    await ben.write('to one');
    await ana.look();
    await ana.goTo('/');
    await ana.openChat('@ben');
    await ana.waitForMessages(['hello ben', 'to both', 'from the tablet', 'to one']);
    assert.deepEqual(await tablet.messages(), ['hello ben', 'to both', 'from the tablet']);
    // Firefox calls it a fault of the page that the relay hung up on the tablet.
    await withoutFaults(ana, ben);
  });

  test(`a new device is linked by what a camera reads off its screen, in the dark and by day: ${kind}`, async (t) => {
    const { scene, browser, ana, ben } = await inTouch(t, kind);
    const tablet = await newDevice({ browser, scene });
    await showCode(tablet);
    const scanned = [];
    for (const theme of ['dark', 'light']) {
      await tablet.ask((theme) => (document.documentElement.dataset.theme = theme), theme);
      scanned.push(await scan(tablet.page, '.code'));
    }
    const code = await copiedCode(tablet);
    assert.deepEqual(scanned, [code, code]);
    await letIn(ana, scanned[0]);
    await ana.see('The new device is linked', 'main');
    await tablet.look();
    await tablet.see('hello ben', '.items');
    await ben.look();
    await ben.write('to both');
    await tablet.look();
    await tablet.see('to both', '.items');
    await withoutFaults(ana, ben, tablet);
  });

  test(`without a camera people type a number and compare digits: ${kind}`, async (t) => {
    const { scene, browser, ana } = await inTouch(t, kind);
    const tablet = await newDevice({ browser, scene });
    await showCode(tablet);
    await compare(ana, tablet);
    await tablet.press('They differ');
    await tablet.see('This device was not linked', '.problem');
    await ana.look();
    await ana.see('The device was not linked', 'dialog .problem');
    await ana.press('Close');

    await tablet.look();
    await tablet.press('Show the code');
    await tablet.find('.code');
    await compare(ana, tablet);
    await tablet.press('They are the same');
    await tablet.see('Now say on the other device');
    await ana.look();
    // Whoever is asked answers: the digits are not closed by mistake.
    await ana.keys('Escape');
    await ana.press('They are the same');
    await ana.see('The new device is linked', 'main');
    await tablet.look();
    await tablet.see('ben', '.items');
    await withoutFaults(ana, tablet);
  });

  test(`a terminal whose code is pasted is let in, and lets the app in by digits: ${kind}`, async (t) => {
    const { scene, browser, ana } = await inTouch(t, kind);
    const terminal = await scene.emptyTerminal('ana');
    const joining = terminal.start('join');
    await letIn(ana, await joining.shows('code'));
    await ana.see('The new device is linked', 'main');
    assert.equal(await joining.code(), 0);
    assert.deepEqual(await terminal.texts('@ben'), ['hello ben']);

    const tablet = await newDevice({ browser, scene });
    await showCode(tablet);
    const linking = terminal.start('link', await numberOn(tablet));
    const digits = await linking.shows('digits');
    await tablet.find('.digits.large');
    assert.equal((await numberOn(tablet)).replace(/\s/g, ''), digits);
    await tablet.press('They are the same');
    await tablet.see('Now say on the other device');
    linking.answer('yes');
    assert.equal(await linking.code(), 0);
    await tablet.see('hello ben', '.items');
    await tablet.openChat('@ben');
    await tablet.waitForMessages(['hello ben']);
    await withoutFaults(ana, tablet);
  });
}

test('going back gives linking up, a reload goes on with it, and a wrong code is said to be wrong', async (t) => {
  const { scene, browser, ana } = await inTouch(t);
  const tablet = await newDevice({ browser, scene });
  await showCode(tablet);
  const first = await copiedCode(tablet);
  await tablet.reload();
  await tablet.find('.code');
  const second = await copiedCode(tablet);
  assert.notEqual(second, first);
  await tablet.press('Back');
  await tablet.see('Messages that stay between you');
  await tablet.reload();
  await tablet.see('Messages that stay between you');
  await showCode(tablet);
  await tablet.page.goBack();
  await tablet.see('Messages that stay between you');

  await letIn(ana, 'not a code');
  await ana.see('neither a whole code nor a number', 'dialog .problem');
  await ana.fill('Code or number', second);
  await ana.press('Let it in');
  await ana.see('The device was not linked', 'dialog .problem');
  assert.equal(await ana.focused(), 'Let it in');
  await ana.keys('Escape');
  await ana.find('body:not(:has(dialog[open]))');
  await withoutFaults(ana, tablet);
});

test('a theme that is chosen on one device is on the others: on one linked later, at once, and on one that was away', async (t) => {
  const { scene, browser, ana } = await inTouch(t);
  await ana.look();
  // As another account has left it in this browser.
  await ana.ask(() => localStorage.setItem('palaver.theme', 'light'));
  await ana.reload();
  await followsTo(ana, undefined);
  await ana.goTo('/settings/appearance');
  await ana.see('The same on all of your devices', 'main');
  await ana.press('Dark');
  const tablet = await newDevice({ browser, scene });
  await showCode(tablet);
  await letIn(ana, await copiedCode(tablet));
  await followsTo(tablet, 'dark');
  await tablet.goTo('/settings/appearance');
  await tablet.press('Light');
  await followsTo(ana, 'light');
  await ana.reload();
  assert.equal(await themeOf(ana), 'light', 'kept for before the engine is open');

  // Nothing is told anew of what is set: it is asked for.
  await ana.ask(() => localStorage.clear());
  await ana.reload();
  await followsTo(ana, 'light');

  await tablet.page.goto('about:blank');
  await ana.look();
  await ana.goTo('/settings/appearance');
  await ana.press('Like the system');
  await tablet.page.goto(scene.relay.url, { waitUntil: 'load' });
  await tablet.watch();
  await followsTo(tablet, undefined);
  await withoutFaults(ana, tablet);
});
