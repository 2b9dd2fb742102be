// What stands between browsers and a relay: a proxy that hands everything on, until a test has it answer by itself.
import { createServer, request as ask } from 'node:http';
import { connect } from 'node:net';

/** Answers that a test gives in place of the relay's. */
export const answers = {
  /** The proxy is there, the relay behind it is not. */
  badGateway: (request, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502 Bad Gateway</h1>'),
  /** Nobody ever answers. */
  nothing: () => {},
  /** The network is gone. */
  noNetwork: (request, response) => response.destroy(),
};

export class Front {
  #server;
  #sockets = new Set();

  /** Answers a request by itself and returns true, where a test has set it. */
  answer = () => false;
  /** What a test makes of an answer's headers. */
  headers = (headers) => headers;
  /** What a test makes of the text of an answer. */
  text = (text) => text;
  /** Which path of the relay's is asked for in another's place. */
  path = (path) => path;

  static async start(relay) {
    const front = new Front();
    front.relay = relay;
    front.#server = createServer((request, response) => front.#pass(request, response));
    front.#server.on('upgrade', (request, socket, head) => front.#tunnel(request, socket, head));
    front.#server.on('connection', (socket) => {
      front.#sockets.add(socket);
      socket.on('close', () => front.#sockets.delete(socket)).on('error', () => {});
    });
    await new Promise((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    front.port = front.#server.address().port;
    front.url = `http://localhost:${front.port}`;
    return front;
  }

  /** From now on answers everything, WebSockets too, in one way. */
  answerAll(answer) {
    this.answer = (request, response) => (answer(request, response), true);
    this.drop();
  }

  /** From now on hands everything on. */
  handOn() {
    this.answer = () => false;
  }

  /** Cuts whatever is connected. */
  drop() {
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(request, response) {
    if (this.answer(request, response)) return;
    const { method } = request;
    // Texts may be changed on their way, so they come as they are, and whole.
    const { 'if-none-match': _, ...headers } = { ...request.headers, 'accept-encoding': 'identity' };
    const asked = ask({ host: '127.0.0.1', port: this.relay.port, method, path: this.path(request.url), headers }, async (answered) => {
      const parts = [];
      for await (const part of answered) parts.push(part);
      let bytes = Buffer.concat(parts);
      const { etag: _, ...kept } = answered.headers;
      if (/text|javascript/.test(kept['content-type'] ?? '')) {
        bytes = Buffer.from(this.text(bytes.toString('utf8')));
        if (kept['content-length']) kept['content-length'] = String(bytes.length);
      }
      response.writeHead(answered.statusCode, this.headers(kept)).end(bytes);
    });
    asked.on('error', () => response.destroy());
    request.pipe(asked);
  }

  #tunnel(request, socket, head) {
    const isAnswered = this.answer(request, { writeHead: () => ({ end: () => socket.destroy() }), destroy: () => socket.destroy() });
    if (isAnswered) return;
    const behind = connect(this.relay.port, '127.0.0.1', () => {
      const lines = request.rawHeaders.flatMap((value, at, all) => (at % 2 === 0 ? [`${value}: ${all[at + 1]}`] : []));
      behind.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      behind.write(head);
      behind.pipe(socket).pipe(behind);
    });
    for (const [one, other] of [[behind, socket], [socket, behind]]) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  }

  async stop() {
    this.#server.closeAllConnections();
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
