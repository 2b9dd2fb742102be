// The stream of events, with servers that cut it, repeat it and fall silent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Palaver } from '../../dist/index.js';
import { MessageParser } from '../../dist/sse.js';
import { KEY, refuses, Server } from '../src/server.js';
import { Shop, topUp } from '../src/shop.js';

const events = [1, 2, 3].map((number) => ({
  eventId: `evt_${number}`,
  eventType: 'topup.created',
  payload: { note: `é🙂 ${number}` },
}));
const frame = (event) => `id: ${event.eventId}\nevent: ${event.eventType}\ndata: ${JSON.stringify(event)}\n\n`;
const PING = 'event: ping\ndata: {"ping":1}\n\n';
const ids = (seen) => seen.map(({ eventId }) => eventId);

/** What a stream gives, until enough of it has come. */
async function gather(stream, count) {
  const seen = [];
  for await (const event of stream) {
    seen.push(event);
    if (seen.length === count) break;
  }
  return seen;
}

/** Whoever hears this, piece by piece, whenever a stream is opened. */
const fed = (body) => {
  const answer = async () => new Response(body(), { headers: { 'content-type': 'text/event-stream' } });
  return new Palaver({ url: 'https://relay.example', key: KEY, fetch: answer });
};

const opens = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
};
/** A relay: what is behind the last id that the client knows. */
const behind = ({ headers }) => events.slice(1 + events.findIndex(({ eventId }) => eventId === headers['last-event-id']));

test('a stream that is cut at any byte tells everything once, in order', async (t) => {
  const whole = Buffer.from(`: hello\n\n${frame(events[0])}${PING}${frame(events[1])}${frame(events[2])}`);
  let cut = 0;
  let isCut = false;
  const server = await Server.start(t, (response, asked) => {
    opens(response);
    if (isCut) {
      response.write(behind(asked).map(frame).join(''));
      return;
    }
    isCut = true;
    response.write(whole.subarray(0, cut), () => response.destroy());
  });
  for (cut = 0; cut <= whole.length; cut += 1) {
    isCut = false;
    const seen = await gather(server.client({ retryBaseMs: 0, retries: Infinity }).events(), events.length);
    assert.deepEqual(seen, events, `cut at ${cut}`);
  }
});

