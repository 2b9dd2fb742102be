// Every event that a relay tells is as its description says, to the last field.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { programs } from '../../../tests/browser/src/programs.js';
import { Shop, topUp } from '../src/shop.js';

/** Told where a payment provider has its say, when time is over, or after days of failure. */
const NOT_HERE = [
  'offer.expired',
  'topup.processing',
  'webhook.endpoint_disabled',
  'withdrawal.pending',
  'withdrawal.pending_user_action',
];
/** What is about two people: balances in it are told to one of them alone. */
const SHARED = ['dispute', 'escrow', 'offer', 'order', 'transfer'];

const description = JSON.parse(await readFile(new URL('../../openapi.json', import.meta.url), 'utf8'));
const { mapping } = description.components.schemas.Event.discriminator;

/** What is wrong with an event by its schema. A field that is not described is wrong too. */
function judge() {
  const { schemas } = structuredClone(description.components);
  for (const place of Object.values(mapping)) {
    const schema = schemas[place.split('/').at(-1)];
    const [, { properties }] = schema.allOf;
    properties.payload = { ...properties.payload, unevaluatedProperties: false };
    schema.unevaluatedProperties = false;
  }
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'relay', components: { schemas } });
  return (event) => {
    const valid = ajv.getSchema(`relay${mapping[event.eventType] ?? '#/none'}`);
    if (!valid) return `there is no schema of ${event.eventType}`;
    return valid(event) ? '' : `${JSON.stringify(event)}: ${ajv.errorsText(valid.errors)}`;
  };
}

/** Everything that can happen in a shop. */
async function trade(palaver, suspend) {
  const buyer = await palaver.users.create({ external_user_id: 'buyer', type: 'buyer', email: 'ana@example.org' });
  const seller = await palaver.users.create({ external_user_id: 'seller', type: 'seller' });
  for (const what of ['suspend', 'activate']) await suspend(what, seller.id);
  const asked = [];
  for (const amount of ['500.00', '1.00', '2.00']) asked.push((await palaver.topUps.create(topUp(buyer, amount))).id);
  await palaver.topUps.confirm(asked[0], { reference: 'A1' });
  await palaver.topUps.fail(asked[1], { reason: 'nothing came' });
  await palaver.topUps.cancel(asked[2], { reason: 'hers' });
  await palaver.transfers.create({ from_user_id: buyer.id, to_user_id: seller.id, amount: '12.50', currency: 'USD', note: 'thanks' });
  await agree(palaver, buyer, seller);
  const price = { amount: '80.00', currency: 'USD' };
  const milestones = [{ milestone_ref: 'all', title: 'All of it', amount: '80.00' }];
  const order = async (upTo, more = {}) => {
    const { id } = await palaver.orders.create({ buyer_id: buyer.id, seller_id: seller.id, title: 'A chair', ...price, ...more });
    await palaver.orders.reserve(id, { amount: '80.00' });
    if (upTo === 'reserved') return id;
    await palaver.orders.createEscrow(id);
    await palaver.orders.fundEscrow(id);
    return id;
  };
  const released = await order('funded', { milestones, description: 'Oak', client_order_ref: 'o-1' });
  await palaver.orders.completeMilestone(released, 'all', { note: 'done' });
  await palaver.orders.release(released);
  await palaver.orders.refund(await order('funded'));
  await palaver.orders.cancel(await order('reserved'), { reason: 'too dear' });
  const decisions = [{ decision: 'FULL_REFUND' }, { decision: 'SPLIT', amount_to_seller: '48.00', amount_to_buyer: '32.00' }];
  for (const decision of decisions) {
    const complaint = { opened_by: 'BUYER', reason: 'QUALITY_ISSUE', evidence: ['a photograph'] };
    const { id } = await palaver.orders.dispute(await order('funded'), complaint);
    await palaver.disputes.assign(id, { assigned_to: 'Ada' });
    await palaver.disputes.comment(id, { message: 'It does.' });
    await palaver.disputes.resolve(id, { ...decision, note: 'so be it' });
  }
  await withdraw(palaver, seller);
}

async function agree(palaver, buyer, seller) {
  const chair = { seller_id: seller.id, title: 'Oak chair', description: 'Four legs.', category: 'Chairs', price: '90.00', currency: 'USD' };
  const { id } = await palaver.listings.create(chair);
  await palaver.listings.edit(id, { title: 'Old oak chair' });
  for (const what of ['publish', 'pause', 'resume']) await palaver.listings[what](id);
  const made = () => palaver.offers.create({ listing_id: id, buyer_id: buyer.id, amount: '60.00', currency: 'USD' });
  await palaver.offers.decline((await made()).id, { round: 1, by: 'SELLER' });
  await palaver.offers.withdraw((await made()).id, { round: 1, by: 'BUYER' });
  const offer = await made();
  await palaver.offers.counter(offer.id, { round: 1, by: 'SELLER', amount: '80.00', currency: 'USD' });
  const { order_id: order } = await palaver.offers.accept(offer.id, { round: 2, by: 'BUYER' });
  await palaver.orders.cancel(order);
  await palaver.listings.remove(id);
}

async function withdraw(palaver, seller) {
  const asked = [];
  for (const amount of ['10.00', '11.00', '12.00']) {
    const destination = { type: 'bank', ref: 'DE89370400440532013000' };
    asked.push((await palaver.withdrawals.create({ user_id: seller.id, amount, currency: 'USD', destination })).id);
  }
  for (const id of asked.slice(1)) await palaver.withdrawals.commit(id, { confirm: true });
  await palaver.withdrawals.cancel(asked[0]);
  await palaver.withdrawals.complete(asked[1], { reference: 'B1' });
  await palaver.withdrawals.fail(asked[2], { reason: 'no such account' });
}

test('every event is described, and told as it is described', async (t) => {
  const shop = await Shop.open(t);
  const palaver = await shop.client();
  const operate = async (what, user) => {
    await promisify(execFile)(join(programs, 'palaver-relay'), ['users', what, user, '--data', shop.relay.folder]);
  };
  await trade(palaver, operate);
  const last = await palaver.users.create({ external_user_id: 'last', type: 'buyer' });
  const wrong = judge();
  const told = new Set();
  for await (const event of palaver.events({ since: '0' })) {
    assert.equal(wrong(event), '');
    told.add(event.eventType);
    if (SHARED.includes(event.aggregateType)) {
      const payload = Object.fromEntries(Object.entries(event.payload).filter(([field]) => !field.endsWith('Balance')));
      assert.equal(wrong({ ...event, payload }), '', 'the other side is told less');
    }
    if (event.aggregateId === last.id) break;
  }
  const silent = Object.keys(mapping).filter((name) => !told.has(name));
  assert.deepEqual(silent.sort(), NOT_HERE);
});
