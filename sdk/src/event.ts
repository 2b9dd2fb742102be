// What happened, as webhooks and the stream of events tell it.
import type { components } from './generated/schema.js';

/**
 * Something that happened. It may be told more than once, always by the same `eventId`. Its `eventType` says what its `payload` has.
 * These are the events that this version knows; newer relays may tell of more, which come through as they are: a `switch` over them
 * has a `default`.
 */
export type PalaverEvent = components['schemas']['Event'];

/** What events are called. */
export type EventType = PalaverEvent['eventType'];

/** The events that are called so: `EventOf<'order.released'>`. */
export type EventOf<Type extends EventType> = Extract<PalaverEvent, { eventType: Type }>;

/** What was to be told from on is unknown, or not kept any more: some events may be missing. All that is kept follows. */
export interface Reset {
  eventType: 'reset';
  /** The id of the oldest event that is kept, if there is one. */
  continuesFrom: string | null;
}

export function isEvent(value: unknown): value is PalaverEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { eventId, eventType, payload } = value as Record<string, unknown>;
  return typeof eventId === 'string' && typeof eventType === 'string' && typeof payload === 'object' && payload !== null;
}
