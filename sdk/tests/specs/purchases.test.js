// A purchase from its money's coming in to its going out, by the SDK, with a real relay.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shop, topUp } from '../src/shop.js';

/** Everyone in a shop where a buyer has 100, and a seller nothing. */
async function open(t) {
  const palaver = await (await Shop.open(t)).client();
  const buyer = await palaver.users.create({ external_user_id: 'buyer', type: 'buyer' });
  const seller = await palaver.users.create({ external_user_id: 'seller', type: 'seller' });
  await palaver.topUps.confirm((await palaver.topUps.create(topUp(buyer))).id);
  const purse = async (user) => {
    const { available, reserved } = await palaver.users.balance(user.id);
    return `${available} / ${reserved}`;
  };
  const purses = async () => [await purse(buyer), await purse(seller)];
  const order = (more = {}) =>
    palaver.orders.create({ buyer_id: buyer.id, seller_id: seller.id, amount: '80.00', currency: 'USD', title: 'A chair', ...more });
  return { palaver, buyer, seller, purses, order };
}

test('a purchase: topped up, reserved, in escrow, released, paid out', async (t) => {
  const { palaver, seller, purses, order } = await open(t);
  assert.deepEqual(await purses(), ['100.00 / 0.00', '0.00 / 0.00']);
  const { id } = await order();
  assert.equal((await palaver.orders.reserve(id, { amount: '80.00' })).status, 'FUNDS_RESERVED');
  assert.deepEqual(await purses(), ['20.00 / 80.00', '0.00 / 0.00']);
  await palaver.orders.createEscrow(id);
  assert.equal((await palaver.orders.fundEscrow(id, { amount: '80.00' })).status, 'IN_PROGRESS');
  assert.deepEqual(await purses(), ['20.00 / 0.00', '0.00 / 0.00']);
  assert.equal((await palaver.orders.escrow(id)).status, 'FUNDED');
  const { status, settlement } = await palaver.orders.release(id);
  assert.deepEqual([status, settlement], ['CLOSED', 'RELEASED']);
  assert.deepEqual(await purses(), ['20.00 / 0.00', '80.00 / 0.00']);
  const withdrawal = await palaver.withdrawals.create({
    user_id: seller.id,
    amount: '80.00',
    currency: 'USD',
    destination: { type: 'bank', ref: 'DE89370400440532013000' },
  });
  assert.deepEqual(await purses(), ['20.00 / 0.00', '0.00 / 80.00']);
  await palaver.withdrawals.commit(withdrawal.id, { confirm: true });
  assert.equal((await palaver.withdrawals.complete(withdrawal.id)).status, 'WITHDRAWAL_COMPLETED');
  assert.deepEqual(await purses(), ['20.00 / 0.00', '0.00 / 0.00']);
});

test('a listing is found, haggled over and bought', async (t) => {
  const { palaver, buyer, seller, purses } = await open(t);
  const chair = { seller_id: seller.id, title: 'Oak chair', description: 'It has four legs.', category: 'Chairs' };
  const draft = await palaver.listings.create({ ...chair, price: '90.00', currency: 'USD' });
  await palaver.listings.edit(draft.id, { title: 'Old oak chair' });
  await palaver.listings.publish(draft.id);
  const [found] = (await palaver.listings.list({ q: 'oak' })).data;
  assert.deepEqual([found.id, found.title, found.status], [draft.id, 'Old oak chair', 'ACTIVE']);
  const categories = [];
  for await (const { name, listings } of palaver.listings.eachCategory()) categories.push([name, listings]);
  assert.deepEqual(categories, [['Chairs', 1]]);
  const offer = await palaver.offers.create({ listing_id: found.id, buyer_id: buyer.id, amount: '60.00', currency: 'USD' });
  await palaver.offers.counter(offer.id, { round: 1, by: 'SELLER', amount: '80.00', currency: 'USD' });
  const stale = await palaver.offers.accept(offer.id, { round: 1, by: 'BUYER' }).catch((error) => error);
  assert.ok(stale.is('OFFER_SUPERSEDED'), stale.code);
  assert.deepEqual(stale.details, { standing_round: '2' });
  const { order_id: order } = await palaver.offers.accept(offer.id, { round: 2, by: 'BUYER' });
  assert.equal((await palaver.listings.get(found.id)).status, 'SOLD');
  await palaver.orders.reserve(order, { amount: '80.00' });
  await palaver.orders.createEscrow(order);
  await palaver.orders.fundEscrow(order);
  await palaver.orders.release(order);
  assert.deepEqual(await purses(), ['20.00 / 0.00', '80.00 / 0.00']);
});

