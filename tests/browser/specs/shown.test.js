// Messages that mean harm, and messages without measure: shown as text, and the app stays what it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson, DESK, PHONE } from '../src/app.js';
import { Scene } from '../src/scene.js';
import { until } from '../src/until.js';

const TEXTS_MAX_BYTES = 64 * 1024;

const HOSTILE = {
  'markup': '<h1>Palaver</h1><style>body{display:none}</style><iframe src="https://example.org"></iframe>',
  'a script': '<script>globalThis.harmed = true</script><img src=x onerror="globalThis.harmed = true"><svg onload="globalThis.harmed = true">',
  'addresses that are no links': 'javascript:globalThis.harmed=true data:text/html,<script>harmed=1</script> vbscript:x file:///etc/passwd',
  'turned text': 'photo\u202Egnp.exe \u2066\u2067never closed \u202B \u200F',
  'stacked marks': `Z${'\u0351\u0352\u0353\u0354'.repeat(400)}`,
  'braces of a template': '{{constructor.constructor("globalThis.harmed = true")()}} ${globalThis.harmed = true}',
  'ten thousand emoji': '😀'.repeat(10_000),
  'a word of 64 KB': 'w'.repeat(TEXTS_MAX_BYTES),
  'many lines': 'line\n'.repeat(2_000),
};

/** What stands beyond the edges of the page. */
const isBeyond = () => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const bubbles = [...document.querySelectorAll('.message, .bubble, .item')];
  return scrollWidth > clientWidth || bubbles.some((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1);
};

test('hostile messages are shown as text, do nothing, and go over no edge', async (t) => {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome');
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  const ben = await AppPerson.register(browser, scene.relay, 'ben', { context: await browser.driver.createBrowserContext() });
  await ana.look();
  await ana.add('@ben');
  const clean = (text) => text.replace(/\s+/g, ' ').trim();
  const shows = (person, text) => {
    const last = () => [...document.querySelectorAll('.message .bubble-text')].at(-1)?.textContent;
    return until(async () => clean((await person.ask(last)) ?? '') === clean(text), () => `${person.name} does not show ${text.slice(0, 40)}`);
  };
  for (const [what, text] of Object.entries(HOSTILE)) {
    await ana.look();
    await ana.ask(() => document.querySelector('.composer-field').focus());
    await ana.paste(text);
    await ana.keys('Enter');
    await shows(ana, text);
    await ben.look();
    if (!(await ben.path()).startsWith('/c/')) await ben.openChat('@ana');
    await shows(ben, text);
    for (const viewport of [DESK, PHONE]) {
      await ben.page.setViewport(viewport);
      await until(async () => !(await ben.ask(isBeyond)), () => `${what} goes beyond the edge at ${viewport.width} px`);
    }
    await ben.page.setViewport(DESK);
    const inside = await ben.ask(() => document.querySelectorAll('.bubble-text :not(a, bdi), .item-text *, .bubble-text a[href^="javascript"]').length);
    assert.equal(inside, 0, `${what} becomes markup`);
  }
  for (const person of [ana, ben]) {
    assert.equal(await person.ask(() => globalThis.harmed), undefined);
    assert.deepEqual(await person.faults(), []);
  }
  // One can still write, and read what came before.
  await ben.write('I saw it all');
  await shows(ben, 'I saw it all');
  await ben.reload();
  await ben.see('I saw it all', '.messages');
  const top = () => document.querySelector('.timeline').scrollTo(0, 0);
  await until(async () => (await ben.ask(top), await ben.ask(() => document.querySelector('.messages').textContent.includes('<h1>Palaver</h1>'))), () => 'the first message is not come back to');
  assert.deepEqual(await ben.faults(), []);
});

test('the policy lets nothing in that is not the app: not even what a page is made to ask for', async (t) => {
  const scene = await Scene.of(t);
  const ana = await AppPerson.open(await scene.browser('chrome'), scene.relay, { name: 'ana' });
  await ana.see('Messages that stay between you');
  const refused = () => ana.ask(() => globalThis.refused.map((one) => one.split(' ')[0]));
  const tries = {
    'script-src-elem': () => document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.harmed = true' })),
    'style-src-attr': () => document.body.insertAdjacentHTML('beforeend', '<p style="color: red">'),
    'connect-src': () => void fetch('https://example.org/').catch(() => {}),
    'frame-src': () => document.body.insertAdjacentHTML('beforeend', '<iframe src="https://example.org/"></iframe>'),
    'img-src': () => document.body.insertAdjacentHTML('beforeend', '<img src="https://example.org/">'),
  };
  for (const [directive, attempt] of Object.entries(tries)) {
    await ana.ask(attempt);
    await until(async () => (await refused()).includes(directive), () => `${directive} lets it in`);
  }
  assert.equal(await ana.ask(() => globalThis.harmed), undefined);
});