test('however bytes and ends of lines come, messages are the same', () => {
  const odd = 'id\ndata:one\ndata: two\ndata\nretry: 70\nunknown: x\n\n\n';
  const text = `\uFEFF: a comment\n${frame(events[0])}${PING}${odd}${frame(events[1])}data: cut`;
  const parse = (parts) => {
    const parser = new MessageParser();
    const decoder = new TextDecoder();
    const messages = parts.flatMap((part) => parser.take(decoder.decode(part, { stream: true })));
    return { messages, retryMs: parser.retryMs };
  };
  const expected = parse([Buffer.from(text)]);
  assert.deepEqual(expected.messages[2], { id: '', event: 'message', data: 'one\ntwo\n' });
  assert.deepEqual([expected.messages.length, expected.retryMs], [4, 70]);
  for (const end of ['\n', '\r', '\r\n']) {
    const bytes = Buffer.from(text.replaceAll('\n', end));
    assert.deepEqual(parse([...bytes].map((byte) => Buffer.from([byte]))), expected, JSON.stringify(end));
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      assert.deepEqual(parse([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `${JSON.stringify(end)} at ${cut}`);
    }
  }
});

test('an end of a line that is cut in two is one', () => {
  const parser = new MessageParser();
  const parts = ['data: one\r', '', '\n', 'data: two\r', '\n', '\r', '\n', 'data: three\n\n'];
  assert.deepEqual(parts.flatMap((part) => parser.take(part)).map(({ data }) => data), ['one\ntwo', 'three']);
});

test('a letter that is cut in two within one connection is one', async () => {
  const bytes = Buffer.from(events.map(frame).join(''));
  const pull = (stream) => stream.enqueue(bytes.subarray(at, (at += 1)));
  let at = 0;
  const palaver = fed(() => new ReadableStream({ pull }));
  assert.deepEqual(await gather(palaver.events(), events.length), events);
});

test('a message without an end is not kept for ever', () => {
  const parser = new MessageParser();
  const fill = () => {
    for (let part = 0; part < 40; part += 1) parser.take(`data: ${'x'.repeat(1 << 15)}\n`);
  };
  assert.throws(fill, RangeError);
  assert.throws(() => new MessageParser().take('x'.repeat((1 << 20) + 1)), RangeError);
});

test('it begins where it was told, asks for what was named, and goes on from the last', async (t) => {
  const server = await Server.start(t, (response, asked, time) => {
    opens(response);
    response.write(behind(asked).slice(0, 1).map(frame).join(''), () => time < 2 && response.end());
  });
  const asked = { since: 'evt_1', types: ['topup.*', 'order.released'], resourceTypes: ['order'], userId: 'usr_1' };
  const stream = server.client({ retryBaseMs: 0 }).events(asked);
  assert.deepEqual(ids(await gather(stream, 2)), ['evt_2', 'evt_3']);
  assert.deepEqual(server.asked.map(({ headers }) => headers['last-event-id']), ['evt_1', 'evt_2']);
  assert.equal(server.asked[0].url, '/v1/events?types=topup.*%2Corder.released&resource_types=order&user_id=usr_1');
  assert.equal(server.asked[0].headers.accept, 'text/event-stream');
});

test('without a place it asks for none', async (t) => {
  const server = await Server.start(t, (response) => {
    opens(response);
    response.write(frame(events[0]));
  });
  await gather(server.client().events(), 1);
  assert.deepEqual([server.asked[0].url, server.asked[0].headers['last-event-id']], ['/v1/events', undefined]);
});

test('what a server repeats is told once', async (t) => {
  const server = await Server.start(t, (response, _, time) => {
    opens(response);
    const some = events.slice(0, time + 1).map(frame);
    response.write([...some, ...some].join(''), () => response.end());
  });
  assert.deepEqual(ids(await gather(server.client({ retryBaseMs: 0 }).events(), 3)), ['evt_1', 'evt_2', 'evt_3']);
});

test('events that can be told no more are a reset, and it goes on behind it', async (t) => {
  const server = await Server.start(t, (response) => {
    opens(response);
    response.write(`id: 0\nevent: reset\ndata: {"continuesFrom":"evt_3"}\n\n${frame(events[2])}`);
  });
  const [reset, event] = await gather(server.client().events({ since: 'evt_0' }), 2);
  assert.deepEqual(reset, { eventType: 'reset', continuesFrom: 'evt_3' });
  assert.deepEqual(event, events[2]);
});

test('a stream that falls silent is opened anew', async (t) => {
  const server = await Server.start(t, (response, asked) => {
    opens(response);
    response.write(behind(asked).slice(0, 1).map(frame).join(''));
  });
  const stream = server.client({ retryBaseMs: 0, retries: Infinity }).events({ heartbeatMs: 20 });
  assert.deepEqual(ids(await gather(stream, 3)), ['evt_1', 'evt_2', 'evt_3']);
});

test('a stream that says it is there is left open, however long nothing happens', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const parts = [PING, PING, PING, PING, frame(events[0])];
  let opened = 0;
  const pull = async (stream) => {
    // By then it waits for this part, and for almost as long as it does.
    await null;
    t.mock.timers.tick(2 * 15_000 - 1);
    stream.enqueue(Buffer.from(parts.shift()));
  };
  const palaver = fed(() => {
    opened += 1;
    return new ReadableStream({ pull }, { highWaterMark: 0 });
  });
  assert.deepEqual(await gather(palaver.events(), 1), [events[0]]);
  assert.equal(opened, 1);
});

test('a server that does not answer at all is left, and asked again', async (t) => {
  const server = await Server.start(t, (response, _, time) => {
    if (time === 1) return;
    opens(response);
    response.write(frame(events[0]));
  });
  assert.equal((await gather(server.client({ retryBaseMs: 0, retries: Infinity }).events({ heartbeatMs: 20 }), 1)).length, 1);
});

test('who may not listen is told so at once', async (t) => {
  const server = await Server.start(t, (response) => refuses(response, 401, 'INVALID_API_KEY'));
  await assert.rejects(gather(server.client().events(), 1), (error) => error.is('INVALID_API_KEY') && error.status === 401);
  assert.equal(server.asked.length, 1);
});

