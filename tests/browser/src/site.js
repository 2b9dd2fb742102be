// A web site on loopback: the npm package at /palaver/, and test pages around it.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

/** The policy that the package promises to work under. */
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src data:; connect-src 'self' ws: http:; worker-src 'self'";

/** What is asked for here is answered when the test says so. */
const HELD = '/held';

export const packageFolder = new URL('../../../client-web/pkg/', import.meta.url).pathname;
export const pagesFolder = new URL('../pages/', import.meta.url).pathname;

/** Serves folders by the paths they are mounted at, the longest first. */
export class Site {
  #server;
  #held = new Set();
  #onHeld = () => {};
  #answers = new Map();

  static async start(folders = { '/palaver/': packageFolder, '/': pagesFolder }, headers = { 'content-security-policy': POLICY }) {
    const site = new Site();
    const mounts = Object.entries(folders).sort(([one], [other]) => other.length - one.length);
    site.#server = createServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url, 'http://site');
      const path = decodeURIComponent(pathname);
      if (path === HELD) {
        site.#held.add(response);
        site.#onHeld();
        return;
      }
      if (site.#answers.has(path)) {
        response.writeHead(200, { 'content-type': 'application/json', ...headers });
        response.end(JSON.stringify(await site.#answers.get(path)(searchParams)));
        return;
      }
      const [mount, folder] = mounts.find(([mount]) => path.startsWith(mount)) ?? [];
      try {
        const file = normalize(path.slice(mount.length) || 'index.html');
        if (file.startsWith('..')) throw new Error('outside');
        const bytes = await readFile(join(folder, file));
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', ...headers });
        response.end(bytes);
      } catch {
        response.writeHead(404, headers).end('There is nothing here.');
      }
    });
    await new Promise((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    site.port = site.#server.address().port;
    site.url = `http://localhost:${site.port}`;
    return site;
  }

  /** Does something that leads a worker to ask for what is not answered yet, and waits until one has. */
  async hold(something) {
    const asked = new Promise((resolve) => (this.#onHeld = resolve));
    await something();
    await asked;
  }

  /** Pages that ask for a path are answered with what is made of their query. */
  answer(path, make) {
    this.#answers.set(path, make);
  }

  /** Answers everyone who was kept waiting. */
  release() {
    for (const response of this.#held) response.writeHead(204).end();
    this.#held.clear();
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
