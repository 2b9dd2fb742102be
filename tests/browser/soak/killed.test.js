// Workers that are ended before and after each single write of every operation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endAtEachPoint, OPERATIONS_AT_ONCE } from '../src/killed.js';

/** What there is. */
const POINTS = [
  'after a commit',
  'after a frame has left',
  'after a note',
  'before a clear',
  'before a commit',
  'before a delete',
  'before a frame leaves',
  'before a put',
  'before a transaction',
  'before an object store is made',
  'before the database is erased',
  'before the database is opened',
];

const TITLE = 'a worker that is ended at any write point of any operation opens again, and nothing is lost, doubled or reordered';

test(TITLE, { concurrency: OPERATIONS_AT_ONCE }, async (t) => {
  assert.deepEqual(await endAtEachPoint(t), POINTS);
});
