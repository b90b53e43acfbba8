-- An account may wait for its first password; nobody logs in to it meanwhile. SQLite can't drop NOT NULL from a column,
-- so another one takes its place.
ALTER TABLE users RENAME COLUMN password_hash TO password_hash_required;
ALTER TABLE users ADD COLUMN password_hash TEXT;
UPDATE users SET password_hash = password_hash_required;
ALTER TABLE users DROP COLUMN password_hash_required;

CREATE TABLE one_time_tokens (
    -- SHA-256 of what the link carries; looked at and consumed by it.
    digest BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL CONSTRAINT one_time_tokens_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    -- Where the link went.
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- Issuing takes the older one's place, in one statement. Also serves revoking, and the cascade from users.
    CONSTRAINT one_time_tokens_user_id_purpose_key UNIQUE (user_id, purpose)
) STRICT, WITHOUT ROWID;
-- Pruning of what has expired.
CREATE INDEX one_time_tokens_expires_at_idx ON one_time_tokens (expires_at);

CREATE TABLE outbox (
    -- UUIDv7. Found by primary key for every step of a message.
    id BLOB PRIMARY KEY NOT NULL,
    template TEXT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_canonical TEXT NOT NULL,
    recipient_folded TEXT NOT NULL,
    -- A JSON object of texts.
    facts TEXT NOT NULL,
    -- What the link carries, encrypted; gone once the message was sent.
    sealed_token BLOB,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'dead')),
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    finished_at INTEGER,
    last_error TEXT,
    -- The indexes below tell by `finished_at` what is still to be done.
    CONSTRAINT outbox_finished_at_check CHECK ((finished_at IS NOT NULL) = (state IN ('sent', 'dead')))
) STRICT;
-- Claims, and when the next one is due: queued messages, and those of workers whose lease ran out.
CREATE INDEX outbox_due_at_idx ON outbox (due_at, id) WHERE finished_at IS NULL;
-- Pruning of what was sent or given up, and how many are dead.
CREATE INDEX outbox_finished_at_idx ON outbox (state, finished_at) WHERE finished_at IS NOT NULL;
-- The list of all messages, newest or oldest first.
CREATE INDEX outbox_created_at_idx ON outbox (created_at DESC, id DESC);
-- The same of one state; also serves the retry of all dead ones.
CREATE INDEX outbox_state_created_at_idx ON outbox (state, created_at DESC, id DESC);
