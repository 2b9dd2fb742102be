// The npm package as its users get it: packed, in a fresh project, without configuration.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Browser } from '../src/browsers.js';
import { Relay, Terminal } from '../src/programs.js';
import { POLICY, Site, packageFolder } from '../src/site.js';
import { until } from '../src/until.js';

const run = promisify(execFile);
const examples = new URL('../../../examples/', import.meta.url).pathname;

let folder, relay, browser, dan;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palaver-example-'));
  relay = await Relay.start();
  browser = await Browser.launch('chrome');
});

after(async () => {
  await browser?.remove();
  await relay?.stop();
  await dan?.remove();
  await rm(folder, { recursive: true, force: true });
});

test('the small chat is type-checked, built by Vite and served as files: it sends and receives', async () => {
  const project = await freshProject();
  await run('npx', ['tsc', '--noEmit'], { cwd: project });
  await run('npx', ['vite', 'build'], { cwd: project });
  const site = await Site.start({ '/': join(project, 'dist/') }, { 'content-security-policy': POLICY });
  await allow(site.url);
  try {
    await talks(site.url, 'vitebuilt');
  } finally {
    await site.stop();
  }
});

test("Vite's development server needs no configuration either", async () => {
  const project = await freshProject();
  // Not by npx: it may end before the server that it has started, which would then go on for ever.
  const program = join(project, 'node_modules/vite/bin/vite.js');
  const options = { cwd: project, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, NO_COLOR: '1' } };
  const vite = spawn(process.execPath, [program, '--port', '0', '--host', 'localhost'], options);
  try {
    const lines = createInterface(vite.stdout);
    let url;
    for await (const line of lines) {
      url = line.match(/http:\/\/localhost:\d+/)?.[0];
      if (url) break;
    }
    await allow(url);
    await talks(url, 'vitedev');
  } finally {
    const ended = once(vite, 'exit');
    vite.kill();
    await ended;
  }
});

test('a page without any tool sends and receives', async () => {
  const site = await Site.start({ '/palaver/': packageFolder, '/': examples });
  await allow(site.url);
  dan ??= await Terminal.init(relay, 'dan');
  try {
    const page = await browser.open(`${site.url}/plain.html?relay=${relay.url}&name=plain&to=dan`);
    await until(async () => (await dan.texts('@plain').catch(() => [])).includes('hello from a plain page'));
    await dan.run('send', '@plain', 'hello from a terminal');
    await until(async () => (await page.$eval('#messages', (list) => list.innerText)).includes('hello from a terminal'));
    await page.close();
  } finally {
    await site.stop();
  }
});

test('importing the package on a server does nothing', async () => {
  const script = `const palaver = await import(${JSON.stringify(`file://${packageFolder}index.js`)}); console.log(Object.keys(palaver).sort().join())`;
  const { stdout } = await run('node', ['--input-type=module', '-e', script]);
  assert.equal(stdout.trim(), 'PalaverClient,PalaverError,connect');
});

/** The example in a folder of its own, with the packed package. */
async function freshProject() {
  const project = await mkdtemp(join(folder, 'vite-'));
  await cp(join(examples, 'vite-chat'), project, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--pack-destination', project, '--json'], { cwd: packageFolder });
  const [{ filename }] = JSON.parse(stdout);
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', join(project, filename)], { cwd: project });
  return project;
}

/** Has the relay accept pages of an origin. */
async function allow(origin) {
  await relay.kill();
  relay.origins = [...relay.origins, origin];
  await relay.restart();
}

/** Someone joins on the example's page and talks with a terminal. */
async function talks(url, name) {
  dan ??= await Terminal.init(relay, 'dan');
  const page = await browser.open(`${url}/?relay=${encodeURIComponent(relay.url)}`);
  await fill(page, 'Your name, such as ana', name);
  await until(() => page.$('#phrase'));
  await fill(page, 'Whom to talk to, such as ben', 'dan');
  await fill(page, 'What to say', `hello from ${name}`);
  await until(async () => (await dan.texts(`@${name}`).catch(() => [])).includes(`hello from ${name}`));
  await dan.run('send', `@${name}`, 'hello from a terminal');
  await until(async () => (await page.$eval('ol', (list) => list.innerText)).includes('hello from a terminal'));
  assert.deepEqual(page.faults, []);
  await page.close();
}

/** Fills a line in and sends it, once it is there and takes it. */
async function fill(page, label, value) {
  const input = await until(() => page.$(`input[aria-label="${label}"]`));
  await input.type(value);
  await input.press('Enter');
  await until(async () => (await input.evaluate((input) => input.value)) === '' && !(await page.$('button:disabled')));
}
