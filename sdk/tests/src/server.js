// A server that answers as a test says, byte by byte if need be: for what a relay does only in distress.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Palaver } from '../../dist/index.js';

export class Server {
  /** What was asked, in order. */
  asked = [];
  #server;

  /** Listens until the test ends. `answer` is called with each request, its body read. */
  static async start(t, answer) {
    const server = new Server();
    server.#server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      const asked = { method: request.method, url: request.url, headers: request.headers, body };
      server.asked.push(asked);
      await answer(response, asked, server.asked.length);
    });
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    server.url = `http://127.0.0.1:${server.#server.address().port}`;
    t.after(() => {
      server.#server.closeAllConnections();
      server.#server.close();
    });
    return server;
  }

  client(options = {}) {
    return new Palaver({ url: this.url, key: KEY, retryBaseMs: 1, ...options });
  }
}

export const KEY = 'ohk_live_key_0_secret';

const sent = (response, status, body, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'the-request', ...headers });
  response.end(JSON.stringify(body));
};

/** Answers with what was asked for. */
export const gives = (response, data, status = 200) => sent(response, status, { data, meta: { request_id: 'the-request' } });

/** Refuses. */
export const refuses = (response, status, code, { details = {}, headers } = {}) =>
  sent(response, status, { error: { code, message: `refused: ${code}`, details } }, headers);
