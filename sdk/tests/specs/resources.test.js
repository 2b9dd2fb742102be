// The resources, with a real relay.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { RESOURCES } from '../../dist/resources.js';
import { Shop, topUp } from '../src/shop.js';

/** What a call fails with. */
const failure = (call) => call.then(() => assert.fail('it did not fail'), (error) => error);

test('every operation that the relay describes has a method', async () => {
  const description = JSON.parse(await readFile(new URL('../../openapi.json', import.meta.url), 'utf8'));
  const described = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const reached = new Set(Object.values(RESOURCES).flatMap((table) => Object.values(table)));
  reached.add('GET /v1/events');
  assert.deepEqual(described.filter((operation) => !reached.has(operation)), []);
});

test('money is asked for, comes once however often that is said, and is there', async (t) => {
  const palaver = await (await Shop.open(t)).client();
  const ana = await palaver.users.create({ external_user_id: 'ana', type: 'buyer', metadata: { tier: 'gold' } });
  assert.equal(ana.metadata.tier, 'gold');
  const asked = await palaver.topUps.create(topUp(ana));
  assert.equal(asked.status, 'TOPUP_AWAITING_USER_CONFIRMATION');
  for (let time = 0; time < 2; time += 1) {
    assert.equal((await palaver.topUps.confirm(asked.id)).status, 'TOPUP_SUCCEEDED');
  }
  const { available, reserved, total } = await palaver.users.balance(ana.id, { currency: 'USD' });
  assert.deepEqual({ available, reserved, total }, { available: '100.00', reserved: '0.00', total: '100.00' });
  const called = await palaver.topUps.cancel((await palaver.topUps.create(topUp(ana))).id, { reason: 'changed her mind' });
  assert.equal(called.status, 'TOPUP_CANCELED');
});

test('each walks through every page, once', async (t) => {
  const palaver = await (await Shop.open(t)).client();
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) await palaver.users.create({ external_user_id: name, type: name === 'c' ? 'seller' : 'buyer' });
  const page = await palaver.users.list({ limit: 2 });
  assert.deepEqual(page.data.map((user) => user.external_user_id), ['e', 'd']);
  assert.equal(page.meta.pagination.has_more, true);
  const walked = async (query) => {
    const seen = [];
    for await (const user of palaver.users.each(query)) seen.push(user.external_user_id);
    return seen;
  };
  assert.deepEqual(await walked({ limit: 2 }), ['e', 'd', 'c', 'b', 'a']);
  assert.deepEqual(await walked({ limit: 1, type: 'buyer' }), ['e', 'd', 'b', 'a']);
  assert.deepEqual(await walked(), ['e', 'd', 'c', 'b', 'a']);
});

test('what the relay refuses is an error with its code, its facts and the id of the request', async (t) => {
  const shop = await Shop.open(t);
  const palaver = await shop.client();
  await palaver.users.create({ external_user_id: 'ana', type: 'buyer' });
  const taken = await failure(palaver.users.create({ external_user_id: 'ana', type: 'buyer' }));
  assert.deepEqual([taken.name, taken.code, taken.status], ['PalaverError', 'USER_ALREADY_EXISTS', 409]);
  assert.ok(taken.requestId && taken.is('USER_ALREADY_EXISTS') && !taken.is('NOT_FOUND'));
  const wrong = await failure(palaver.users.create({ external_user_id: 'ben', type: 'thief' }));
  assert.equal(wrong.details.fields[0].field, 'type');
  const reader = await shop.client(['read']);
  const forbidden = await failure(reader.users.create({ external_user_id: 'ben', type: 'buyer' }));
  assert.deepEqual(forbidden.details, { required_scope: 'write', current_scopes: ['read'] });
  const nobody = new (await import('../../dist/index.js')).Palaver({ url: shop.relay.url, key: 'nonsense' });
  assert.equal((await failure(nobody.relay.me())).status, 401);
  assert.equal((await nobody.relay.health()).status, 'healthy');
});

