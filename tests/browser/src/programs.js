// The real programs: a relay on a folder of its own, and people in terminals.
import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where cargo puts programs: xtask says. */
export const programs = process.env.PALAVER_PROGRAMS ?? new URL('../../../target/debug', import.meta.url).pathname;

const folderOf = (what) => mkdtemp(join(tmpdir(), `palaver-${what}-`));

/** A relay as its operator runs it. */
export class Relay {
  #child;

  static async start({ origins = [], settings = [] } = {}) {
    const relay = new Relay();
    relay.folder = await folderOf('relay');
    relay.origins = origins;
    relay.settings = settings;
    await relay.#listen('127.0.0.1:0');
    return relay;
  }

  async #listen(address) {
    const origins = this.origins.flatMap((origin) => ['--origin', origin]);
    const args = ['serve', '--listen', address, '--data', this.folder, ...origins, ...this.settings];
    this.#child = spawn(join(programs, 'palaver-relay'), args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = await once(createInterface(this.#child.stdout), 'line');
    // Browsers give localhost a secure context by its name too; pages and cookies then have a name of their own.
    this.port = Number(new URL(line.match(/http\S+/)[0]).port);
    this.url = `http://localhost:${this.port}`;
  }

  /** A key of the relay's market that may do this. */
  async key(...scopes) {
    return (await this.operate('keys', 'create', '--name', 'test', '--scope', scopes.join(','))).trim();
  }

  /** What `palaver-relay` prints, run on its folder. */
  async operate(...args) {
    return (await run(join(programs, 'palaver-relay'), [...args, '--data', this.folder])).stdout;
  }

  /** Dies at once, as in a power cut. */
  async kill() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** Comes back on the same folder and port. */
  async restart() {
    await this.#listen(`127.0.0.1:${this.port}`);
  }

  async stop() {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Someone with a terminal. */
export class Terminal {
  /** With a folder that has no account yet. */
  static async empty(relay, name) {
    const terminal = new Terminal();
    terminal.relay = `http://127.0.0.1:${relay.port}`;
    terminal.name = `@${name}`;
    terminal.folder = await folderOf('home');
    return terminal;
  }

  static async init(relay, name) {
    const terminal = await Terminal.empty(relay, name);
    await terminal.run('init', '--handle', name);
    return terminal;
  }

  /** What a command prints, an object a line. */
  async run(...args) {
    const { stdout } = await run(join(programs, 'palaver'), this.#all(args), { maxBuffer: 1 << 26 });
    return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  /** A command that is read and answered while it runs. */
  start(...args) {
    return new Running(spawn(join(programs, 'palaver'), this.#all(args), { stdio: ['pipe', 'pipe', 'ignore'] }));
  }

  #all(args) {
    return ['--home', this.folder, '--relay', this.relay, '--json', ...args];
  }

  async texts(who) {
    return (await this.run('read', who)).map((message) => message.text);
  }

  async remove() {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Strangers who poison what they are let into. */
export class Poisoner {
  #child;
  #lines;
  #asked = Promise.resolve();

  constructor(relay) {
    this.#child = spawn(join(programs, 'examples/poisoner'), [`127.0.0.1:${relay.port}`], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** The account of somebody new. */
  join() {
    return this.#ask('join');
  }

  /** Has them poison what they were let into; what the relay answered. */
  poison(account) {
    return this.#ask(`poison ${account}`);
  }

  /** One after the other. */
  #ask(line) {
    this.#asked = this.#asked.then(async () => {
      this.#child.stdin.write(`${line}\n`);
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`the poisoner ended at: ${line}`);
      return value;
    });
    return this.#asked;
  }

  async remove() {
    this.#child.kill('SIGKILL');
  }
}

/** A command that runs. */
class Running {
  #child;
  #lines;
  #ended;

  constructor(child) {
    this.#child = child;
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    this.#ended = once(child, 'exit');
  }

  /** Waits for the object that has a field, and gives the field. */
  async shows(field) {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`palaver ended without ${field}`);
      const object = JSON.parse(value);
      if (object[field] !== undefined) return object[field];
    }
  }

  answer(line) {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Its exit code. */
  async code() {
    const [code] = await this.#ended;
    return code;
  }
}
