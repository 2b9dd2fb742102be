// Workers that are ended in the middle of what they write: what was promised is there when they are opened again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../pages/killed/history.js';
import { endAtEachPoint, OPERATIONS_AT_ONCE, stage } from '../src/killed.js';

/** One point for each state that a death may leave behind: a transaction that is lost, one of which nothing has followed, and a
 * frame after which nothing has. The long version ends a worker before each single write, too. */
const POINTS = [
  'after a commit',
  'after a frame has left',
  'after a note',
  'before a commit',
  'before an object store is made',
  'before the database is erased',
];

const TITLE = 'a worker that is ended in any transaction of any operation opens again, and nothing is lost, doubled or reordered';

test(TITLE, { concurrency: OPERATIONS_AT_ONCE }, async (t) => {
  assert.deepEqual(await endAtEachPoint(t, POINTS), POINTS);
});

test('an engine that stands still before a transaction is taken over, and writes nothing when it goes on', async (t) => {
  const point = 'before a transaction';
  const page = await stage(t, [point]);
  assert.equal(await page.evaluate('standStill()'), point);
});

test('the checker of histories sees what is lost, doubled, reordered, foreign or different', () => {
  const side = (said, shown, cameLater = false) => ({ said: said.map((text) => ({ text, isTaken: text !== 'perhaps' })), shown, cameLater });
  const judged = (shown, other = shown) => judge([side(['a1', 'a2', 'perhaps'], shown), side(['b1'], other)]);
  assert.equal(judged(['a1', 'b1', 'a2']), undefined);
  assert.equal(judged(['b1', 'a1', 'a2', 'perhaps']), undefined);
  assert.match(judged(['a1', 'b1']), /lost/);
  assert.match(judged(['a1', 'a1', 'b1', 'a2']), /twice/);
  assert.match(judged(['a2', 'a1', 'b1']), /order/);
  assert.match(judged(['a1', 'a2', 'b1', 'from nowhere']), /nobody/);
  assert.match(judged(['a1', 'a2', 'b1'], ['a1', 'b1', 'a2']), /different/);
  assert.match(judged(['a1', 'a2', 'b1'], ['a2', 'b1']), /different/);
  const late = (shown) => judge([side(['a1', 'a2'], ['a1', 'a2', 'b1']), side(['b1'], shown, true)]);
  assert.equal(late(['a2', 'b1']), undefined);
  assert.match(late(['a1', 'b1']), /different/);
});

test('the checker of histories judges a room by whoever was in it all the time', () => {
  const whole = ['a1', 'b1', 'c1', 'a2'];
  const side = (texts, shown, standing = {}) => ({ said: texts.map((text) => ({ text, isTaken: true })), shown, ...standing });
  const judged = (ben, cleo, ana = whole) =>
    judge([side(['a1', 'a2'], ana), side(['b1'], ben, { cameLater: true }), side(['c1'], cleo, { wasOut: true })]);
  assert.equal(judged(whole, whole), undefined);
  assert.equal(judged(['b1', 'c1', 'a2'], ['a1', 'c1']), undefined);
  assert.equal(judged(whole, []), undefined);
  assert.match(judged(['a1', 'b1', 'a2'], whole), /different/);
  assert.match(judged(whole, ['c1', 'a1']), /different/);
  assert.match(judged(whole, ['a1', 'a1']), /different/);
  assert.match(judged(whole, ['a1', 'from nowhere']), /different/);
  assert.match(judged(['a1', 'c1', 'a2'], [], ['a1', 'c1', 'a2']), /b1 is lost/);
  assert.match(judged(['a1', 'b1', 'a2'], [], ['a1', 'b1', 'a2']), /c1 is lost/);
});
