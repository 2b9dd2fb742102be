// The web app by the keyboard alone: everything can be done, and the focus is never lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { KINDS, Scene } from '../src/scene.js';
import { until } from '../src/until.js';

/** Someone without a mouse. */
class Typist extends AppPerson {
  /** Waits until something has the focus. */
  async waitForFocus(wanted) {
    let at;
    await until(async () => (at = await this.focused()).startsWith(wanted), () => `the focus is on “${at}”, not on “${wanted}”`);
  }

  async follow(name) {
    await this.tabTo(name);
    await this.keys('Enter');
  }

  async enter(label, text) {
    await this.tabTo(label);
    await this.page.keyboard.type(text);
  }
}

async function registerByKeys(browser, relay, name) {
  const ana = new Typist();
  Object.assign(ana, await AppPerson.open(browser, relay, { name }));
  await ana.see('Messages that stay between you');
  await ana.follow('Create an account');
  await ana.waitForFocus('Choose a name');
  await ana.enter('Name', name);
  await ana.keys('Enter');
  await ana.waitForFocus('Write down your recovery phrase');
  const words = await ana.ask(() => [...document.querySelectorAll('ol.phrase li')].map((word) => word.innerText.trim()));
  await ana.follow('I have written them down');
  await ana.waitForFocus('Check what you wrote');
  for (const asked of await ana.ask(() => [...document.querySelectorAll('.three label')].map((label) => label.innerText.trim()))) {
    await ana.enter(asked, words[Number(asked.match(/\d+/)[0]) - 1]);
  }
  await ana.keys('Enter');
  await ana.waitForFocus('Protect this device');
  await ana.follow('Create account');
  await ana.see('No conversations yet');
  await until(async () => (await ana.focused()) !== '', () => 'the focus is lost after registering');
  return ana;
}

for (const kind of KINDS) {
  test(`registering, adding, sending and verifying need no mouse: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const dan = await scene.terminal('dan');
    const ana = await registerByKeys(browser, scene.relay, 'ana');

    await ana.follow('Add contact');
    await ana.waitForFocus('Add contact');
    await ana.enter('Name or link', '@dan');
    await ana.keys('Enter');
    await ana.waitForFocus('Message');
    await ana.page.keyboard.type('by keys alone');
    await ana.keys('Enter');
    await ana.waitForMessages(['by keys alone']);
    await ana.waitForFocus('Message');
    await ana.waitForState('Sent');
    assert.deepEqual(await dan.texts('@ana'), ['by keys alone']);

    // Back from the field: behind its button, the page ends.
    await ana.tabTo('Details', 'Shift+Tab');
    await ana.keys('Enter');
    await ana.safetyNumber();
    await ana.waitForFocus('Details');
    await ana.follow('Mark as verified');
    await ana.see('You compared this number');
    await until(async () => (await ana.focused()) !== '', () => 'the focus is lost after verifying');
    await ana.keys('Escape');
    await until(async () => !(await ana.path()).endsWith('/details'), () => 'Escape does not close the details');
    await until(async () => (await ana.focused()) !== '', () => 'the focus is lost with the details');
    assert.deepEqual(await ana.faults(), []);
  });
}

for (const kind of KINDS) {
  test(`a new device is linked without a mouse on either side: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const browser = await scene.browser(kind);
    const ana = await registerByKeys(browser, scene.relay, 'ana');
    const context = await browser.driver.createBrowserContext();
    const tablet = new Typist();
    Object.assign(tablet, await AppPerson.open(browser, scene.relay, { name: 'ana on a tablet', context }));
    await tablet.see('Messages that stay between you');
    await tablet.follow('Link to a device you have');
    await tablet.waitForFocus('Link this device');
    await tablet.follow('Show the code');
    await tablet.find('.code');
    await tablet.waitForFocus('Link this device');
    const digitsOn = (person, where) => person.ask((where) => document.querySelector(where).innerText.trim(), where);
    const number = await digitsOn(tablet, '.digits');

    await ana.look();
    await ana.follow('Settings');
    // Where there is room, the first page is open beside the list.
    const title = () => ana.focused();
    await until(async () => ['Settings', 'Profile'].includes(await title()), () => 'the settings do not have the focus');
    await ana.tabTo('Devices Where you are signed in', (await title()) === 'Settings' ? 'Tab' : 'Shift+Tab');
    await ana.keys('Enter');
    await ana.waitForFocus('Devices');
    await ana.follow('Link a device');
    await ana.find('dialog[open]');
    await ana.enter('Code or number', number);
    await ana.keys('Enter');
    await ana.find('dialog .digits.large');
    await ana.waitForFocus('Link a device');
    await tablet.look();
    await tablet.find('.digits.large');
    await tablet.waitForFocus('Compare the digits');
    assert.equal(await digitsOn(tablet, '.digits.large'), await digitsOn(ana, 'dialog .digits.large'));
    await tablet.follow('They are the same');
    await tablet.see('Now say on the other device');
    await ana.look();
    await ana.follow('They are the same');
    await ana.see('The new device is linked', 'main');
    await ana.waitForFocus('Link a device');
    await tablet.look();
    await tablet.see('No conversations yet');
    await until(async () => (await tablet.focused()) !== '', () => 'the focus is lost after linking');
    for (const person of [ana, tablet]) assert.deepEqual(await person.faults(), []);
  });
}

test('keys go from conversation to conversation, to the search, and close what is open', async (t) => {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const names = ['dan', 'eva', 'fay'];
  const terminals = await Promise.all(names.map((name) => scene.terminal(name)));
  const ana = new Typist();
  Object.assign(ana, await AppPerson.register(browser, scene.relay, 'ana'));
  for (const terminal of terminals) {
    await terminal.run('send', '@ana', `from ${terminal.name}`);
    await ana.see(`from ${terminal.name}`, '.items');
  }
  // The last one who wrote stands first.
  const open = () => ana.ask(() => document.querySelector('.chat-name')?.innerText.trim());
  const waitForOpen = (name) => until(async () => (await open()) === name, () => `${name} is not open`);
  await ana.keys('Alt+ArrowDown');
  await waitForOpen('fay');
  await ana.keys('Alt+ArrowDown');
  await waitForOpen('eva');
  await ana.keys('Alt+ArrowDown');
  await waitForOpen('dan');
  await ana.keys('Alt+ArrowUp');
  await waitForOpen('eva');
  await ana.waitForFocus('Message');
  await ana.keys('Control+k');
  await ana.waitForFocus('Search');
  await ana.page.keyboard.type('dan');
  await ana.seeNo('eva', '.items');
  await ana.keys('ArrowDown');
  await ana.waitForFocus('D dan');
  await ana.keys('Enter');
  await waitForOpen('dan');
  await ana.waitForFocus('Message');
  await ana.keys('Control+k');
  await ana.waitForFocus('Search');
  await ana.keys('Escape');
  await ana.see('eva', '.items');
  // Arrows go along the list, and stop at its ends.
  await ana.keys('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
  const row = () => ana.ask(() => document.activeElement.querySelector('.item-title')?.innerText.trim());
  assert.equal(await row(), 'dan');
  await ana.keys('Home');
  assert.equal(await row(), 'fay');
  await ana.keys('/');
  await ana.waitForFocus('Search');

  await ana.goTo('/settings/erase');
  await ana.follow('Log out and erase');
  await ana.find('dialog[open]');
  await ana.keys('Escape');
  await until(() => ana.ask(() => !document.querySelector('dialog[open]')), () => 'Escape does not close the question');
  await ana.waitForFocus('Log out and erase');
  assert.deepEqual(await ana.faults(), []);
});
