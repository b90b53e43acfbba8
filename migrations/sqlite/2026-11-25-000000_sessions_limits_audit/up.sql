-- Sessions that are renewed, recognised and listed. Older servers go on adding them without the new columns: such a session
-- can't be renewed, and lasts as long as its access token.
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'token' CHECK (kind IN ('token', 'cookie'));
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
-- The default stands in for "when it was added", which SQLite can't say here.
ALTER TABLE sessions ADD COLUMN last_seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET last_seen_at = created_at;
-- The session is over at `expires_at`; using it moves that on, up to this moment at the most.
ALTER TABLE sessions ADD COLUMN ends_at INTEGER;
-- SHA-256 of what the cookie carries, or of what all refresh tokens of the session have in common; found by it.
ALTER TABLE sessions ADD COLUMN secret_digest BLOB;
CREATE UNIQUE INDEX sessions_secret_digest_key ON sessions (secret_digest);
-- SHA-256 of the refresh token in force.
ALTER TABLE sessions ADD COLUMN refresh_digest BLOB;
-- The one before it, what its successor was derived with, and when.
ALTER TABLE sessions ADD COLUMN replaced_digest BLOB;
ALTER TABLE sessions ADD COLUMN replaced_salt BLOB;
ALTER TABLE sessions ADD COLUMN replaced_at INTEGER;
-- The live sessions of a user, those first that were used last.
CREATE INDEX sessions_live_idx ON sessions (user_id, last_seen_at DESC, id DESC) WHERE revoked_at IS NULL;
-- All sessions of a user, one after the other.
CREATE INDEX sessions_user_idx ON sessions (user_id, id);
DROP INDEX sessions_user_id_idx;
-- Pruning of what is over.
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE TABLE known_clients (
    user_id BLOB NOT NULL CONSTRAINT known_clients_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    -- In plain words, as people are told of it.
    device TEXT NOT NULL,
    -- One IPv4 address, or 64 bits of an IPv6 address; empty where there was none.
    address_range TEXT NOT NULL,
    last_seen_at INTEGER NOT NULL,
    -- Whether a user was seen with this device. Also serves the cascade from users.
    PRIMARY KEY (user_id, device, address_range)
) STRICT, WITHOUT ROWID;
-- Whether a user was seen at this address.
CREATE INDEX known_clients_range_idx ON known_clients (user_id, address_range);
-- Forgetting whom nobody has seen for long.
CREATE INDEX known_clients_last_seen_at_idx ON known_clients (last_seen_at);

-- Whose mail it is, whatever their address was then; no foreign key, for the news of a deletion outlives the user.
ALTER TABLE outbox ADD COLUMN user_id BLOB;
CREATE INDEX outbox_user_idx ON outbox (user_id, id);
-- Mail to an address whose account is deleted.
CREATE INDEX outbox_recipient_idx ON outbox (recipient_canonical);

CREATE TABLE rate_limits (
    limit_name TEXT NOT NULL,
    -- SHA-256 of who is limited.
    key BLOB NOT NULL,
    -- When all permits will be back, in microseconds since 1970.
    full_at INTEGER NOT NULL,
    -- Taking a permit is one statement on this key.
    PRIMARY KEY (limit_name, key)
) STRICT, WITHOUT ROWID;
-- Pruning of buckets that are full again.
CREATE INDEX rate_limits_full_at_idx ON rate_limits (full_at);

CREATE TABLE audit_events (
    -- UUIDv7.
    id BLOB PRIMARY KEY NOT NULL,
    happened_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('success', 'failure')),
    -- No foreign keys: events outlive the users that they are about.
    actor_id BLOB,
    subject_id BLOB,
    -- A JSON object of texts.
    details TEXT NOT NULL,
    address TEXT,
    user_agent TEXT,
    request_id TEXT
) STRICT;
-- The list of all events, newest or oldest first, and of each filter; also pruning.
CREATE INDEX audit_events_happened_at_idx ON audit_events (happened_at DESC, id DESC);
CREATE INDEX audit_events_actor_idx ON audit_events (actor_id, happened_at DESC, id DESC);
CREATE INDEX audit_events_subject_idx ON audit_events (subject_id, happened_at DESC, id DESC);
CREATE INDEX audit_events_kind_idx ON audit_events (kind, happened_at DESC, id DESC);
CREATE INDEX audit_events_outcome_idx ON audit_events (outcome, happened_at DESC, id DESC);
CREATE INDEX audit_events_request_idx ON audit_events (request_id, happened_at DESC, id DESC);

-- What happened is not rewritten. Removing it is left to the application's retention.
CREATE TRIGGER audit_events_append_only BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are append-only: UPDATE is refused');
END;
