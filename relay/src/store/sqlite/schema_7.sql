-- Schema 7: what happened is found by whom it concerns, and the audit log by what it is about.

CREATE INDEX events_by_first_party ON events (space_id, first_party, number) WHERE first_party IS NOT NULL;
CREATE INDEX events_by_second_party ON events (space_id, second_party, number) WHERE second_party IS NOT NULL;

-- They follow from the text that is hashed, so that nothing is kept beside it.
ALTER TABLE audit ADD COLUMN occurred_at TEXT AS (json_extract(body, '$.occurred_at')) VIRTUAL;
ALTER TABLE audit ADD COLUMN action TEXT AS (json_extract(body, '$.action')) VIRTUAL;
ALTER TABLE audit ADD COLUMN resource_type TEXT AS (json_extract(body, '$.resource_type')) VIRTUAL;
ALTER TABLE audit ADD COLUMN resource_id TEXT AS (json_extract(body, '$.resource_id')) VIRTUAL;
CREATE INDEX audit_by_time ON audit (space_id, occurred_at, number);
CREATE INDEX audit_by_action ON audit (space_id, action, occurred_at, number);
CREATE INDEX audit_by_resource_type ON audit (space_id, resource_type, occurred_at, number);
CREATE INDEX audit_by_resource ON audit (space_id, resource_id, occurred_at, number) WHERE resource_id IS NOT NULL;
