// What happened, as webhooks and the stream of events tell it.

/** What events are about, and what they are called, as far as this version knows. */
export type EventType =
  | `user.${'created' | 'suspended' | 'activated'}`
  | 'transfer.sent'
  | 'webhook.endpoint_disabled'
  | `balance.${'credited' | 'debited' | 'reserved' | 'released'}`
  | `topup.${'created' | 'confirmation_required' | 'processing' | 'succeeded' | 'failed' | 'canceled'}`
  | `order.${'created' | 'funds_reserved' | 'escrow_creating' | 'escrow_funding' | 'escrow_funded' | 'in_progress'}`
  | `order.${'release_requested' | 'refund_requested' | 'released' | 'refunded' | 'disputed' | 'closed' | 'canceled'}`
  | `escrow.${'created' | 'funding_started' | 'funded' | 'milestone_completed' | 'released' | 'refunded'}`
  | `dispute.${'opened' | 'under_review' | 'commented' | 'resolved'}`
  | `withdrawal.${'created' | 'committed' | 'pending' | 'pending_user_action' | 'completed' | 'failed' | 'canceled'}`
  | `listing.${'created' | 'edited' | 'published' | 'paused' | 'resumed' | 'sold' | 'reopened' | 'removed'}`
  | `offer.${'made' | 'countered' | 'accepted' | 'declined' | 'withdrawn' | 'expired'}`;

/** Something that happened. It may be told more than once, always by the same `eventId`. */
export interface PalaverEvent {
  eventId: string;
  /** Others than those that this version knows may come. */
  eventType: EventType | (`${string}.${string}` & Record<never, never>);
  /** ISO 8601, UTC. */
  occurredAt: string;
  aggregateType: string;
  aggregateId: string;
  payload: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** What was to be told from on is unknown, or not kept any more: some events may be missing. All that is kept follows. */
export interface Reset {
  eventType: 'reset';
  /** The id of the oldest event that is kept, if there is one. */
  continuesFrom: string | null;
}

export function isEvent(value: unknown): value is PalaverEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { eventId, eventType } = value as Partial<PalaverEvent>;
  return typeof eventId === 'string' && typeof eventType === 'string';
}
