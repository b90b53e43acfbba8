-- Sessions that are renewed, recognised and listed. Older servers go on adding them without the new columns: such a session
-- can't be renewed, and lasts as long as its access token.
ALTER TABLE sessions
    ADD COLUMN kind text COLLATE "C" NOT NULL DEFAULT 'token' CHECK (kind IN ('token', 'cookie')),
    ADD COLUMN address text,
    ADD COLUMN user_agent text,
    ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now(),
    -- The session is over at `expires_at`; using it moves that on, up to this moment at the most.
    ADD COLUMN ends_at timestamptz,
    -- SHA-256 of what the cookie carries, or of what all refresh tokens of the session have in common; found by it.
    ADD COLUMN secret_digest bytea CONSTRAINT sessions_secret_digest_key UNIQUE,
    -- SHA-256 of the refresh token in force.
    ADD COLUMN refresh_digest bytea,
    -- The one before it, what its successor was derived with, and when.
    ADD COLUMN replaced_digest bytea,
    ADD COLUMN replaced_salt bytea,
    ADD COLUMN replaced_at timestamptz;
UPDATE sessions SET last_seen_at = created_at;
-- The live sessions of a user, those first that were used last.
CREATE INDEX sessions_live_idx ON sessions (user_id, last_seen_at DESC, id DESC) WHERE revoked_at IS NULL;
-- All sessions of a user, one after the other.
CREATE INDEX sessions_user_idx ON sessions (user_id, id);
DROP INDEX sessions_user_id_idx;
-- Pruning of what is over.
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE TABLE known_clients (
    user_id uuid NOT NULL CONSTRAINT known_clients_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    -- In plain words, as people are told of it.
    device text COLLATE "C" NOT NULL,
    -- One IPv4 address, or 64 bits of an IPv6 address; empty where there was none.
    address_range text COLLATE "C" NOT NULL,
    last_seen_at timestamptz NOT NULL,
    -- Whether a user was seen with this device. Also serves the cascade from users.
    PRIMARY KEY (user_id, device, address_range)
);
-- Whether a user was seen at this address.
CREATE INDEX known_clients_range_idx ON known_clients (user_id, address_range);
-- Forgetting whom nobody has seen for long.
CREATE INDEX known_clients_last_seen_at_idx ON known_clients (last_seen_at);

-- Whose mail it is, whatever their address was then; no foreign key, for the news of a deletion outlives the user.
ALTER TABLE outbox ADD COLUMN user_id uuid;
CREATE INDEX outbox_user_idx ON outbox (user_id, id);
-- Mail to an address whose account is deleted.
CREATE INDEX outbox_recipient_idx ON outbox (recipient_canonical);

CREATE TABLE rate_limits (
    limit_name text COLLATE "C" NOT NULL,
    -- SHA-256 of who is limited.
    key bytea NOT NULL,
    -- When all permits will be back, in microseconds since 1970: both databases calculate alike with it.
    full_at bigint NOT NULL,
    -- Taking a permit is one statement on this key.
    PRIMARY KEY (limit_name, key)
);
-- Pruning of buckets that are full again.
CREATE INDEX rate_limits_full_at_idx ON rate_limits (full_at);

CREATE TABLE audit_events (
    -- UUIDv7.
    id uuid PRIMARY KEY,
    happened_at timestamptz NOT NULL,
    kind text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('success', 'failure')),
    -- No foreign keys: events outlive the users that they are about.
    actor_id uuid,
    subject_id uuid,
    -- A JSON object of texts.
    details text NOT NULL,
    address text,
    user_agent text,
    request_id text COLLATE "C"
);
-- The list of all events, newest or oldest first, and of each filter; also pruning.
CREATE INDEX audit_events_happened_at_idx ON audit_events (happened_at DESC, id DESC);
CREATE INDEX audit_events_actor_idx ON audit_events (actor_id, happened_at DESC, id DESC);
CREATE INDEX audit_events_subject_idx ON audit_events (subject_id, happened_at DESC, id DESC);
CREATE INDEX audit_events_kind_idx ON audit_events (kind, happened_at DESC, id DESC);
CREATE INDEX audit_events_outcome_idx ON audit_events (outcome, happened_at DESC, id DESC);
CREATE INDEX audit_events_request_idx ON audit_events (request_id, happened_at DESC, id DESC);

-- What happened is not rewritten: rows are only added, and removed by the function below when their time is over. A trigger
-- sees who called it by the call stack, where function signatures are not translated. Nothing of the last day is removed
-- by anybody.
CREATE FUNCTION audit_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stack text;
BEGIN
    GET DIAGNOSTICS stack = PG_CONTEXT;
    IF TG_OP = 'DELETE' AND OLD.happened_at < now() - interval '1 day'
        AND stack ~ '\n[^"\n]*\mprune_audit_events\(timestamp with time zone,bigint\)' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit events are append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_are_append_only();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_append_only();

-- Removes at most `most` events from before `before`, the oldest first; how many. Several servers may call it at once.
CREATE FUNCTION prune_audit_events(before timestamptz, most bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    pruned bigint;
BEGIN
    DELETE FROM audit_events WHERE id IN (
        SELECT id FROM audit_events WHERE happened_at < least(before, now() - interval '1 day')
        ORDER BY happened_at, id LIMIT most FOR UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS pruned = ROW_COUNT;
    RETURN pruned;
END $$;
