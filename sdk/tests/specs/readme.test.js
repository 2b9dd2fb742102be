// The README has a line for everything.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { RESOURCES } from '../../dist/resources.js';

const textOf = (path) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const readme = await textOf('README.md');

test('every method is in the README, and nothing else', () => {
  const rows = [...readme.matchAll(/^\| `palaver\.(\w+)` \| .+ \| (.+) \|$/gm)];
  const listed = rows.map(([, resource, methods]) => [resource, methods.replaceAll('`', '').split(', ')]);
  assert.deepEqual(listed, Object.entries(RESOURCES).map(([resource, table]) => [resource, Object.keys(table)]));
});

test('every code is in the README, by its status', async () => {
  const { components } = JSON.parse(await textOf('openapi.json'));
  const relays = Object.entries(components.responses).flatMap(([name, { description }]) =>
    description.split(', ').map((code) => [code, name.replace('Refused', '')]),
  );
  const errors = await textOf('src/errors.ts');
  const [own] = errors.match(/export type OwnCode =.*?;/s);
  const owns = [...own.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => [code, '']);
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| (\d*) ?\| .+ \|$/gm)].map(([, code, status]) => [code, status]);
  assert.deepEqual(rows.sort(), [...relays, ...owns].sort());
});
