-- Schema 16: why money did not move and why orders were called off, and what waits for so long that it ends by itself.

-- Of those that ended since: why others did was told, and is forgotten.
ALTER TABLE top_ups ADD COLUMN end_reason TEXT;
ALTER TABLE withdrawals ADD COLUMN end_reason TEXT;
ALTER TABLE orders ADD COLUMN cancel_reason TEXT;

-- What waits, by since when. A top-up whose money somebody saw come is waited for by people.
CREATE INDEX top_ups_by_wait ON top_ups (space_id, created_at)
  WHERE status = 'TOPUP_AWAITING_USER_CONFIRMATION' AND approvals = '[]';
CREATE INDEX withdrawals_by_wait ON withdrawals (space_id, created_at) WHERE status = 'WITHDRAWAL_CREATED';
