// The package as it is published: in a fresh project, typed strictly, in Node and in a bundle, and as its README says.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Shop } from '../src/shop.js';

const execute = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;
const { resolve } = createRequire(import.meta.url);
const compiler = resolve('typescript/bin/tsc');
const bundler = join(root, '../tests/browser/node_modules/vite/bin/vite.js');
/** What an integrator's compiler is asked for. */
const STRICT = {
  compilerOptions: {
    module: 'NodeNext',
    target: 'ES2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
  },
};

let project;
let files;

/** Runs a program. What it says is the error's message if it fails. */
async function run(program, args, env = {}) {
  try {
    return (await execute(program, args, { cwd: project, env: { ...process.env, ...env } })).stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`);
  }
}

/** Blocks of code of the README, in order. */
async function blocks() {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
}

before(async () => {
  project = await mkdtemp(join(tmpdir(), 'palaver-sdk-'));
  const packed = await run('npm', ['pack', root, '--pack-destination', project, '--json', '--ignore-scripts']);
  const [{ filename, files: listed }] = JSON.parse(packed);
  files = listed.map(({ path }) => path);
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--no-package-lock', join(project, filename)]);
});

after(() => rm(project, { recursive: true, force: true }));

test('it has scripts, declarations, licences and a README, and needs nothing else', async () => {
  const kinds = new Set(files.map((file) => file.replace(/^dist\/.*?(\.d\.ts|\.js)$/, 'dist/*$1')));
  assert.deepEqual([...kinds].sort(), ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'dist/*.d.ts', 'dist/*.js', 'package.json']);
  const { dependencies } = JSON.parse(await readFile(join(project, 'node_modules/@palaver/sdk/package.json'), 'utf8'));
  assert.equal(dependencies, undefined);
});

test('the README\'s example trades on a real relay', async (t) => {
  const { relay } = await Shop.open(t);
  const [example] = await blocks();
  await writeFile(join(project, 'example.js'), example);
  const env = { PALAVER_URL: relay.url, PALAVER_KEY: await relay.key('read', 'write', 'support') };
  const said = await run(process.execPath, ['example.js'], env);
  assert.deepEqual(said.trim().split('\n'), ['workshop-7 has 80.00 USD', 'customer-42 has 20.00 USD', '20.00 USD will not pay for it']);
});

test('everything in the README is typed, and what is wrong does not compile', async () => {
  const [example, webhooks, events] = await blocks();
  const given = 'declare const request: import("node:http").IncomingMessage; declare const body: Uint8Array;\n';
  await writeFile(join(project, 'example.ts'), example.replaceAll(/process\.env\.(\w+)/g, 'process.env.$1!'));
  await writeFile(join(project, 'webhooks.ts'), given + webhooks.replaceAll(/process\.env\.(\w+)/g, 'process.env.$1!'));
  await writeFile(join(project, 'events.ts'), `import { Palaver } from '@palaver/sdk';
    declare const palaver: Palaver; let lastEventId = 'evt_1';\n${events}`);
  await cp(new URL('../src/wrong.ts', import.meta.url), join(project, 'wrong.ts'));
  await mkdir(join(project, 'node_modules/@types'), { recursive: true });
  for (const types of ['@types/node', 'undici-types']) {
    await symlink(join(root, 'node_modules', types), join(project, 'node_modules', types));
  }
  // As a server of its own, without what only browsers have; and for a bundler.
  const server = { ...STRICT.compilerOptions, lib: ['ES2022'], types: ['node'] };
  const bundled = { ...STRICT.compilerOptions, module: 'ESNext', moduleResolution: 'bundler' };
  for (const compilerOptions of [server, bundled]) {
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    await run(process.execPath, [compiler]);
  }
});

test('code that is CommonJS can import it, and require it where Node.js lets it', async () => {
  const print = `({ Palaver }) => console.log(typeof Palaver)`;
  await writeFile(join(project, 'old.cjs'), `import('@palaver/sdk').then(${print});`);
  assert.equal(await run(process.execPath, ['old.cjs']), 'function\n');
  if (!process.features.require_module) return;
  await writeFile(join(project, 'new.cjs'), `(${print})(require('@palaver/sdk'));`);
  assert.equal(await run(process.execPath, ['new.cjs']), 'function\n');
});

test('a bundler for browsers takes it', async () => {
  await writeFile(join(project, 'page.js'), `import * as sdk from '@palaver/sdk'; console.log(Object.keys(sdk).sort().join());`);
  await writeFile(
    join(project, 'vite.config.js'),
    `export default { build: { lib: { entry: 'page.js', formats: ['es'], fileName: 'page' }, outDir: 'bundle' }, logLevel: 'error' };`,
  );
  await run(process.execPath, [bundler, 'build']);
  assert.equal((await run(process.execPath, ['bundle/page.js'])).trim(), 'Palaver,PalaverError,isPalaverError,verifyWebhook');
});
