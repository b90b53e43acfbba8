DROP TABLE audit_events;
DROP FUNCTION prune_audit_events(timestamptz, bigint);
DROP FUNCTION audit_events_are_append_only();
DROP TABLE rate_limits;
DROP INDEX outbox_recipient_idx, outbox_user_idx;
ALTER TABLE outbox DROP COLUMN user_id;
DROP TABLE known_clients;
DROP INDEX sessions_expires_at_idx, sessions_user_idx, sessions_live_idx;
-- Whoever is known by a cookie would be known by nothing.
DELETE FROM sessions WHERE kind = 'cookie';
ALTER TABLE sessions
    DROP COLUMN replaced_at, DROP COLUMN replaced_salt, DROP COLUMN replaced_digest, DROP COLUMN refresh_digest,
    DROP COLUMN secret_digest, DROP COLUMN ends_at, DROP COLUMN last_seen_at,
    DROP COLUMN user_agent, DROP COLUMN address, DROP COLUMN kind;
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
