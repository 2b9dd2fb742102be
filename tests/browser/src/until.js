// Waiting for what is bound to become true. In the test's own process: a page's policy forbids what drivers inject.
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 25;

/** Looks until it is true. `what` says what it was instead, should it never be. */
export async function until(look, what = () => 'what was waited for', patienceMs = PATIENCE_MS) {
  const end = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > end) throw new Error(`Waited in vain: ${what()}`);
    await pause(LOOK_EVERY_MS);
  }
}
