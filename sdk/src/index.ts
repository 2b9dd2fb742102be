// @palaver/sdk: trade on a Palaver relay. Runs wherever there are `fetch` and WebCrypto.
export type { EventsOptions } from './events.js';
export type { EventOf, EventType, PalaverEvent, Reset } from './event.js';
export type { DetailsOf, ErrorCode, ErrorDetails, FieldProblem, OwnCode } from './errors.js';
export { isPalaverError, PalaverError } from './errors.js';
export type { RelayCode } from './generated/codes.js';
export type { components } from './generated/schema.js';
export type { Answer, Operation, Page } from './operation.js';
export { Palaver } from './palaver.js';
export type * from './things.js';
export type { ChangeOptions, PalaverOptions, RequestOptions } from './transport.js';
export { verifyWebhook, type Webhook } from './webhook.js';
