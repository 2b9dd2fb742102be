// The stream of what happens: it goes on after every cut, and tells nothing twice.
import { PalaverError } from './errors.js';
import { type EventType, isEvent, type PalaverEvent, type Reset } from './event.js';
import { backoffMs, pause, pauseMs } from './retry.js';
import { type Message, MessageParser } from './sse.js';
import { asObject, json, type Transport, unreachable } from './transport.js';

const EVENTS = '/v1/events';
const STREAM = 'text/event-stream';
/** How often a relay says that it is there. */
const HEARTBEAT_MS = 15_000;
/** So many heartbeats may fail to come before the connection is taken for dead. */
const HEARTBEATS_MISSED = 2;
/** Events that are remembered so that they are not told twice: a cut repeats a few at most. */
const REMEMBERED = 1_000;

export interface EventsOptions {
  /** The id of the last event that you know: what is behind it comes. `0`: all that is kept. Without one, what happens from now on. */
  since?: string;
  /** Only these, such as `order.released` or `topup.*`. */
  types?: readonly (EventType | (string & Record<never, never>))[];
  /** Only those about such things, such as `order`. */
  resourceTypes?: readonly string[];
  /** Only those that concern this user. */
  userId?: string;
  /** Ends the stream: the loop then ends too. */
  signal?: AbortSignal;
  /** How often the relay says that it is there: every 15 seconds if nothing is said. */
  heartbeatMs?: number;
}

/** How far the stream was told. */
interface Place {
  last: string;
  told: Set<string>;
}

export async function* subscribe(
  transport: Transport,
  { since = '', types, resourceTypes, userId, signal, heartbeatMs = HEARTBEAT_MS }: EventsOptions = {},
): AsyncGenerator<PalaverEvent | Reset, void, undefined> {
  const place: Place = { last: since, told: new Set() };
  const query = { types: types?.join(), resource_types: resourceTypes?.join(), user_id: userId };
  const silenceMs = heartbeatMs * HEARTBEATS_MISSED;
  let baseMs = transport.retryBaseMs;
  let failures = 0;
  let wasOpen = false;
  while (!signal?.aborted) {
    const parser = new MessageParser();
    let pauseNext: number | undefined;
    try {
      for await (const text of read(transport, query, place.last, silenceMs, signal)) {
        wasOpen = true;
        if (text !== '') failures = 0;
        for (const message of parser.take(text)) {
          const told = tell(message, place);
          if (told) yield told;
        }
      }
      pauseNext = backoffMs(failures, baseMs);
    } catch (error) {
      if (signal?.aborted) return;
      pauseNext = pauseMs(error, failures, baseMs);
      // What was never reached may have another address; what was reached will be there again.
      if (pauseNext === undefined || (!wasOpen && failures >= transport.retries)) throw error;
    }
    baseMs = parser.retryMs ?? baseMs;
    failures += 1;
    // Given up meanwhile: the loop ends.
    await pause(pauseNext, signal).catch(() => undefined);
  }
}

/** What comes over one connection, until it breaks, or nothing comes for too long. Nothing at all says that it is open. */
async function* read(
  transport: Transport,
  query: Record<string, unknown>,
  last: string,
  silenceMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  const connection = new AbortController();
  const giveUp = () => connection.abort(signal?.reason);
  signal?.addEventListener('abort', giveUp);
  const soon = <T>(coming: Promise<T>) => orSilent(coming, connection, silenceMs);
  try {
    const headers: Record<string, string> = { accept: STREAM };
    if (last !== '') headers['last-event-id'] = last;
    const question = { method: 'GET', path: EVENTS, query, isKeyed: false };
    const response = await soon(transport.open(question, headers, connection.signal));
    if (!response.body || !response.headers.get('content-type')?.startsWith(STREAM)) {
      throw new PalaverError({ code: 'INVALID_ANSWER', message: 'this is no stream of events: is the address right?' });
    }
    yield '';
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await soon(reader.read());
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    signal?.removeEventListener('abort', giveUp);
    connection.abort();
  }
}

/** Waits for something that comes, and ends the connection where it does not. */
async function orSilent<T>(coming: Promise<T>, connection: AbortController, silenceMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const silent = new PalaverError({ code: 'TIMED_OUT', message: 'the relay has become silent' });
      connection.abort(silent);
      reject(silent);
    }, silenceMs);
  });
  try {
    return await Promise.race([coming, silence]);
  } catch (cause) {
    throw cause instanceof PalaverError ? cause : unreachable(cause);
  } finally {
    clearTimeout(timer);
  }
}

/** What a message tells, if it tells something new. */
function tell({ id, event, data }: Message, place: Place): PalaverEvent | Reset | undefined {
  // Whatever has an id says how far it was told.
  if (id !== '') place.last = id;
  const body = json(data);
  if (event === 'reset') return reset(asObject(body));
  if (event === 'end' && asObject(body)?.['reason'] === 'superseded') {
    // To come back would end the newer one.
    throw new PalaverError({ code: 'STREAM_SUPERSEDED', message: 'a newer stream of the same account took the place of this one' });
  }
  if (!isEvent(body) || place.told.has(body.eventId)) return undefined;
  place.told.add(body.eventId);
  const [oldest] = place.told;
  if (place.told.size > REMEMBERED && oldest !== undefined) place.told.delete(oldest);
  return body;
}

function reset(said: Record<string, unknown> | undefined): Reset {
  const continuesFrom = said?.['continuesFrom'];
  return { eventType: 'reset', continuesFrom: typeof continuesFrom === 'string' ? continuesFrom : null };
}
