// What is asked again and what is not, with a server in distress.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Palaver, PalaverError } from '../../dist/index.js';
import { newKey } from '../../dist/key.js';
import { backoffMs, pauseMs, retryAfterMs } from '../../dist/retry.js';
import { gives, KEY, refuses, Server } from '../src/server.js';

const failure = (call) => call.then(() => assert.fail('it did not fail'), (error) => error);
const ana = { external_user_id: 'ana-s-own-id', type: 'buyer' };
const keys = (server) => server.asked.map(({ headers }) => headers['idempotency-key']);
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const DISTRESS = {
  'too many requests': (response) => refuses(response, 429, 'RATE_LIMITED', { headers: { 'retry-after': '0' } }),
  'a relay that is busy': (response) => refuses(response, 503, 'BUSY'),
  'a failure within the relay': (response) => refuses(response, 500, 'INTERNAL_ERROR'),
  'the same request under way': (response) => refuses(response, 409, 'IDEMPOTENCY_KEY_IN_PROGRESS'),
  'a proxy without its relay': (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
  'a connection that breaks before the answer': (response) => response.destroy(),
  'a connection that breaks within the answer': (response) => {
    response.writeHead(201, { 'content-length': 1000 });
    response.write('{"data":');
    response.flushHeaders();
    setImmediate(() => response.destroy());
  },
};

for (const [what, fails] of Object.entries(DISTRESS)) {
  test(`a change is asked for again by the same key after ${what}`, async (t) => {
    const server = await Server.start(t, (response, _, time) => (time < 3 ? fails(response) : gives(response, { id: 'usr_1' }, 201)));
    assert.equal((await server.client().users.create(ana)).id, 'usr_1');
    const [first, ...others] = keys(server);
    assert.match(first, UUID_V7);
    assert.deepEqual(others, [first, first]);
    assert.deepEqual(server.asked.map(({ body }) => JSON.parse(body)), [ana, ana, ana]);
  });
}

test('each change has a key of its own', async (t) => {
  const server = await Server.start(t, (response) => gives(response, {}));
  await server.client().users.create(ana);
  await server.client().users.create(ana);
  assert.equal(new Set(keys(server)).size, 2);
});

test('keys are in the order of their time, which they begin with', () => {
  const made = [0, 1, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1].map(newKey);
  for (const key of made) assert.match(key, UUID_V7);
  assert.deepEqual(made.toSorted(), made);
  assert.equal(parseInt(made[2].replaceAll('-', '').slice(0, 12), 16), 1_700_000_000_000);
  assert.notEqual(newKey(1), newKey(1));
});

test('what is refused for good is asked once', async (t) => {
  const details = { available: '20.00', requested: '80.00', currency: 'USD' };
  const server = await Server.start(t, (response) => refuses(response, 422, 'INSUFFICIENT_FUNDS', { details }));
  const error = await failure(server.client().topUps.confirm('topup_1'));
  assert.ok(error.is('INSUFFICIENT_FUNDS'));
  assert.deepEqual([error.details, error.requestId, server.asked.length], [details, 'the-request', 1]);
});

test('a code that this version does not know comes through', async (t) => {
  const server = await Server.start(t, (response) => refuses(response, 418, 'FROM_LATER', { details: { why: 'tea' } }));
  const error = await failure(server.client().relay.me());
  assert.deepEqual([error.code, error.status, error.details], ['FROM_LATER', 418, { why: 'tea' }]);
});

test('what has no key and changes something is asked once, whatever becomes of it', async (t) => {
  const server = await Server.start(t, (response) => response.destroy());
  const error = await failure(server.client().keys.create({ name: 'till', scopes: ['read'] }));
  assert.deepEqual([error.code, error.idempotencyKey, server.asked.length], ['CONNECTION_FAILED', undefined, 1]);
  assert.deepEqual(keys(server), [undefined]);
});

test('what fails within the relay and has no key is asked once where it changes something, and again where it looks', async (t) => {
  const server = await Server.start(t, (response, _, time) =>
    time < 3 ? refuses(response, 500, 'INTERNAL_ERROR') : gives(response, { version: '1' }),
  );
  const error = await failure(server.client().keys.create({ name: 'till', scopes: ['read'] }));
  assert.deepEqual([error.code, server.asked.length], ['INTERNAL_ERROR', 1]);
  assert.equal((await server.client().relay.me()).version, '1');
  assert.equal(server.asked.length, 3);
});

test('it gives up after so many times, and says by which key to go on', async (t) => {
  const server = await Server.start(t, (response) => refuses(response, 503, 'BUSY'));
  const error = await failure(server.client({ retries: 2 }).users.create(ana));
  assert.deepEqual([error.code, server.asked.length, error.idempotencyKey], ['BUSY', 3, keys(server)[0]]);
});

test('an answer that does not come is given up after a while, and asked for again', async (t) => {
  const server = await Server.start(t, (response, _, time) => (time < 2 ? undefined : gives(response, { id: 'usr_1' })));
  assert.equal((await server.client({ timeoutMs: 50, retries: Infinity }).users.get('usr_1')).id, 'usr_1');
  assert.ok(server.asked.length >= 2);
});

test('a caller who gives up is told so by its own reason, and nothing is asked again', async (t) => {
  const giving = new AbortController();
  const server = await Server.start(t, () => giving.abort(new Error('enough')));
  const error = await failure(server.client().users.create(ana, { signal: giving.signal }));
  assert.deepEqual([error.message, server.asked.length], ['enough', 1]);
  assert.equal((await failure(server.client().relay.me({ signal: giving.signal }))).message, 'enough');
  assert.equal(server.asked.length, 1);
});

test('a caller who gives up between two tries is not kept waiting', async (t) => {
  const giving = new AbortController();
  const server = await Server.start(t, (response) => refuses(response, 503, 'BUSY', { headers: { 'retry-after': '60' } }));
  const { setTimeout: real } = globalThis;
  t.mock.method(globalThis, 'setTimeout', (then, ms, ...given) => {
    if (ms >= 60_000) setImmediate(() => giving.abort(new Error('enough')));
    return real(then, ms, ...given);
  });
  const error = await failure(server.client().users.create(ana, { signal: giving.signal }));
  assert.deepEqual([error.message, server.asked.length], ['enough', 1]);
});

test('pauses are anything up to a bound that doubles, and as long as the relay asks', () => {
  const busy = (retryAfter) => new PalaverError({ code: 'BUSY', message: '', status: 503, retryAfterMs: retryAfter });
  assert.deepEqual([0, 1, 2, 9].map((attempt) => backoffMs(attempt, 250, () => 1)), [250, 500, 1000, 8000]);
  assert.equal(backoffMs(3, 250, () => 0), 0);
  assert.equal(pauseMs(busy(), 1, 250, () => 0.5), 250);
  assert.equal(pauseMs(busy(2000), 1, 250, () => 0.5), 2250);
  assert.equal(pauseMs(busy(61_000), 0, 250), undefined);
  assert.equal(pauseMs(new TypeError('a bug'), 0, 250), undefined);
  assert.equal(retryAfterMs('7', 0), 7000);
  assert.equal(retryAfterMs('Thu, 01 Jan 1970 00:00:09 GMT', 4000), 5000);
  assert.equal(retryAfterMs('Thu, 01 Jan 1970 00:00:01 GMT', 4000), 0);
  assert.equal(retryAfterMs('soon', 0), undefined);
  assert.equal(retryAfterMs(null, 0), undefined);
});

test('neither keys nor bodies are in an error, or in the client when it is printed', async (t) => {
  const answers = [
    (response) => response.writeHead(200).end('{"data": "ana-s-own-id'),
    (response) => response.writeHead(500).end('it was ana-s-own-id'),
    (response) => response.writeHead(302, { location: 'https://elsewhere.example/ana-s-own-id' }).end(),
    (response) => response.destroy(),
    (response) => gives(response, null, 422),
  ];
  for (const answer of answers) {
    const server = await Server.start(t, answer);
    const error = await failure(server.client({ retries: 0 }).users.create(ana));
    const shown = inspect(error, { depth: null, showHidden: true }) + error.stack;
    assert.ok(error instanceof PalaverError && !shown.includes('ana-s-own-id') && !shown.includes(KEY), shown);
  }
  const wrong = [
    () => new Palaver({ url: 'https://relay.example', key: `${KEY}\n` }),
    () => new Palaver({ url: `https://${KEY}:x@relay.example`, key: KEY }),
    () => new Palaver({ url: `not-a-url ${KEY}`, key: KEY }),
  ];
  for (const key of [undefined, null, 7, '', 'two words']) {
    assert.throws(() => new Palaver({ url: 'https://relay.example', key }), TypeError);
  }
  for (const make of wrong) assert.throws(make, (error) => error instanceof TypeError && !inspect(error).includes(KEY));
  const palaver = new Palaver({ url: 'https://relay.example', key: KEY });
  assert.ok(!inspect(palaver, { depth: null, showHidden: true }).includes(KEY) && !JSON.stringify(palaver).includes(KEY));
});

test('a key goes nowhere but to the address that was given, and over no open connection', async (t) => {
  const other = await Server.start(t, (response) => gives(response, {}));
  const server = await Server.start(t, (response) => response.writeHead(307, { location: other.url }).end());
  await failure(server.client({ retries: 0 }).relay.me());
  assert.deepEqual(other.asked, []);
  assert.equal(server.asked[0].headers.authorization, `Bearer ${KEY}`);
  assert.throws(() => new Palaver({ url: 'http://relay.example', key: KEY }), /https/);
  new Palaver({ url: 'http://relay.internal', key: KEY, allowHttp: true });
});

test('an id is part of a path, and never a way to another', async (t) => {
  const server = await Server.start(t, (response) => gives(response, {}));
  const palaver = server.client();
  await palaver.users.get('a/b?c#d');
  assert.equal(server.asked[0].url, '/v1/users/a%2Fb%3Fc%23d');
  for (const id of ['..', '.', '', undefined, 7]) assert.throws(() => palaver.users.balance(id), TypeError);
  await palaver.users.list({ type: undefined, limit: 5, cursor: 'a&b' });
  assert.equal(server.asked[1].url, '/v1/users?limit=5&cursor=a%26b');
  assert.equal(server.asked.length, 2);
});

test('a list that says there is more and not where ends with an error', async (t) => {
  const pagination = { has_more: true, next_cursor: 'here' };
  const server = await Server.start(t, (response) => {
    response.end(JSON.stringify({ data: ['one'], meta: { pagination } }));
  });
  const seen = [];
  const walk = async () => {
    for await (const one of server.client().users.each()) seen.push(one);
  };
  assert.equal((await failure(walk())).code, 'INVALID_ANSWER');
  assert.deepEqual(seen, ['one', 'one']);
});
