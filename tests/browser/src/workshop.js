// A web developer's workshop: fresh projects with the packed package, a relay, and pages of theirs that talk with a terminal.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Browser } from './browsers.js';
import { Relay, Terminal } from './programs.js';
import { packageFolder } from './site.js';
import { until } from './until.js';

const execute = promisify(execFile);

export const examples = new URL('../../../examples/', import.meta.url).pathname;

/** Runs a tool. What it says is the error's message if it fails. */
export async function run(program, args, cwd) {
  try {
    return (await execute(program, args, { cwd, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`);
  }
}

/** A server that a project's tool runs, until the test says so. */
export class Server {
  #child;

  /** Starts it, and reads from what it prints where it listens. */
  static async start(args, cwd) {
    const server = new Server();
    const env = { ...process.env, NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1' };
    // A group of its own: tools start others, which have to end with them.
    server.#child = spawn('npx', args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    for await (const line of createInterface(server.#child.stdout)) {
      server.url = line.match(/http:\/\/localhost:\d+/)?.[0];
      if (server.url) return server;
    }
    throw new Error(`npx ${args.join(' ')} ended without an address`);
  }

  async stop() {
    const ended = once(this.#child, 'exit');
    process.kill(-this.#child.pid, 'SIGTERM');
    await ended;
  }
}

export class Workshop {
  static async open() {
    const workshop = new Workshop();
    workshop.folder = await mkdtemp(join(tmpdir(), 'palaver-workshop-'));
    workshop.relay = await Relay.start();
    workshop.browser = await Browser.launch('chrome');
    workshop.dan = await Terminal.init(workshop.relay, 'dan');
    return workshop;
  }

  async close() {
    await this.browser.remove();
    await this.relay.stop();
    await this.dan.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A copy of a folder, with what it needs and the packed package installed. */
  async project(source) {
    const project = await mkdtemp(join(this.folder, 'project-'));
    await cp(source, project, { recursive: true });
    const [{ filename }] = JSON.parse(await run('npm', ['pack', '--pack-destination', project, '--json'], packageFolder));
    await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', join(project, filename)], project);
    return project;
  }

  /** Has the relay accept pages of an origin. */
  async allow(origin) {
    await this.relay.kill();
    this.relay.origins = [...this.relay.origins, origin];
    await this.relay.restart();
  }

  /** The small chat at an address: someone joins and talks with a terminal. */
  async chats(url, name) {
    await this.allow(url);
    const page = await this.browser.open(`${url}/?relay=${encodeURIComponent(this.relay.url)}`);
    await fill(page, 'Your name, such as ana', name);
    await until(() => page.$('#phrase'));
    await fill(page, 'Whom to talk to, such as ben', 'dan');
    await fill(page, 'What to say', `hello from ${name}`);
    await this.#hears(name, `hello from ${name}`);
    await this.#answers(page, 'ol', name);
    assert.deepEqual(page.faults, []);
    await page.close();
  }

  /** The plain page's script at an address: it greets, and shows what a terminal says to it. */
  async greets(url, name) {
    await this.allow(new URL(url).origin);
    const page = await this.browser.open(`${url}?relay=${encodeURIComponent(this.relay.url)}&name=${name}&to=dan`);
    await this.#hears(name, 'hello from a plain page');
    await this.#answers(page, '#messages', name);
    assert.deepEqual(page.faults, []);
    await page.close();
  }

  #hears(name, text) {
    return until(
      async () => (await this.dan.texts(`@${name}`).catch(() => [])).includes(text),
      () => `the terminal does not hear ${name}`,
    );
  }

  async #answers(page, selector, name) {
    await this.dan.run('send', `@${name}`, 'hello from a terminal');
    await until(async () => (await page.$eval(selector, (list) => list.innerText)).includes('hello from a terminal'));
  }
}

/** Fills a line in and sends it, once it is there and takes it. */
async function fill(page, label, value) {
  const input = await until(() => page.$(`input[aria-label="${label}"]`), () => `there is no ${label}: ${page.faults}`);
  await input.type(value);
  await input.press('Enter');
  await until(async () => (await input.evaluate((input) => input.value)) === '' && !(await page.$('button:disabled')));
}
