// What can go wrong: one class, told apart by its code.
import type { RelayCode } from './generated/codes.js';

/** What this package itself finds wrong. */
export type OwnCode =
  /** The relay could not be reached, or the connection broke. */
  | 'CONNECTION_FAILED'
  /** There was no answer in time. */
  | 'TIMED_OUT'
  /** The answer is none that a relay gives: something else may stand at this address. */
  | 'INVALID_ANSWER'
  /** Another stream of events of the same account was opened, and ended this one. */
  | 'STREAM_SUPERSEDED'
  /** A webhook was signed as it should be, and tells no event. */
  | 'WEBHOOK_BODY_INVALID'
  /** A webhook's secret is none. */
  | 'WEBHOOK_SECRET_INVALID'
  /** A webhook was not signed by this secret, or is not what was signed. */
  | 'WEBHOOK_SIGNATURE_INVALID'
  /** A webhook was signed too long ago, or by a clock that is wrong. */
  | 'WEBHOOK_TIMESTAMP_INVALID';

export type ErrorCode = RelayCode | OwnCode;

/** What is wrong with a field. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** The facts that come with a code. */
export interface ErrorDetails {
  DISPUTE_ALREADY_OPEN: { dispute_id: string };
  ESCROW_ALREADY_EXISTS: { escrow_id: string };
  ESCROW_NOT_READY: { open_milestones: string[] };
  IDEMPOTENCY_KEY_IN_PROGRESS: { idempotency_key: string };
  IDEMPOTENCY_KEY_REUSED: { idempotency_key: string };
  INSUFFICIENT_FUNDS: { available: string; requested: string; currency: string };
  INSUFFICIENT_SCOPE: { required_scope: string; current_scopes: string[] };
  /** The id is that of what stands so, by its kind. */
  INVALID_STATE: {
    current_state?: string;
    allowed_states?: string[];
    delivery_id?: string;
    dispute_id?: string;
    endpoint_id?: string;
    job_id?: string;
    listing_id?: string;
    offer_id?: string;
    order_id?: string;
    topup_id?: string;
    withdrawal_id?: string;
  };
  MILESTONE_NOT_FOUND: { milestone_ref: string };
  MISSING_REQUIRED_FIELD: { fields: FieldProblem[] };
  NOT_YOUR_TURN: { turn: string };
  OFFER_SUPERSEDED: { standing_round: string };
  ORDER_ALREADY_EXISTS: { order_id: string };
  /** Seconds; a `window` of 0 is of what there is at a time. */
  RATE_LIMITED: { retry_after: number; limit: number; window: number };
  RESERVE_MISMATCH_AMOUNT: { expected: string; given: string; currency: string };
  USER_ALREADY_EXISTS: { user_id: string };
  VALIDATION_ERROR: { fields: FieldProblem[] };
  WITHDRAWAL_NOT_COMMITTABLE: { withdrawal_id: string; current_status: string };
}

export type DetailsOf<Code extends string> = Code extends keyof ErrorDetails ? ErrorDetails[Code] : Record<string, unknown>;

/** What is known of an error. */
export interface Problem {
  code: string;
  message: string;
  status?: number | undefined;
  details?: Record<string, unknown> | undefined;
  requestId?: string | undefined;
  idempotencyKey?: string | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

export class PalaverError<Code extends string = string> extends Error {
  override readonly name = 'PalaverError';
  /** What to go by. Codes that this version does not know may come. */
  readonly code: Code;
  /** The answer's status, if there was an answer. */
  readonly status: number | undefined;
  /** Facts, by the code. */
  readonly details: DetailsOf<Code>;
  /** By which the relay's operator finds the request. */
  readonly requestId: string | undefined;
  /** By which it may be asked again without being done twice, if the request had one. */
  readonly idempotencyKey: string | undefined;
  /** How long the relay wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem) {
    super(problem.message, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.code = problem.code as Code;
    this.status = problem.status;
    this.details = (problem.details ?? {}) as DetailsOf<Code>;
    this.requestId = problem.requestId;
    this.idempotencyKey = problem.idempotencyKey;
    this.retryAfterMs = problem.retryAfterMs;
  }

  /** Whether it has this code: its details are then known. */
  is<Known extends ErrorCode>(code: Known): this is PalaverError<Known> {
    return (this.code as string) === code;
  }
}

/** Whether something that was thrown comes from here, and has this code if one is given. */
export function isPalaverError<Code extends ErrorCode>(error: unknown, code: Code): error is PalaverError<Code>;
export function isPalaverError(error: unknown): error is PalaverError;
export function isPalaverError(error: unknown, code?: ErrorCode): boolean {
  return error instanceof PalaverError && (code === undefined || error.code === code);
}
