/** An idempotency key, a UUID of version 7: in the order of its time, as a relay keeps it at the least cost. */
export function newKey(now: number): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
