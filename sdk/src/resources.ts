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
