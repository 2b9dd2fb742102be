// Webhooks: what is believed, and what is not.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { verifyWebhook } from '../../dist/index.js';
import { Server } from '../src/server.js';
import { Shop } from '../src/shop.js';

const NOW_S = 1_800_000_000;
const secret = `whsec_${randomBytes(24).toString('base64')}`;
const event = { eventId: 'evt_1', eventType: 'topup.succeeded', payload: { userId: 'usr_1' }, note: 'é – 🙂' };
const body = JSON.stringify(event);

/** A webhook as a relay sends it, in the words of the scheme and not in those of the package. */
function webhook({ by = secret, at = NOW_S, text = body, id = 'msg_1', family = 'webhook' } = {}) {
  const key = Buffer.from(by.slice('whsec_'.length), 'base64');
  const signature = `v1,${createHmac('sha256', key).update(`${id}.${at}.${text}`).digest('base64')}`;
  return { [`${family}-id`]: id, [`${family}-timestamp`]: String(at), [`${family}-signature`]: signature };
}

const verify = (given) => verifyWebhook({ secret, body, now: () => NOW_S * 1000, ...given });
const codeOf = (given) => verify(given).then(() => 'believed', (error) => error.code);

test('the vector that the scheme publishes is signed by its secret', async () => {
  const published = {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    headers: {
      'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'svix-timestamp': '1614265330',
      'svix-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    body: '{"test": 2432232314}',
    now: () => 1_614_265_330_000,
  };
  // It tells no event of a relay's: what is signed is looked at last.
  assert.equal(await codeOf(published), 'WEBHOOK_BODY_INVALID');
  assert.equal(await codeOf({ ...published, body: '{"test": 2432232315}' }), 'WEBHOOK_SIGNATURE_INVALID');
});

test('what was signed is the event, however headers and body come', async () => {
  const given = webhook();
  const shouted = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toUpperCase(), value]));
  for (const headers of [given, new Headers(given), { ...given, other: ['a', 'b'] }, shouted, webhook({ family: 'svix' })]) {
    for (const bytes of [body, Buffer.from(body), new TextEncoder().encode(body), new TextEncoder().encode(body).buffer]) {
      assert.deepEqual(await verify({ headers, body: bytes }), event);
    }
  }
});

test('one changed sign of the body, the id, the time or the signature is found', async () => {
  const headers = webhook();
  for (let at = 0; at < body.length; at += 1) {
    const other = body[at] === 'x' ? 'y' : 'x';
    assert.equal(await codeOf({ headers, body: body.slice(0, at) + other + body.slice(at + 1) }), 'WEBHOOK_SIGNATURE_INVALID');
  }
  const id = { ...headers, 'webhook-id': 'msg_2' };
  const time = { ...headers, 'webhook-timestamp': String(NOW_S + 1) };
  const signature = headers['webhook-signature'];
  const other = [signature.slice(3), `v2${signature.slice(2)}`, signature.slice(0, -4), `${signature}AAAA`, signature.replace(',', ', ')];
  const wrong = ['', 'v1,', 'v1,%%%', ...other];
  assert.equal(await codeOf({ headers: id }), 'WEBHOOK_SIGNATURE_INVALID');
  assert.equal(await codeOf({ headers: time }), 'WEBHOOK_SIGNATURE_INVALID');
  for (const text of wrong) {
    assert.equal(await codeOf({ headers: { ...headers, 'webhook-signature': text } }), 'WEBHOOK_SIGNATURE_INVALID', text);
  }
});

test('while one secret takes over from another, either is enough', async () => {
  const next = `whsec_${randomBytes(32).toString('base64')}`;
  const [old, young] = [webhook(), webhook({ by: next })];
  const both = { ...old, 'webhook-signature': `v1a,other ${young['webhook-signature']} ${old['webhook-signature']}` };
  for (const by of [secret, next, [next, secret]]) assert.equal(await codeOf({ headers: both, secret: by }), 'believed');
  assert.equal(await codeOf({ headers: old, secret: [next, secret] }), 'believed');
  assert.equal(await codeOf({ headers: old, secret: next }), 'WEBHOOK_SIGNATURE_INVALID');
});

