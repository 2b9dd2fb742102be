// The focus, the voice and the keys: where one is does not change under one's hands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson, PHONE } from '../src/app.js';
import { inTouch, withoutFaults } from '../src/pair.js';
import { Scene } from '../src/scene.js';
import { until } from '../src/until.js';
import { behindTheApp } from '../src/workers.js';

const row = (person) => person.ask(() => document.activeElement.querySelector('.item-title')?.innerText.trim());

test('whoever stands on a row of the list stays on it when it moves', async (t) => {
  const scene = await Scene.of(t);
  const ana = await AppPerson.register(await scene.browser('chrome'), scene.relay, 'ana');
  const [dan, eva] = [await scene.terminal('dan'), await scene.terminal('eva')];
  await dan.run('send', '@ana', 'from dan');
  await ana.see('from dan', '.items');
  await eva.run('send', '@ana', 'from eva');
  await ana.see('from eva', '.items');
  await ana.ask(() => document.querySelector('.items .item:nth-of-type(2)').focus());
  assert.equal(await row(ana), 'dan');
  await dan.run('send', '@ana', 'dan again');
  await until(() => ana.ask(() => document.querySelector('.items .item')?.innerText.includes('dan again')), () => 'the row does not move');
  await until(async () => (await row(ana)) === 'dan', () => 'the focus is lost');
  await withoutFaults(ana);
});

test('a contact who was compared is shown as such at once', async (t) => {
  const scene = await Scene.of(t);
  const ana = await AppPerson.register(await scene.browser('chrome'), scene.relay, 'ana');
  await scene.terminal('dan');
  await ana.add('@dan');
  await ana.see('Not verified', '.items');
  await ana.press('Details');
  await ana.safetyNumber();
  await ana.press('Mark as verified');
  await ana.see('Verified', '.items .item-line');
  await ana.seeNo('Not verified');
  await withoutFaults(ana);
});

test('on a phone, details cover the conversation: it is not read, and nothing in it is reached', async (t) => {
  const { ana, ben } = await inTouch(t);
  await ana.look();
  await ana.page.setViewport(PHONE);
  await ana.press('Details');
  await until(() => ana.ask(() => document.querySelector('.main').inert), () => 'the conversation is not out of reach');
  await until(() => ana.ask(() => document.activeElement.closest('.details') !== null), () => 'the focus stays behind');
  await ben.look();
  await ben.write('are you there?');
  await ana.look();
  await until(async () => (await ana.messages()).includes('are you there?'), () => 'it does not come behind the details');
  // Had it been read, that would have left before this.
  await behindTheApp(ana, async (client) => client.send((await client.contacts())[0].account, 'from under the details'));
  await ben.look();
  await ben.see('from under the details', '.messages');
  assert.equal(await ben.lastState(), 'Delivered');
  await ana.look();
  await ana.keys('Escape');
  await ana.see('are you there?', '.messages');
  await ben.waitForState('Read');
  assert.equal(await ana.ask(() => document.querySelector('.main').inert), false);
  await withoutFaults(ana, ben);
});

test('what is said is heard behind a dialog too, and as often as it happens', async (t) => {
  const { ana, ben } = await inTouch(t);
  await ana.look();
  await ana.goTo('/settings/erase');
  await ana.press('Log out and erase');
  await ana.find('dialog[open]');
  const heard = () => ana.ask(() => document.querySelector('dialog[open] [aria-live=polite]')?.textContent);
  assert.equal(await heard(), '', 'nothing old is said again');
  const said = new Set();
  for (let time = 1; time <= 2; time += 1) {
    await ben.look();
    await ben.write('the same');
    await ana.look();
    let text;
    const isNews = async () => (text = await heard()).startsWith('ben: the same') && !said.has(text);
    await until(isNews, () => `it is not said, but “${text}”`);
    said.add(text);
  }
  assert.equal(said.size, 2);
  await withoutFaults(ana, ben);
});

test('keys of the open app do nothing before there is an account', async (t) => {
  const scene = await Scene.of(t);
  const ana = await AppPerson.open(await scene.browser('chrome'), scene.relay, { name: 'ana' });
  await ana.press('Create an account');
  await ana.see('Choose a name');
  await ana.keys('Control+k', '/', 'Alt+ArrowDown', 'Escape');
  await ana.see('Choose a name');
  assert.equal(await ana.path(), '/create');
  await withoutFaults(ana);
});

test('the search finds what one can do, too', async (t) => {
  const scene = await Scene.of(t);
  const ana = await AppPerson.register(await scene.browser('chrome'), scene.relay, 'ana');
  const search = async (text) => {
    await ana.keys('Control+k');
    await until(async () => (await ana.focused()) === 'Search', () => 'the search is not come to');
    await ana.page.keyboard.type(text);
  };
  await search('devi');
  await ana.see('Commands', '.items');
  await ana.keys('Enter');
  await ana.see('This browser', 'main');
  assert.equal(await ana.path(), '/settings/devices');
  await search('dark theme');
  await ana.see('Use the dark theme', '.items');
  await ana.keys('Enter');
  assert.equal(await ana.ask(() => document.documentElement.dataset.theme), 'dark');
  await withoutFaults(ana);
});
