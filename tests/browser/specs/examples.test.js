// The npm package as its users get it: packed, in a fresh project, without configuration.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Terminal } from '../src/programs.js';
import { POLICY, Site, packageFolder } from '../src/site.js';
import { until } from '../src/until.js';
import { Server, Workshop, examples, run } from '../src/workshop.js';

let workshop;

before(async () => {
  workshop = await Workshop.open();
});

after(() => workshop?.close());

test('the small chat is type-checked, built by Vite and served as files: it sends and receives', async () => {
  const project = await workshop.project(join(examples, 'vite-chat'));
  await run('npm', ['run', 'build'], project);
  const site = await Site.start({ '/': join(project, 'dist/') }, { 'content-security-policy': POLICY });
  try {
    await workshop.chats(site.url, 'vitebuilt');
  } finally {
    await site.stop();
  }
});

test("Vite's development server needs no configuration either", async () => {
  const project = await workshop.project(join(examples, 'vite-chat'));
  const vite = await Server.start(['vite', '--port', '0', '--host', 'localhost'], project);
  try {
    await workshop.chats(vite.url, 'vitedev');
  } finally {
    await vite.stop();
  }
});

test('a page without any tool sends and receives', async () => {
  const site = await Site.start({ '/palaver/': packageFolder, '/': examples });
  try {
    await workshop.greets(`${site.url}/plain.html`, 'plain');
  } finally {
    await site.stop();
  }
});

test("the README's example does what it says", async () => {
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  const [, example] = readme.match(/```js\n(import [\s\S]+?)```/);
  const folder = await mkdtemp(join(workshop.folder, 'readme-'));
  const script = example
    .replace("'@palaver/client'", "'/palaver/index.js'")
    .replace('https://relay.example.org', workshop.relay.url);
  await writeFile(join(folder, 'index.html'), '<!doctype html><meta charset="utf-8"><script type="module" src="/example.js"></script>');
  await writeFile(join(folder, 'example.js'), script);
  const site = await Site.start({ '/palaver/': packageFolder, '/': folder + '/' });
  await workshop.allow(site.url);
  const ben = await Terminal.init(workshop.relay, 'ben');
  try {
    const page = await workshop.browser.driver.newPage();
    const said = [];
    page.on('console', (message) => said.push(message.text()));
    page.once('dialog', (dialog) => {
      said.push(dialog.message());
      dialog.accept();
    });
    await page.goto(site.url);
    await until(async () => (await ben.texts('@ana').catch(() => [])).includes('hello'), () => `ben hears nothing: ${said}`);
    assert.match(said[0], /^Write these 24 words down.*\n\n(\w+ ){23}\w+$/s);
    await ben.run('send', '@ana', 'hello ana');
    await until(() => said.some((line) => line.startsWith('them hello ana')), () => `ana shows nothing: ${said}`);
    assert.ok(said.some((line) => line.startsWith('me hello')), `what ana said is shown: ${said}`);
    await page.close();
  } finally {
    await ben.remove();
    await site.stop();
  }
});

test('importing the package on a server does nothing', async () => {
  const script = `const palaver = await import(${JSON.stringify(`file://${packageFolder}index.js`)}); console.log(Object.keys(palaver).sort().join())`;
  const printed = await run('node', ['--input-type=module', '-e', script]);
  assert.equal(printed.trim(), 'PalaverClient,PalaverError,connect');
});
