-- Schema 18: entries of the audit log are found by whose thing was to be changed. Those before say nothing of it: what was hashed stays.

ALTER TABLE audit ADD COLUMN user_id TEXT AS (json_extract(body, '$.user_id')) VIRTUAL;
CREATE INDEX audit_by_user ON audit (space_id, user_id, occurred_at) WHERE user_id IS NOT NULL;
