// What the relay shows, by the names that people have for it.
import type { Answer } from './operation.js';

export type AuditEntry = Answer<'GET /v1/audit/logs'>['data'][number];
export type Balance = Answer<'GET /v1/users/{id}/balance'>;
export type Category = Answer<'GET /v1/categories'>['data'][number];
export type Comment = Answer<'GET /v1/disputes/{id}/comments'>['data'][number];
export type Delivery = Answer<'GET /v1/webhook-endpoints/{id}/deliveries'>['data'][number];
export type Dispute = Answer<'GET /v1/disputes/{id}'>;
export type Escrow = Answer<'GET /v1/orders/{id}/escrow'>;
export type Key = Answer<'GET /v1/auth/api-keys'>['data'][number];
export type Listing = Answer<'GET /v1/listings/{id}'>;
export type Milestone = Answer<'GET /v1/orders/{id}/milestones'>[number];
export type Offer = Answer<'GET /v1/offers/{id}'>;
export type Order = Answer<'GET /v1/orders/{id}'>;
export type TopUp = Answer<'GET /v1/topups/{id}'>;
export type Transfer = Answer<'GET /v1/transfers/{id}'>;
export type User = Answer<'GET /v1/users/{id}'>;
export type WebhookEndpoint = Answer<'GET /v1/webhook-endpoints/{id}'>;
export type Withdrawal = Answer<'GET /v1/withdrawals/{id}'>;
