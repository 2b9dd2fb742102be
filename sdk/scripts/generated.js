// What is made from the relay's description: types by openapi-typescript, and a table of the operations.
import { readFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';

const HEAD = '// Made from openapi.json by `npm run generate`.\n';
const JSON_BODY = 'application/json';

/** Every file that is made, by its place in the package. */
export async function generated() {
  const description = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'));
  const operations = operationsOf(description);
  return {
    'src/generated/schema.ts': `${HEAD}\n${await schema(description)}`,
    'src/generated/operations.ts': `${HEAD}${table(operations)}`,
    'src/generated/codes.ts': `${HEAD}${codes(description)}`,
  };
}

/** The types. Refusals are the same everywhere, and are an error's matter; headers are the client's own. */
async function schema(description) {
  const lean = structuredClone(description);
  for (const { operation } of operationsOf(lean)) {
    operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status < 300));
    for (const response of Object.values(operation.responses)) delete response.headers;
  }
  delete lean.components.headers;
  for (const refusal of Object.values(lean.components.responses)) delete refusal.headers;
  return astToString(await openapi(lean, { emptyObjectsUnknown: true }));
}

function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
}

function table(operations) {
  const typed = operations.map(({ name, operation }) => `  '${name}': operations['${operation.operationId}'];`);
  const rows = operations.map(({ name, operation }) => `  '${name}': ${row(operation)},`);
  return `import type { operations } from './schema.js';

/** Every operation of the interface. */
export interface Operations {
${typed.join('\n')}
}

/** What it takes, whether it is carried out once for each idempotency key, and whether it answers a page. */
export const OPERATIONS = {
${rows.join('\n')}
} as const satisfies Record<
  keyof Operations,
  { readonly input: 'body' | 'query' | null; readonly isKeyed: boolean; readonly isPaged: boolean }
>;
`;
}

function row({ operationId, parameters = [], requestBody, responses }) {
  const hasQuery = parameters.some((parameter) => parameter.in === 'query');
  if (hasQuery && requestBody) throw new Error(`${operationId} takes a body and a query: decide how it is called`);
  const input = requestBody ? `'body'` : hasQuery ? `'query'` : 'null';
  const isKeyed = parameters.some((parameter) => parameter.in === 'header' && parameter.name === 'Idempotency-Key');
  const answer = responses['200']?.content?.[JSON_BODY]?.schema.$ref ?? '';
  return `{ input: ${input}, isKeyed: ${isKeyed}, isPaged: ${answer.includes('/Many_')} }`;
}

/** The codes that refusals have: the description of each lists them. */
function codes({ components }) {
  const codes = new Set(Object.values(components.responses).flatMap(({ description }) => description.split(', ')));
  const wrong = [...codes].filter((code) => !/^[A-Z_]+$/.test(code));
  if (wrong.length > 0) throw new Error(`not a list of codes: ${wrong.join('; ')}`);
  const rows = [...codes].sort().map((code) => `  | '${code}'`);
  return `
/** What a relay refuses with. It may come to know more. */
export type RelayCode =
${rows.join('\n')};
`;
}
