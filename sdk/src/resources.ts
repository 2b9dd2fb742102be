// Every resource, by what its methods are called: a line an operation. The compiler says which are missing.
import type { Operation } from './operation.js';

export const RESOURCES = {
  /** Who asks, and what the relay offers. */
  relay: {
    /** Who you are. */
    me: 'GET /v1/me',
    /** What this relay offers. */
    config: 'GET /v1/config',
    /** How the relay does. */
    health: 'GET /v1/health',
    /** How the relay does, and the jobs of your space. */
    detailedHealth: 'GET /v1/health/detailed',
  },
  /** Those who trade in your space. */
  users: {
    /** Makes a user. */
    create: 'POST /v1/users',
    /** Looks at a user. */
    get: 'GET /v1/users/{id}',
    /** A page of users, the newest first. */
    list: 'GET /v1/users',
    /** All of them, page by page. */
    each: 'GET /v1/users',
    /** What a user has. */
    balance: 'GET /v1/users/{id}/balance',
    /** Lets a user make no orders, top-ups and withdrawals for now. */
    suspend: 'POST /v1/users/{id}/suspend',
    /** Lets it again. */
    activate: 'POST /v1/users/{id}/activate',
  },
  /** Money on its way in. */
  topUps: {
    /** Asks for a top-up. */
    create: 'POST /v1/topups',
    /** Looks at a top-up. */
    get: 'GET /v1/topups/{id}',
    /** A page of top-ups, the newest first. */
    list: 'GET /v1/topups',
    /** All of them, page by page. */
    each: 'GET /v1/topups',
    /** Calls it off, while nothing was paid. */
    cancel: 'POST /v1/topups/{id}/cancel',
    /** Says that the money came. */
    confirm: 'POST /v1/topups/{id}/confirm',
    /** Says that the money will not come. */
    fail: 'POST /v1/topups/{id}/fail',
  },
  /** What is on offer. */
  listings: {
    /** Makes a listing, which its seller alone sees until it is published. */
    create: 'POST /v1/listings',
    /** Looks at a listing. */
    get: 'GET /v1/listings/{id}',
    /** A page of listings, the newest first; those found by words, the best first. */
    list: 'GET /v1/listings',
    /** All of them, page by page. */
    each: 'GET /v1/listings',
    /** What somebody may be about to write. */
    suggestions: 'GET /v1/listings/suggestions',
    /** A page of the categories that have active listings. */
    categories: 'GET /v1/categories',
    /** All of them, page by page. */
    eachCategory: 'GET /v1/categories',
    /** Has it say something else. */
    edit: 'PATCH /v1/listings/{id}',
    /** Shows a draft to everyone. */
    publish: 'POST /v1/listings/{id}/publish',
    /** Sets it aside. */
    pause: 'POST /v1/listings/{id}/pause',
    /** Offers it again. */
    resume: 'POST /v1/listings/{id}/resume',
    /** Takes it away. */
    remove: 'DELETE /v1/listings/{id}',
  },
  /** What buyers and sellers talk over, until they agree or give up. */
  offers: {
    /** Makes an offer for a listing. */
    create: 'POST /v1/offers',
    /** Looks at an offer. */
    get: 'GET /v1/offers/{id}',
    /** A page of offers, the newest first. */
    list: 'GET /v1/offers',
    /** All of them, page by page. */
    each: 'GET /v1/offers',
    /** Answers with other terms. */
    counter: 'POST /v1/offers/{id}/counter',
    /** Agrees to what stands: it becomes an order, and the listing is sold. */
    accept: 'POST /v1/offers/{id}/accept',
    /** Says no to what stands. */
    decline: 'POST /v1/offers/{id}/decline',
    /** Takes one's own word back. */
    withdraw: 'POST /v1/offers/{id}/withdraw',
  },
  /** What is bought: its money is set aside, lies in escrow, and goes to one side or both. */
  orders: {
    /** Makes an order. */
    create: 'POST /v1/orders',
    /** Looks at an order. */
    get: 'GET /v1/orders/{id}',
    /** A page of orders, the newest first. */
    list: 'GET /v1/orders',
    /** All of them, page by page. */
    each: 'GET /v1/orders',
    /** Sets the buyer's money aside. */
    reserve: 'POST /v1/orders/{id}/reserve',
    /** Calls it off, until its money is in escrow. */
    cancel: 'POST /v1/orders/{id}/cancel',
    /** Looks at its escrow. */
    escrow: 'GET /v1/orders/{id}/escrow',
    /** Makes its escrow. */
    createEscrow: 'POST /v1/orders/{id}/escrow',
    /** Puts the money that was set aside into escrow. */
    fundEscrow: 'POST /v1/orders/{id}/escrow/fund',
    /** Its milestones. */
    milestones: 'GET /v1/orders/{id}/milestones',
    /** Says that a milestone is done. */
    completeMilestone: 'POST /v1/orders/{id}/milestones/{ref}/complete',
    /** Gives the money to the seller. */
    release: 'POST /v1/orders/{id}/release',
    /** Gives the money back to the buyer. */
    refund: 'POST /v1/orders/{id}/refund',
    /** Opens a dispute: the money stays where it is until that is resolved. */
    dispute: 'POST /v1/orders/{id}/disputes',
  },
  /** What buyers and sellers do not agree about. */
  disputes: {
    /** Looks at a dispute. */
    get: 'GET /v1/disputes/{id}',
    /** A page of disputes, the newest first. */
    list: 'GET /v1/disputes',
    /** All of them, page by page. */
    each: 'GET /v1/disputes',
    /** Gives it to somebody to look into. */
    assign: 'POST /v1/disputes/{id}/assign',
    /** Notes something about it. */
    comment: 'POST /v1/disputes/{id}/comment',
    /** A page of what was noted, the oldest first. */
    comments: 'GET /v1/disputes/{id}/comments',
    /** All of that, page by page. */
    eachComment: 'GET /v1/disputes/{id}/comments',
    /** Decides it: all to one side, or a part to each. */
    resolve: 'POST /v1/disputes/{id}/resolve',
  },
  /** Money that users send each other. */
  transfers: {
    /** Sends money from one user to another. */
    create: 'POST /v1/transfers',
    /** Looks at a transfer. */
    get: 'GET /v1/transfers/{id}',
    /** A page of transfers, the newest first. */
    list: 'GET /v1/transfers',
    /** All of them, page by page. */
    each: 'GET /v1/transfers',
  },
  /** Money on its way out. */
  withdrawals: {
    /** Asks for a withdrawal. */
    create: 'POST /v1/withdrawals',
    /** Looks at a withdrawal. */
    get: 'GET /v1/withdrawals/{id}',
    /** A page of withdrawals, the newest first. */
    list: 'GET /v1/withdrawals',
    /** All of them, page by page. */
    each: 'GET /v1/withdrawals',
    /** Says that it is meant. */
    commit: 'POST /v1/withdrawals/{id}/commit',
    /** Calls it off, while it is not committed. */
    cancel: 'DELETE /v1/withdrawals/{id}',
    /** Says that the money was paid out. */
    complete: 'POST /v1/withdrawals/{id}/complete',
    /** Says that the money could not be paid out. */
    fail: 'POST /v1/withdrawals/{id}/fail',
  },
  /** Whose servers are told what happens. */
  webhookEndpoints: {
    /** Makes an endpoint; its secret is answered this once. */
    create: 'POST /v1/webhook-endpoints',
    /** Looks at an endpoint. */
    get: 'GET /v1/webhook-endpoints/{id}',
    /** A page of endpoints, the newest first. */
    list: 'GET /v1/webhook-endpoints',
    /** All of them, page by page. */
    each: 'GET /v1/webhook-endpoints',
    /** Has it be told other things, elsewhere, or nothing for a while. */
    update: 'PATCH /v1/webhook-endpoints/{id}',
    /** Has it be told nothing more. */
    delete: 'DELETE /v1/webhook-endpoints/{id}',
    /** Makes a new secret, answered this once; the one before works for a while yet. */
    rotateSecret: 'POST /v1/webhook-endpoints/{id}/rotate-secret',
    /** A page of what it was told, the newest first. */
    deliveries: 'GET /v1/webhook-endpoints/{id}/deliveries',
    /** All of that, page by page. */
    eachDelivery: 'GET /v1/webhook-endpoints/{id}/deliveries',
    /** Tells it once more what it did not take. */
    retryDelivery: 'POST /v1/webhook-deliveries/{id}/retry',
  },
  /** What programs act by. */
  keys: {
    /** Makes a key; its secret is answered this once. */
    create: 'POST /v1/auth/api-keys',
    /** A page of keys, the newest first. */
    list: 'GET /v1/auth/api-keys',
    /** All of them, page by page. */
    each: 'GET /v1/auth/api-keys',
    /** Lets a key work no longer. */
    revoke: 'DELETE /v1/auth/api-keys/{id}',
    /** Makes a token that works for a while, and does no more than the key. */
    createToken: 'POST /v1/auth/api-keys/{id}/token',
  },
  /** The log of everything that was changed. */
  audit: {
    /** A page of entries, the newest first. */
    list: 'GET /v1/audit/logs',
    /** All of them, page by page. */
    each: 'GET /v1/audit/logs',
  },
  /** Whether the books are in order. */
  ledger: {
    /** Has them proved now; the job that is answered says what comes of it. */
    reconcile: 'POST /v1/admin/reconcile',
  },
  /** Work that is done by and by. */
  jobs: {
    /** Looks at a job. */
    get: 'GET /v1/admin/jobs/{id}',
  },
  /** A while in which nothing may be changed. */
  maintenance: {
    /** Lets nothing be changed. */
    enable: 'POST /v1/admin/maintenance/enable',
    /** Lets everything be changed again. */
    disable: 'POST /v1/admin/maintenance/disable',
    /** Whether anything may be changed. */
    status: 'GET /v1/admin/maintenance/status',
  },
} as const satisfies Record<string, Record<string, Operation>>;

/** Operations that are more than a question and an answer. */
type Streamed = 'GET /v1/events';
type Tables = typeof RESOURCES;
type Reached = { [Resource in keyof Tables]: Tables[Resource][keyof Tables[Resource]] }[keyof Tables];
type Missing = Exclude<Operation, Reached | Streamed>;

/** Fails to compile, and names them, where operations have no method. */
type Complete<None extends never> = None;
export type EveryOperationIsReached = Complete<Missing>;