test('it may be five minutes off, and no more, either way', async () => {
  for (const off of [-300, 300]) assert.equal(await codeOf({ headers: webhook({ at: NOW_S + off }) }), 'believed', String(off));
  for (const off of [-301, 301]) {
    assert.equal(await codeOf({ headers: webhook({ at: NOW_S + off }) }), 'WEBHOOK_TIMESTAMP_INVALID', String(off));
  }
  assert.equal(await codeOf({ headers: webhook({ at: NOW_S - 2 }), toleranceS: 1 }), 'WEBHOOK_TIMESTAMP_INVALID');
  for (const at of ['', 'now', `${NOW_S}.0`, ` ${NOW_S}`, `-${NOW_S}`, '1e9', `0x${NOW_S.toString(16)}`]) {
    assert.notEqual(await codeOf({ headers: webhook({ at }) }), 'believed', at);
  }
});

test('a header that is missing, or came twice, is not believed', async () => {
  for (const name of Object.keys(webhook())) {
    const { [name]: value, ...others } = webhook();
    assert.equal(await codeOf({ headers: others }), 'WEBHOOK_SIGNATURE_INVALID');
    assert.equal(await codeOf({ headers: { ...others, [name]: [value, value] } }), 'WEBHOOK_SIGNATURE_INVALID');
    assert.equal(await codeOf({ headers: { ...webhook(), [name.toUpperCase()]: value } }), 'WEBHOOK_SIGNATURE_INVALID');
  }
});

test('what is no secret is said, and not shown', async () => {
  const wrong = ['', 'whsec_', 'whsec_%%%', secret.slice('whsec_'.length), []];
  for (const by of wrong) assert.equal(await codeOf({ headers: webhook(), secret: by }), 'WEBHOOK_SECRET_INVALID');
  const error = await verify({ headers: webhook(), body: 'ana-s-own', secret }).catch((error) => error);
  assert.ok(!inspect(error, { depth: null, showHidden: true }).includes('ana-s-own'));
});

test('what was signed and is no event is not taken for one', async () => {
  for (const text of ['', 'null', '[]', '{"eventId":1,"eventType":"a"}', '{"eventId":"evt_1"']) {
    assert.equal(await codeOf({ headers: webhook({ text }), body: text }), 'WEBHOOK_BODY_INVALID', text);
  }
});

test('what a real relay tells is believed, by its secret and by the next', async (t) => {
  const told = [];
  let hears;
  const heard = () => new Promise((resolve) => (hears = resolve));
  const server = await Server.start(t, async (response, asked) => {
    response.writeHead(204).end();
    told.push(asked);
    hears?.();
  });
  const palaver = await (await Shop.open(t, { settings: ['--webhooks-allow-private'] })).client();
  const endpoint = await palaver.webhookEndpoints.create({ url: `${server.url}/hooks`, types: ['user.*'] });
  const say = async (name) => {
    const arrives = heard();
    const user = await palaver.users.create({ external_user_id: name, type: 'buyer' });
    await arrives;
    return user;
  };
  const ana = await say('ana');
  const rotated = await palaver.webhookEndpoints.rotateSecret(endpoint.id);
  const ben = await say('ben');
  const [first, second] = told;
  const believed = await verifyWebhook({ secret: endpoint.secret, ...first });
  assert.deepEqual([believed.eventType, believed.payload.userId], ['user.created', ana.id]);
  for (const by of [endpoint.secret, rotated.secret]) {
    assert.equal((await verifyWebhook({ secret: by, ...second })).payload.userId, ben.id);
  }
  await assert.rejects(verifyWebhook({ secret: rotated.secret, ...first }), (error) => error.is('WEBHOOK_SIGNATURE_INVALID'));
  const deliveries = [];
  for await (const { event_id } of palaver.webhookEndpoints.eachDelivery(endpoint.id, { limit: 1 })) deliveries.push(event_id);
  assert.equal(deliveries.at(-1), believed.eventId);
});
