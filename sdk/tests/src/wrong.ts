// What a compiler has to find in an integrator's code, and what it has to know.
import { type EventOf, type Order, isPalaverError, Palaver, type PalaverEvent, verifyWebhook } from '@palaver/sdk';

const palaver = new Palaver({ url: 'https://relay.example', key: 'key' });

// @ts-expect-error: it needs a key
new Palaver({ url: 'https://relay.example' });
// @ts-expect-error: amounts are texts
void palaver.topUps.create({ user_id: 'usr_1', amount: 100, currency: 'USD', return_url: 'https://shop.example' });
// @ts-expect-error: whose it is has to be said
void palaver.topUps.create({ amount: '100.00', currency: 'USD', return_url: 'https://shop.example' });
// @ts-expect-error: nobody is a thief
void palaver.users.create({ external_user_id: 'ana', type: 'thief' });
// @ts-expect-error: an id is missing
void palaver.users.get();
// @ts-expect-error: looking needs no idempotency key
void palaver.users.get('usr_1', { idempotencyKey: 'key' });
// @ts-expect-error: there is no such question
void palaver.users.list({ colour: 'red' });
// @ts-expect-error: there is no such method
void palaver.users.forget('usr_1');

export async function known(): Promise<string[]> {
  const { available } = await palaver.users.balance('usr_1', { currency: 'USD' });
  const { data, meta } = await palaver.users.list({ limit: 2 });
  const order: Order = await palaver.orders.get('ord_1');
  // @ts-expect-error: it is no part of an order
  order.colour;
  const hasMore: boolean = meta.pagination.has_more;
  const made = await palaver.topUps.cancel('topup_1', { reason: 'hers' }, { idempotencyKey: 'key' });
  // @ts-expect-error: it is no part of a top-up
  made.colour;
  for await (const key of palaver.keys.each()) void key.scopes.includes('read');
  for await (const event of palaver.events()) if (event.eventType !== 'reset') void told(event);
  return [available, ...data.map((user) => user.id), String(hasMore), made.status];
}

export function told(event: PalaverEvent): string {
  // @ts-expect-error: not every event is about a user
  event.payload.userId;
  switch (event.eventType) {
    case 'topup.succeeded':
      // @ts-expect-error: it is no event about orders
      event.payload.orderId;
      return event.payload.userId + event.payload.newAvailableBalance;
    case 'order.released':
      // @ts-expect-error: only one of both sides is told
      event.payload.newSellerBalance.length;
      return event.payload.sellerId + event.payload.amount + event.payload.currency + event.metadata.correlationId;
    case 'dispute.resolved':
      // @ts-expect-error: parts are told of what was split
      event.payload.buyerAmount;
      return event.payload.decision === 'SPLIT' ? event.payload.buyerAmount : event.payload.resolvedBy;
    // @ts-expect-error: there is no such event
    case 'order.eaten':
      return '';
    default:
      return event.eventId;
  }
}

export const price = (event: EventOf<'listing.published'>): string => event.payload.price;

export async function hooked(headers: Headers, body: string): Promise<string> {
  const event = await verifyWebhook({ secret: 'whsec_AAAA', headers, body });
  return event.eventType === 'withdrawal.created' ? event.payload.destinationRef : told(event);
}

export function missing(error: unknown): string {
  if (isPalaverError(error, 'INSUFFICIENT_FUNDS')) return error.details.requested;
  // @ts-expect-error: there is no such code
  if (isPalaverError(error, 'INSUFFICIENT_COFFEE')) return '';
  if (isPalaverError(error) && error.is('VALIDATION_ERROR')) return error.details.fields.map(({ field }) => field).join();
  return isPalaverError(error) ? error.code : '';
}
