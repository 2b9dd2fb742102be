// Many messages, and what is to be true of them on the other side.
import assert from 'node:assert/strict';

/** `what 1`, `what 2`, … */
export const numbered = (what, count) => Array.from({ length: count }, (_, index) => `${what} ${index + 1}`);

/** Every text at most once, all of the promised ones, and those in the order they were promised in. */
export function assertKept(texts, promised) {
  assert.deepEqual(texts.filter((text, index) => texts.indexOf(text) !== index), [], 'nothing is doubled');
  const isPromised = new Set(promised);
  assert.deepEqual(texts.filter((text) => isPromised.has(text)), promised, 'what was promised is there, in order');
}
