// From an operation of the relay's description to a method: what it takes, what it gives.
import { PalaverError } from './errors.js';
import { OPERATIONS, type Operations } from './generated/operations.js';
import { asObject, type ChangeOptions, type RequestOptions, type Transport } from './transport.js';

export type Operation = keyof Operations;

/** What a page of a list is answered in. */
export interface Page<Item> {
  data: Item[];
  meta: { request_id: string; timestamp: string; pagination: { has_more: boolean; next_cursor?: string | null } };
}

type Json<Part> = Part extends { content: { 'application/json': infer Body } } ? Body : never;
type Answers<Of> = Of extends { responses: infer Responses } ? Json<Responses[keyof Responses]> : never;
type Unwrapped<Body> = Body extends { meta: { pagination: unknown } }
  ? Body
  : Body extends { data: infer Data; meta: unknown }
    ? Data
    : Body;

type Body<Of> = Of extends { requestBody: infer Given }
  ? [body: Json<Given>]
  : Of extends { requestBody?: infer Given }
    ? [body?: Json<Given>]
    : [];
type Query<Of> = Of extends { parameters: { query: infer Given } }
  ? [query: Given]
  : Of extends { parameters: { query?: infer Given } }
    ? [query?: Given]
    : [];
type Input<Name extends Operation> = {
  body: Body<Operations[Name]>;
  query: Query<Operations[Name]>;
  none: [];
}[(typeof OPERATIONS)[Name]['input'] extends infer Kind extends 'body' | 'query' ? Kind : 'none'];
type Ids<Path> = Path extends `${string}{${string}}${infer Rest}` ? [id: string, ...Ids<Rest>] : [];
type Options<Name extends Operation> = (typeof OPERATIONS)[Name]['isKeyed'] extends true ? ChangeOptions : RequestOptions;

/** What an operation answers, without its envelope, unless it is a page. */
export type Answer<Name extends Operation> = Unwrapped<Answers<Operations[Name]>>;
/** Ids, then what is asked for, then how. */
export type Arguments<Name extends Operation> = [...Ids<Name>, ...Input<Name>, options?: Options<Name>];

type Item<Name extends Operation> = Answer<Name> extends { data: readonly (infer Of)[] } ? Of : never;

/** Methods of a resource. Those that are called `each…` walk through every page. */
export type Methods<Table> = {
  readonly [Method in keyof Table]: Table[Method] extends Operation
    ? Method extends `each${string}`
      ? (...given: Arguments<Table[Method]>) => AsyncGenerator<Item<Table[Method]>, void, undefined>
      : (...given: Arguments<Table[Method]>) => Promise<Answer<Table[Method]>>
    : never;
};

/** The methods of a table. */
export function methods<Table extends Record<string, Operation>>(table: Table, transport: Transport): Methods<Table> {
  const bound = Object.entries(table).map(([method, name]) => {
    const ask = (...given: unknown[]) => askFor(transport, name, given);
    return [method, method.startsWith('each') ? (...given: unknown[]) => each(ask, name, given) : ask];
  });
  return Object.fromEntries(bound) as Methods<Table>;
}

function askFor(transport: Transport, name: Operation, given: unknown[]): Promise<unknown> {
  const { input, isKeyed } = OPERATIONS[name];
  const { path, rest } = placed(name, given);
  const [options, asked] = input === null ? [rest[0]] : [rest[1], rest[0]];
  const question = {
    method: name.slice(0, name.indexOf(' ')),
    path,
    query: input === 'query' ? asObject(asked) : undefined,
    body: input === 'body' ? (asked ?? {}) : undefined,
    isKeyed,
  } as const;
  return transport.ask(question, asObject(options)).then(unwrapped);
}

/** The path with its ids, and what was given behind them. */
function placed(name: Operation, given: unknown[]): { path: string; rest: unknown[] } {
  const rest = [...given];
  const path = name.slice(name.indexOf(' ') + 1).replace(/\{(\w+)\}/g, (_, id: string) => {
    const value = rest.shift();
    // Two dots would lead to another operation.
    if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) throw new TypeError(`\`${id}\` has to be an id`);
    return encodeURIComponent(value);
  });
  return { path, rest };
}

function unwrapped(body: unknown): unknown {
  const { data, meta } = asObject(body) ?? {};
  return meta === undefined || asObject(meta)?.['pagination'] !== undefined ? body : data;
}

async function* each(ask: (...given: unknown[]) => Promise<unknown>, name: Operation, given: unknown[]) {
  const place = name.split('{').length - 1;
  const [ids, query, rest] = [given.slice(0, place), asObject(given[place]), given.slice(place + 1)];
  let cursor = query?.['cursor'];
  for (;;) {
    const { data, meta } = (await ask(...ids, { ...query, cursor }, ...rest)) as Page<unknown>;
    yield* data;
    const { has_more, next_cursor } = meta.pagination;
    if (!has_more) return;
    if (!next_cursor || next_cursor === cursor) {
      throw new PalaverError({ code: 'INVALID_ANSWER', message: 'the relay says that there is more, and not where' });
    }
    cursor = next_cursor;
  }
}