test('a change that is asked for twice by one key is done once; another by it is refused', async (t) => {
  const palaver = await (await Shop.open(t)).client();
  const ana = await palaver.users.create({ external_user_id: 'ana', type: 'buyer' });
  const idempotencyKey = randomUUID();
  const one = await palaver.topUps.create(topUp(ana), { idempotencyKey });
  const other = await palaver.topUps.create(topUp(ana), { idempotencyKey });
  assert.equal(one.id, other.id);
  const reused = await failure(palaver.topUps.create(topUp(ana, '50.00'), { idempotencyKey }));
  assert.deepEqual([reused.code, reused.idempotencyKey], ['IDEMPOTENCY_KEY_REUSED', idempotencyKey]);
  assert.notEqual((await palaver.topUps.create(topUp(ana))).id, one.id);
});

test('a change outlives the relay that was asked first', async (t) => {
  const shop = await Shop.open(t);
  const palaver = await shop.client(undefined, { retries: Infinity, retryBaseMs: 10 });
  const ana = await palaver.users.create({ external_user_id: 'ana', type: 'buyer' });
  await shop.relay.kill();
  const creating = palaver.topUps.create(topUp(ana));
  await shop.relay.restart();
  const { id } = await creating;
  assert.deepEqual((await palaver.topUps.list({ user_id: ana.id })).data.map((one) => one.id), [id]);
});

test('what many ask for at once while the relay dies again and again is done once each', async (t) => {
  const shop = await Shop.open(t);
  const palaver = await shop.client(undefined, { retries: Infinity, retryBaseMs: 10 });
  const ana = await palaver.users.create({ external_user_id: 'ana', type: 'buyer' });
  let done = 0;
  let dying = Promise.resolve();
  const die = async () => {
    await shop.relay.kill();
    await shop.relay.restart();
  };
  const purchase = async () => {
    const { id } = await palaver.topUps.create(topUp(ana, '1.00'));
    await palaver.topUps.confirm(id);
    done += 1;
    if (done % 6 === 0) dying = dying.then(die);
    await dying;
  };
  await Promise.all(Array.from({ length: 24 }, purchase));
  const ids = new Set();
  for await (const { id, status } of palaver.topUps.each({ limit: 7 })) ids.add(`${id} ${status}`);
  assert.deepEqual([ids.size, [...ids].every((one) => one.endsWith('TOPUP_SUCCEEDED'))], [24, true]);
  assert.equal((await palaver.users.balance(ana.id)).available, '24.00');
});

test('keys, tokens, the audit log and maintenance mode', async (t) => {
  const shop = await Shop.open(t);
  const palaver = await shop.client();
  const made = await palaver.keys.create({ name: 'till', scopes: ['read', 'write'] });
  const { token } = await palaver.keys.createToken((await palaver.relay.me()).api_key.id, { scopes: ['read'], ttl_seconds: 60 });
  const { Palaver } = await import('../../dist/index.js');
  const short = new Palaver({ url: shop.relay.url, key: token });
  assert.deepEqual((await short.relay.me()).api_key.scopes, ['read']);
  await palaver.maintenance.enable({ message: 'back soon' });
  const till = new Palaver({ url: shop.relay.url, key: made.api_key, retries: 0 });
  const closed = await failure(till.users.create({ external_user_id: 'ana', type: 'buyer' }));
  assert.deepEqual([closed.code, closed.message], ['MAINTENANCE_MODE', 'back soon']);
  const proof = await palaver.ledger.reconcile();
  let job = proof;
  while (job.state === 'leased' || (job.state === 'waiting' && job.at <= proof.at)) job = await palaver.jobs.get(proof.id);
  assert.deepEqual([job.kind, job.state, job.error_code], ['proof', 'waiting', null]);
  await palaver.maintenance.disable();
  assert.equal((await palaver.keys.revoke(made.id)).id, made.id);
  assert.equal((await failure(till.relay.me())).code, 'INVALID_API_KEY');
  const entries = [];
  for await (const { entry } of palaver.audit.each({ limit: 2 })) entries.push(entry.action);
  assert.ok(entries.length >= 4, entries.join());
});
