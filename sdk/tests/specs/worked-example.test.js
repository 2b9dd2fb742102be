// The example that the market was planned by, by the SDK in one piece: from a listing to a withdrawal, and a dispute that is split.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shop, topUp } from '../src/shop.js';

const PARTS = ['available', 'reserved', 'escrow', 'fees', 'clearing'];
const cents = (amount) => Number(amount.replace('.', ''));

/** Two who agreed on 80.00 for what was listed at 90.00, and how to see what is where. */
async function agree(t) {
  const shop = await Shop.open(t);
  const palaver = await shop.client();
  const buyer = await palaver.users.create({ external_user_id: 'buyer', type: 'buyer' });
  const seller = await palaver.users.create({ external_user_id: 'seller', type: 'seller' });
  const desk = { seller_id: seller.id, title: 'Oak desk', description: 'It has four legs.', category: 'Desks' };
  const listing = await palaver.listings.create({ ...desk, price: '90.00', currency: 'USD' });
  assert.equal((await palaver.listings.publish(listing.id)).status, 'ACTIVE');
  const offer = await palaver.offers.create({ listing_id: listing.id, buyer_id: buyer.id, amount: '60.00', currency: 'USD' });
  await palaver.offers.counter(offer.id, { round: 1, by: 'SELLER', amount: '80.00', currency: 'USD' });
  const { order_id: order } = await palaver.offers.accept(offer.id, { round: 2, by: 'BUYER' });
  assert.equal((await palaver.orders.get(order)).amount, '80.00');
  const purse = async (user) => {
    const { available, reserved } = await palaver.users.balance(user.id);
    return `${available} / ${reserved}`;
  };
  // Nothing comes from nowhere: all accounts come to nothing after each step.
  const stands = async (ofBuyer, ofSeller, escrow, clearing) => {
    assert.deepEqual([await purse(buyer), await purse(seller)], [ofBuyer, ofSeller]);
    const [sums] = JSON.parse(await shop.relay.operate('ledger', 'verify', '--json')).sums;
    assert.deepEqual([sums.escrow, sums.fees, sums.clearing], [escrow, '0.00', clearing]);
    assert.equal(PARTS.reduce((total, part) => total + cents(sums[part]), 0), 0);
  };
  return { palaver, buyer, seller, order, stands };
}

/** The buyer's money comes, and goes into escrow. */
async function fund({ palaver, buyer, order, stands }) {
  await palaver.topUps.confirm((await palaver.topUps.create(topUp(buyer))).id);
  await stands('100.00 / 0.00', '0.00 / 0.00', '0.00', '-100.00');
  await palaver.orders.reserve(order, { amount: '80.00' });
  await stands('20.00 / 80.00', '0.00 / 0.00', '0.00', '-100.00');
  await palaver.orders.createEscrow(order);
  await stands('20.00 / 80.00', '0.00 / 0.00', '0.00', '-100.00');
  assert.equal((await palaver.orders.fundEscrow(order, { amount: '80.00' })).status, 'IN_PROGRESS');
  await stands('20.00 / 0.00', '0.00 / 0.00', '80.00', '-100.00');
}

test('from a listing to a withdrawal, step by step, all accounts come to nothing', async (t) => {
  const example = await agree(t);
  const { palaver, seller, order, stands } = example;
  await fund(example);
  assert.equal((await palaver.orders.release(order)).settlement, 'RELEASED');
  await stands('20.00 / 0.00', '80.00 / 0.00', '0.00', '-100.00');
  const destination = { type: 'bank', ref: 'DE89370400440532013000' };
  const { id } = await palaver.withdrawals.create({ user_id: seller.id, amount: '80.00', currency: 'USD', destination });
  await stands('20.00 / 0.00', '0.00 / 80.00', '0.00', '-100.00');
  assert.equal((await palaver.withdrawals.commit(id, { confirm: true })).status, 'WITHDRAWAL_COMMITTED');
  await stands('20.00 / 0.00', '0.00 / 80.00', '0.00', '-100.00');
  assert.equal((await palaver.withdrawals.complete(id)).status, 'WITHDRAWAL_COMPLETED');
  await stands('20.00 / 0.00', '0.00 / 0.00', '0.00', '-20.00');
});

test('a dispute that is split, step by step, all accounts come to nothing', async (t) => {
  const example = await agree(t);
  const { palaver, order, stands } = example;
  await fund(example);
  const dispute = await palaver.orders.dispute(order, { opened_by: 'BUYER', reason: 'QUALITY_ISSUE', message: 'It wobbles.' });
  await palaver.disputes.assign(dispute.id, { assigned_to: 'Ada' });
  await stands('20.00 / 0.00', '0.00 / 0.00', '80.00', '-100.00');
  await palaver.disputes.resolve(dispute.id, { decision: 'SPLIT', amount_to_seller: '48.00', amount_to_buyer: '32.00' });
  assert.equal((await palaver.orders.get(order)).settlement, 'SPLIT');
  await stands('52.00 / 0.00', '48.00 / 0.00', '0.00', '-100.00');
});
