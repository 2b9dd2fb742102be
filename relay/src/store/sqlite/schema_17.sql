-- Schema 17: a shop's own pages are no page to confirm at, why an order's money went where it did, and who stopped changes when.

ALTER TABLE top_ups ADD COLUMN return_url TEXT;
ALTER TABLE top_ups ADD COLUMN cancel_url TEXT;
-- Nobody had a page to confirm at: what stands there is where the shop goes on.
UPDATE top_ups SET return_url = confirmation_uri, confirmation_uri = NULL;

ALTER TABLE orders ADD COLUMN settlement_reason TEXT;

-- Who said it and when is not known of what is in force now.
UPDATE settings SET value = json_object('message', value, 'enabled_at', NULL, 'enabled_by', NULL) WHERE name = 'maintenance';
