// The client: its resources as the table names them, and what happens.
import { type EventsOptions, subscribe } from './events.js';
import type { PalaverEvent, Reset } from './event.js';
import { type Methods, methods } from './operation.js';
import { RESOURCES } from './resources.js';
import { type PalaverOptions, Transport } from './transport.js';

type Resources = { readonly [Resource in keyof typeof RESOURCES]: Methods<(typeof RESOURCES)[Resource]> };

/** A relay's market, for whoever has a key. */
export interface Palaver extends Resources {
  /**
   * What happens, as it happens, from a place on. Goes on by itself after every cut. A `reset` says that some of it can be told no
   * more: read anew what you keep.
   */
  events(options?: EventsOptions): AsyncGenerator<PalaverEvent | Reset, void, undefined>;
}

export class Palaver {
  constructor(options: PalaverOptions) {
    const transport = new Transport(options);
    for (const [resource, table] of Object.entries(RESOURCES)) {
      Object.defineProperty(this, resource, { value: methods(table, transport), enumerable: true });
    }
    Object.defineProperty(this, 'events', { value: (given?: EventsOptions) => subscribe(transport, given) });
  }
}