test('a stream that was open is asked for as long as it takes; one that never was is given up', async (t) => {
  const server = await Server.start(t, (response, asked, time) => {
    if (time > 1 && time < 9) {
      refuses(response, 503, 'BUSY');
      return;
    }
    opens(response);
    // What was sent before a connection breaks may be lost with it.
    response.write(behind(asked).slice(0, 2).map(frame).join(''), () => time < 9 && response.destroy());
  });
  assert.deepEqual(ids(await gather(server.client({ retryBaseMs: 0, retries: 2 }).events(), 2)), ['evt_1', 'evt_2']);
  const closed = await Server.start(t, (response) => refuses(response, 503, 'BUSY'));
  await assert.rejects(gather(closed.client({ retryBaseMs: 0, retries: 2 }).events(), 1), (error) => error.is('BUSY'));
  assert.equal(closed.asked.length, 3);
});

test('a stream that a newer one ended does not end that one; one that a relay ended comes back', async (t) => {
  const server = await Server.start(t, (response, _, time) => {
    opens(response);
    response.write(`id: evt_1\nevent: ping\ndata: {}\n\nevent: end\ndata: {"reason":"${time < 2 ? 'shutting_down' : 'superseded'}"}\n\n`);
    response.end();
  });
  const stream = gather(server.client({ retryBaseMs: 0 }).events(), 1);
  await assert.rejects(stream, (error) => error.is('STREAM_SUPERSEDED'));
  assert.deepEqual(server.asked.map(({ headers }) => headers['last-event-id']), [undefined, 'evt_1']);
});

test('a real relay is heard, over its death and from any point on', async (t) => {
  const shop = await Shop.open(t);
  const palaver = await shop.client(undefined, { retryBaseMs: 10, retries: Infinity });
  const make = (name) => palaver.users.create({ external_user_id: name, type: 'buyer' });
  await make('one');
  const hearing = palaver.events({ since: '0' });
  const heard = [(await hearing.next()).value];
  await make('two');
  heard.push((await hearing.next()).value);
  await shop.relay.kill();
  const dying = hearing.next();
  await shop.relay.restart();
  await make('three');
  heard.push((await dying).value);
  await palaver.topUps.create(topUp({ id: heard[0].aggregateId }));
  heard.push((await hearing.next()).value);
  await hearing.return();
  assert.deepEqual(heard.map(({ eventType }) => eventType), ['user.created', 'user.created', 'user.created', 'topup.created']);
  assert.deepEqual(heard.slice(0, 3).map(({ payload }) => payload.externalUserId), ['one', 'two', 'three']);
  assert.deepEqual(await gather(palaver.events({ since: heard[1].eventId }), 1), [heard[2]]);
  assert.deepEqual(await gather(palaver.events({ since: '0', types: ['topup.*'] }), 1), [heard[3]]);
  assert.deepEqual(await gather(palaver.events({ since: '0', resourceTypes: ['topup'] }), 1), [heard[3]]);
  const unknown = `evt_${heard[0].eventId.slice(4).split('').reverse().join('').slice(0, 25)}a`;
  const [reset] = await gather(palaver.events({ since: unknown }), 1);
  assert.deepEqual(reset, { eventType: 'reset', continuesFrom: heard[0].eventId });
});

test('whoever loses the key while listening is told so', async (t) => {
  const shop = await Shop.open(t);
  const [palaver, key] = [await shop.client(), await shop.relay.key('read')];
  const { data } = await palaver.keys.list({ limit: 1 });
  const stream = new Palaver({ url: shop.relay.url, key, retryBaseMs: 0 }).events({ since: '0' });
  await palaver.users.create({ external_user_id: 'one', type: 'buyer' });
  await stream.next();
  const told = assert.rejects(stream.next(), (error) => error.is('INVALID_API_KEY'));
  await palaver.keys.revoke(data[0].id);
  await told;
});

test('what is no stream is an error', async (t) => {
  const server = await Server.start(t, (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'));
  await assert.rejects(gather(server.client().events(), 1), (error) => error.is('INVALID_ANSWER'));
});

test('whoever gives up ends the loop and the connection; so does whoever leaves it', async (t) => {
  const gone = [];
  const server = await Server.start(t, (response) => {
    opens(response);
    gone.push(new Promise((resolve) => response.once('close', resolve)));
    response.write(frame(events[0]));
  });
  const giving = new AbortController();
  for await (const event of server.client().events({ signal: giving.signal })) {
    assert.equal(event.eventId, 'evt_1');
    setImmediate(() => giving.abort());
  }
  await gather(server.client().events(), 1);
  await Promise.all(gone);
  assert.equal(gone.length, 2);
  for await (const _ of server.client().events({ signal: giving.signal })) assert.fail('it was given up before');
});