test('what one user sends is the other\'s', async (t) => {
  const { palaver, buyer, seller, purses } = await open(t);
  const sent = { from_user_id: buyer.id, to_user_id: seller.id, amount: '12.50', currency: 'USD' };
  const { id } = await palaver.transfers.create(sent);
  assert.equal((await palaver.transfers.get(id)).amount, '12.50');
  assert.deepEqual((await palaver.transfers.list({ user_id: seller.id })).data.map((one) => one.id), [id]);
  assert.deepEqual(await purses(), ['87.50 / 0.00', '12.50 / 0.00']);
});

test('a purchase by milestones that is disputed, looked into and split', async (t) => {
  const { palaver, purses, order } = await open(t);
  const milestones = [
    { milestone_ref: 'legs', title: 'Legs', amount: '50.00' },
    { milestone_ref: 'seat', title: 'Seat', amount: '30.00' },
  ];
  const { id } = await order({ milestones });
  await palaver.orders.reserve(id, { amount: '80.00' });
  await palaver.orders.createEscrow(id);
  await palaver.orders.fundEscrow(id);
  await palaver.orders.completeMilestone(id, 'legs', { note: 'four of them' });
  assert.deepEqual((await palaver.orders.milestones(id)).map(({ status }) => status), ['COMPLETED', 'OPEN']);
  const early = await palaver.orders.release(id).catch((error) => error);
  assert.ok(early.is('ESCROW_NOT_READY'));
  assert.deepEqual(early.details.open_milestones, ['seat']);
  const dispute = await palaver.orders.dispute(id, { opened_by: 'BUYER', reason: 'QUALITY_ISSUE', message: 'It wobbles.' });
  await palaver.disputes.assign(dispute.id, { assigned_to: 'Ada' });
  await palaver.disputes.comment(dispute.id, { message: 'It does.' });
  const notes = [];
  for await (const { message } of palaver.disputes.eachComment(dispute.id, { limit: 1 })) notes.push(message);
  assert.deepEqual(notes, ['It does.']);
  await palaver.disputes.resolve(dispute.id, { decision: 'SPLIT', amount_to_seller: '48.00', amount_to_buyer: '32.00' });
  assert.equal((await palaver.orders.get(id)).settlement, 'SPLIT');
  assert.deepEqual(await purses(), ['52.00 / 0.00', '48.00 / 0.00']);
});

test('what there is not enough for, what is not meant and what cannot be are refused with what helps', async (t) => {
  const { palaver, seller, purses, order } = await open(t);
  const dear = await order({ amount: '100.01' });
  const poor = await palaver.orders.reserve(dear.id, { amount: '100.01' }).catch((error) => error);
  assert.ok(poor.is('INSUFFICIENT_FUNDS'));
  assert.deepEqual(poor.details, { available: '100.00', requested: '100.01', currency: 'USD' });
  const other = await palaver.orders.reserve(dear.id, { amount: '1.00' }).catch((error) => error);
  assert.ok(other.is('RESERVE_MISMATCH_AMOUNT'));
  assert.equal((await palaver.orders.cancel(dear.id, { reason: 'too dear' })).status, 'CLOSED');
  const late = await palaver.orders.refund(dear.id).catch((error) => error);
  assert.ok(late.is('INVALID_STATE'));
  assert.equal(late.details.current_state, 'CLOSED');
  const out = { user_id: seller.id, amount: '10.00', currency: 'USD', destination: { type: 'bank', ref: 'DE89370400440532013000' } };
  assert.ok((await palaver.withdrawals.create(out).catch((error) => error)).is('INSUFFICIENT_FUNDS'));
  assert.deepEqual(await purses(), ['100.00 / 0.00', '0.00 / 0.00']);
  const { id } = await order();
  await palaver.orders.reserve(id, { amount: '80.00' });
  await palaver.orders.createEscrow(id);
  await palaver.orders.fundEscrow(id);
  assert.equal((await palaver.orders.refund(id)).settlement, 'REFUNDED');
  assert.deepEqual(await purses(), ['100.00 / 0.00', '0.00 / 0.00']);
});
