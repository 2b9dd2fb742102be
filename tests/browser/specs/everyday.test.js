// What people set and share: theme, name, links and codes; and the app as something to install.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { Scene } from '../src/scene.js';
import { until } from '../src/until.js';

/** Ana and Ben at the app, each with storage of their own. */
async function two(t, options) {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome', options);
  const ben = await AppPerson.register(browser, scene.relay, 'ben', { context: await browser.driver.createBrowserContext() });
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  await ana.look();
  return { scene, browser, ana, ben };
}

/** The link that someone gives to others. */
async function linkOf(person) {
  await person.look();
  await person.goTo('/settings/profile');
  await person.find('.own-link');
  return person.ask(() => document.querySelector('.own-link').innerText.trim());
}

test('a theme that is chosen holds at once, after a reload before anything is painted, and can be given up again', async (t) => {
  const scene = await Scene.of(t);
  const ana = await AppPerson.register(await scene.browser('chrome'), scene.relay, 'ana');
  await ana.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
  const isDark = () => ana.ask(() => {
    const paint = Object.assign(document.createElement('canvas').getContext('2d'), { fillStyle: getComputedStyle(document.body).color });
    paint.fillRect(0, 0, 1, 1);
    return paint.getImageData(0, 0, 1, 1).data[0] > 128;
  });
  await ana.goTo('/settings/appearance');
  assert.equal(await isDark(), false);
  await ana.press('Dark');
  await until(isDark, () => 'it does not become dark');
  await ana.page.evaluateOnNewDocument(() => {
    const observer = new MutationObserver(() => {
      if (!document.body) return;
      globalThis.firstTheme = document.documentElement.dataset.theme;
      observer.disconnect();
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  await ana.reload();
  assert.equal(await ana.ask(() => globalThis.firstTheme), 'dark');
  await ana.see('Like the system', 'main');
  assert.equal(await isDark(), true);
  await ana.press('Like the system');
  await until(async () => !(await isDark()), () => 'it stays dark');
  assert.deepEqual(await ana.faults(), []);
});

test('a name that is changed is seen by its owner and its contacts; one that is taken or wrong is refused', async (t) => {
  const { ana, ben } = await two(t);
  await ana.add('@ben');
  await ana.write('hello');
  await ben.openChat('@ana');
  await ana.look();
  await ana.goTo('/settings/profile');
  await ana.fill('Name', 'ben');
  await ana.press('Save name');
  await ana.see('Someone else has this name', '.problem');
  await ana.fill('Name', '9');
  await ana.press('Save name');
  await ana.see('starts with a letter', '.problem');
  await ana.fill('Name', 'ana.of.the.north');
  await ana.press('Save name');
  await ana.seeNo('starts with a letter', '.problem');
  await ana.reload();
  const name = () => ana.ask(() => document.querySelector('main input')?.value);
  await until(async () => (await name()) === 'ana.of.the.north', () => 'the name is not kept');
  await ben.look();
  await ben.goTo('/add');
  await ben.fill('Name or link', '@ana.of.the.north');
  await ben.press('Add');
  await ben.waitForMessages(['hello']);
  await ben.see('ana.of.the.north', '.chat-name');
  for (const person of [ana, ben]) assert.deepEqual(await person.faults(), []);
});

test('someone is added by their link; half a link is told from a wrong name', async (t) => {
  const { ana, ben } = await two(t);
  const link = await linkOf(ben);
  assert.match(link, /^palaver:acct_[a-z2-7]+$/);
  await ana.look();
  await ana.goTo('/add');
  await ana.fill('Name or link', link.slice(0, -8));
  await ana.press('Add');
  await ana.see('This link is not whole', '.problem');
  await ana.fill('Name or link', link);
  await ana.press('Add');
  await ana.see('ben', '.chat-name');
  await ana.write('found you');
  await ben.goTo('/');
  await ben.openChat('@ana');
  await ben.waitForMessages(['found you']);
});

test('someone is added by their code before the camera', async (t) => {
  const { ana, ben } = await two(t, { args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] });
  const link = await linkOf(ben);
  await ana.look();
  // A camera that films nothing, and a detector that reads Ben's code off it: headless browsers have no detector.
  await ana.page.evaluateOnNewDocument((link) => {
    globalThis.looks = 0;
    globalThis.BarcodeDetector = class {
      async detect(video) {
        globalThis.looks += 1;
        const isFilming = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0;
        return isFilming && globalThis.looks > 2 ? [{ rawValue: link }] : [];
      }
    };
  }, link);
  await ana.reload();
  await ana.goTo('/add');
  await ana.press('Scan a code');
  await ana.see('ben', '.chat-name');
  const hasLetGo = () => !document.querySelector('video');
  await until(() => ana.ask(hasLetGo), () => 'the camera is still on the screen');
  assert.deepEqual(await ana.faults(), []);
});

test('the app can be installed: its manifest is whole, and every icon is as large as it says', async (t) => {
  const scene = await Scene.of(t);
  const ana = await AppPerson.open(await scene.browser('chrome'), scene.relay, { name: 'ana' });
  await ana.see('Messages that stay between you');
  const devtools = await ana.page.createCDPSession();
  const { errors, data } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.equal(manifest.display, 'standalone');
  assert.ok(manifest.name && manifest.short_name && manifest.id && manifest.start_url);
  assert.equal(new URL(manifest.start_url, scene.relay.url).pathname, '/');
  assert.ok(manifest.icons.some(({ sizes }) => sizes === '192x192') && manifest.icons.some(({ sizes }) => sizes === '512x512'));
  assert.ok(manifest.icons.some(({ purpose }) => purpose.includes('maskable')));
  const sizes = await ana.ask(
    (icons) => Promise.all(icons.map(async ({ src }) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    })),
    manifest.icons,
  );
  for (const [at, icon] of manifest.icons.entries()) if (icon.sizes !== 'any') assert.equal(sizes[at], icon.sizes);
  await until(async () => (await devtools.send('Page.getInstallabilityErrors')).installabilityErrors.length === 0, () => 'Chromium would not install it');
});
