// What is asked again, and after how long.
import { PalaverError } from './errors.js';

/** Refusals that another time may not bring: nothing was done, or it is under way, or the same key says what came of it. */
const PASSING_STATUSES = new Set([408, 429, 502, 503, 504]);
const PASSING_CODES = new Set(['CONNECTION_FAILED', 'TIMED_OUT', 'IDEMPOTENCY_KEY_IN_PROGRESS', 'INTERNAL_ERROR']);
/** No pause grows beyond this: by then somebody has to look. */
const BACKOFF_MS_MAX = 8_000;
/** A relay counts requests by the minute: it asks for no longer pause. */
const RETRY_AFTER_MS_MAX = 60_000;

/** How long to wait before asking again; none if that is of no use. `attempt` counts from 0. */
export function pauseMs(error: unknown, attempt: number, baseMs: number, random = Math.random): number | undefined {
  if (!(error instanceof PalaverError)) return undefined;
  const isPassing = PASSING_CODES.has(error.code) || PASSING_STATUSES.has(error.status ?? 0);
  if (!isPassing) return undefined;
  const backoff = backoffMs(attempt, baseMs, random);
  if (error.retryAfterMs === undefined) return backoff;
  return error.retryAfterMs > RETRY_AFTER_MS_MAX ? undefined : error.retryAfterMs + backoff;
}

/** Anything up to twice as long as the time before, so that those who failed together do not come back together. */
export function backoffMs(attempt: number, baseMs: number, random = Math.random): number {
  return random() * Math.min(BACKOFF_MS_MAX, baseMs * 2 ** attempt);
}

/** Milliseconds of a `Retry-After`, which is seconds or a date. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Waits, unless the caller gives up. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return within(signal, (stopped) => {
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      stopped.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(stopped.reason);
      });
    });
  });
}

/** Does something that ends when the caller gives up, or after a while. */
export async function within<T>(
  signal: AbortSignal | undefined,
  work: (stopped: AbortSignal, stop: (reason: unknown) => void) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const inner = new AbortController();
  const stop = () => inner.abort(signal?.reason);
  signal?.addEventListener('abort', stop);
  try {
    return await work(inner.signal, (reason) => inner.abort(reason));
  } catch (error) {
    throw inner.signal.aborted ? inner.signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
