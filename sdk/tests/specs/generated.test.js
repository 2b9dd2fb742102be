// What is committed of what is made.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { generated } from '../../scripts/generated.js';

test('the types are those of the relay\'s description', async () => {
  for (const [path, text] of Object.entries(await generated())) {
    const committed = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
    assert.ok(committed === text, `${path} is not current: run \`cargo xtask sdk\``);
  }
});
