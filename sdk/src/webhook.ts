// Webhooks, by the Standard Webhooks scheme: whoever has the secret signed exactly these bytes, just now.
import { PalaverError } from './errors.js';
import { isEvent, type PalaverEvent } from './event.js';
import { json } from './transport.js';

const SECRET_PREFIX = 'whsec_';
const VERSION = 'v1,';
/** How far apart two clocks may be, and how long a webhook may be on its way. */
const TOLERANCE_S = 300;
/** Signatures of one webhook: as many as secrets are in force at a time, and some. */
const SIGNATURES_MAX = 16;
/** Bytes of HMAC-SHA256. */
const SIGNATURE_BYTES = 32;

export interface Webhook {
  /** The endpoint's secret, `whsec_…`; several while one takes over from another. */
  secret: string | readonly string[];
  /** The request's headers, as a server has them. */
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The request's body, byte for byte: not parsed, not written anew. */
  body: string | Uint8Array | ArrayBuffer;
  /** How many seconds its time may be off: 300 if nothing is said. */
  toleranceS?: number;
  /** What the time is, in milliseconds since 1970. */
  now?: () => number;
}

/**
 * What a webhook tells, if it is what the relay signed. An event may be told more than once, by the same `eventId`. Throws a
 * `PalaverError` otherwise: answer with the status 400 then.
 */
export async function verifyWebhook({ secret, headers, body, toleranceS = TOLERANCE_S, now = Date.now }: Webhook): Promise<PalaverEvent> {
  const keys = await Promise.all([secret].flat().map(key));
  if (keys.length === 0) throw wrongSecret();
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => header(headers, name));
  if (!id || !timestamp || !signatures) throw notSigned('a header of its signature is missing');
  checkTime(timestamp, toleranceS, now());
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body);
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  const given = signatures.split(' ').slice(0, SIGNATURES_MAX).flatMap(signature);
  const checks = keys.flatMap((key) => given.map((one) => crypto.subtle.verify('HMAC', key, one, signed)));
  if (!(await Promise.all(checks)).includes(true)) throw notSigned('no signature is of this secret and these bytes');
  const event = json(new TextDecoder().decode(bytes));
  if (isEvent(event)) return event;
  throw new PalaverError({ code: 'WEBHOOK_BODY_INVALID', message: 'this webhook was signed by its secret, and tells no event' });
}

async function key(secret: string): Promise<CryptoKey> {
  const bytes = secret.startsWith(SECRET_PREFIX) ? decoded(secret.slice(SECRET_PREFIX.length)) : undefined;
  if (!bytes || bytes.length === 0) throw wrongSecret();
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function header(headers: Webhook['headers'], name: string): string | undefined {
  const given = headers instanceof Headers ? [...headers] : Object.entries(headers);
  for (const family of ['webhook', 'svix']) {
    const values = given.filter(([other]) => other.toLowerCase() === `${family}-${name}`).map(([, value]) => value);
    // A header that came several times says nothing certain.
    if (values.length === 1 && typeof values[0] === 'string') return values[0];
  }
  return undefined;
}

function checkTime(timestamp: string, toleranceS: number, nowMs: number): void {
  const isTime = /^\d{1,12}$/.test(timestamp);
  if (!isTime || Math.abs(Number(timestamp) - Math.floor(nowMs / 1000)) > toleranceS) {
    const message = 'the webhook was signed too long ago, or by a clock that is wrong';
    throw new PalaverError({ code: 'WEBHOOK_TIMESTAMP_INVALID', message });
  }
}

/** A signature of the version that is known here; what is none is passed over. */
function signature(text: string): Uint8Array<ArrayBuffer>[] {
  const bytes = text.startsWith(VERSION) ? decoded(text.slice(VERSION.length)) : undefined;
  return bytes?.length === SIGNATURE_BYTES ? [bytes] : [];
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function notSigned(why: string): PalaverError {
  return new PalaverError({ code: 'WEBHOOK_SIGNATURE_INVALID', message: `this webhook is not to be believed: ${why}` });
}

function wrongSecret(): PalaverError {
  const message = 'the secret of a webhook begins with `whsec_`, and base64 follows';
  return new PalaverError({ code: 'WEBHOOK_SECRET_INVALID', message });
}
