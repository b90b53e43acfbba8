-- Pruning of what is over, and counting what lives, which looks at the index alone.
DROP INDEX sessions_expires_at_idx;
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at, revoked_at);
