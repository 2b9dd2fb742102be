// Requests to a relay: one by one, and again where that is safe.
import { PalaverError } from './errors.js';
import { newKey } from './key.js';
import { pause, pauseMs, retryAfterMs, within } from './retry.js';

const TIMEOUT_MS = 30_000;
const RETRIES = 4;
const RETRY_BASE_MS = 250;
/** What header values may hold: an error of `fetch` would show a key that has more. */
const KEY = /^[\x21-\x7e]+$/;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface PalaverOptions {
  /** Where the relay is, such as `https://relay.example.org`. */
  url: string;
  /** An API key, or a token made from one. It is sent to the relay and shown nowhere. */
  key: string;
  /** How long one answer may take: 30 seconds if nothing is said. */
  timeoutMs?: number;
  /** How often something is asked again at most: 4 times if nothing is said. */
  retries?: number;
  /** How long the first pause between is at most: 250 milliseconds if nothing is said. Each may be twice the one before. */
  retryBaseMs?: number;
  /** Whether the key may go over a connection that anybody on the way can read. */
  allowHttp?: boolean;
  /** What asks instead of the platform's own. */
  fetch?: typeof fetch;
}

export interface RequestOptions {
  /** Gives the request up. */
  signal?: AbortSignal;
  /** How long one answer may take. */
  timeoutMs?: number;
  /** How often it is asked again at most. */
  retries?: number;
}

export interface ChangeOptions extends RequestOptions {
  /** A UUID of version 4 or 7, of this change alone. One is made if none is given; an error has it. */
  idempotencyKey?: string;
}

/** What is asked. */
export interface Question {
  method: string;
  path: string;
  query?: Record<string, unknown> | undefined;
  body?: unknown;
  /** Whether it takes an idempotency key. */
  isKeyed: boolean;
}

export class Transport {
  readonly retryBaseMs: number;
  readonly retries: number;
  readonly #url: string;
  readonly #key: string;
  readonly #timeoutMs: number;
  readonly #fetch: typeof fetch;

  constructor(options: PalaverOptions) {
    this.#url = checkedUrl(options.url, options.allowHttp ?? false);
    if (typeof options.key !== 'string' || !KEY.test(options.key)) throw new TypeError('`key` has to be an API key: a line without spaces');
    this.#key = options.key;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.retries = options.retries ?? RETRIES;
    this.retryBaseMs = options.retryBaseMs ?? RETRY_BASE_MS;
    this.#fetch = options.fetch ?? ((...given) => fetch(...given));
  }

  /** Asks, and again where nothing can come of it but what was asked for. */
  async ask(question: Question, options: ChangeOptions = {}): Promise<unknown> {
    const idempotencyKey = question.isKeyed ? (options.idempotencyKey ?? newKey(Date.now())) : undefined;
    const isRepeatable = question.method === 'GET' || question.isKeyed;
    const retries = isRepeatable ? (options.retries ?? this.retries) : 0;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(question, idempotencyKey, options);
      } catch (error) {
        const ms = attempt < retries ? pauseMs(error, attempt, this.retryBaseMs) : undefined;
        if (ms === undefined) throw error;
        await pause(ms, options.signal);
      }
    }
  }

  /** Opens a stream. Its body is the caller's to read, and to end by `signal`. */
  async open(question: Question, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const response = await this.#send(question, headers, signal);
    if (response.ok) return response;
    throw problem(response, await response.text(), undefined);
  }

  #once(question: Question, idempotencyKey: string | undefined, options: ChangeOptions): Promise<unknown> {
    return within(options.signal, async (signal, stop) => {
      const late = new PalaverError({ code: 'TIMED_OUT', message: 'the relay did not answer in time', idempotencyKey });
      const timer = setTimeout(() => stop(late), options.timeoutMs ?? this.#timeoutMs);
      try {
        const headers: Record<string, string> = { accept: 'application/json' };
        if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
        const response = await this.#send(question, headers, signal, idempotencyKey);
        const text = await response.text().catch((cause: unknown) => {
          throw unreachable(cause, idempotencyKey);
        });
        if (!response.ok) throw problem(response, text, idempotencyKey);
        return json(text) ?? unknown(response, idempotencyKey);
      } finally {
        clearTimeout(timer);
      }
    });
  }

  async #send(
    { method, path, query, body }: Question,
    headers: Record<string, string>,
    signal: AbortSignal,
    idempotencyKey?: string,
  ): Promise<Response> {
    const init: RequestInit = {
      method,
      headers: { ...headers, authorization: `Bearer ${this.#key}` },
      signal,
      // A relay sends nobody elsewhere: a key goes to the address that was given, and to no other.
      redirect: 'error',
    };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { ...init.headers, 'content-type': 'application/json' };
    }
    try {
      return await this.#fetch(`${this.#url}${path}${written(query)}`, init);
    } catch (cause) {
      throw unreachable(cause, idempotencyKey);
    }
  }
}

function checkedUrl(given: string, allowHttp: boolean): string {
  // What is wrong is not shown: there may be a password in it.
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new TypeError('`url` has to be where a relay is, such as https://relay.example.org');
  }
  if (url.protocol === 'http:' && !allowHttp && !LOOPBACK.has(url.hostname)) {
    throw new TypeError('`url` begins with http: anybody on the way could read the key. Use https, or say `allowHttp`');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function written(query: Record<string, unknown> | undefined): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

export function unreachable(cause: unknown, idempotencyKey?: string): PalaverError {
  const message = 'the relay could not be reached, or the connection broke';
  return new PalaverError({ code: 'CONNECTION_FAILED', message, idempotencyKey, cause });
}

function unknown(response: Response, idempotencyKey: string | undefined): never {
  throw problem(response, '', idempotencyKey);
}

/** What a refusal says. What is no refusal of a relay's is not shown. */
function problem(response: Response, text: string, idempotencyKey: string | undefined): PalaverError {
  const { status, headers } = response;
  const error = asObject(asObject(json(text))?.['error']);
  const code = error?.['code'];
  const message = error?.['message'];
  const isKnown = typeof code === 'string' && typeof message === 'string';
  return new PalaverError({
    code: isKnown ? code : 'INVALID_ANSWER',
    message: isKnown ? message : `this is no answer of a relay's (status ${status}): is the address right?`,
    status,
    details: asObject(error?.['details']),
    requestId: headers.get('x-request-id') ?? undefined,
    idempotencyKey,
    retryAfterMs: retryAfterMs(headers.get('retry-after'), Date.now()),
  });
}

export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** An object or a list, if it is one. What a parser says of a text has parts of it, so it is not passed on. */
export function json(text: string): object | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
