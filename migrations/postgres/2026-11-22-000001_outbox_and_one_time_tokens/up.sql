-- An account may wait for its first password; nobody logs in to it meanwhile.
ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL;

CREATE TABLE one_time_tokens (
    -- SHA-256 of what the link carries; looked at and consumed by it.
    digest bytea PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT one_time_tokens_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    purpose text COLLATE "C" NOT NULL,
    -- Where the link went.
    email text NOT NULL,
    email_canonical text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- Issuing takes the older one's place, in one statement. Also serves revoking, and the cascade from users.
    CONSTRAINT one_time_tokens_user_id_purpose_key UNIQUE (user_id, purpose)
);
-- Pruning of what has expired.
CREATE INDEX one_time_tokens_expires_at_idx ON one_time_tokens (expires_at);

CREATE TABLE outbox (
    -- UUIDv7. Found by primary key for every step of a message.
    id uuid PRIMARY KEY,
    template text COLLATE "C" NOT NULL,
    recipient text NOT NULL,
    recipient_canonical text COLLATE "C" NOT NULL,
    recipient_folded text COLLATE "C" NOT NULL,
    -- A JSON object of texts. Not jsonb, which can't hold the character U+0000.
    facts text NOT NULL,
    -- What the link carries, encrypted; gone once the message was sent.
    sealed_token bytea,
    created_at timestamptz NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'dead')),
    attempts integer NOT NULL,
    due_at timestamptz NOT NULL,
    finished_at timestamptz,
    last_error text,
    -- The indexes below tell by `finished_at` what is still to be done.
    CONSTRAINT outbox_finished_at_check CHECK ((finished_at IS NOT NULL) = (state IN ('sent', 'dead')))
);
-- Claims, and when the next one is due: queued messages, and those of workers whose lease ran out.
CREATE INDEX outbox_due_at_idx ON outbox (due_at, id) WHERE finished_at IS NULL;
-- Pruning of what was sent or given up, and how many are dead.
CREATE INDEX outbox_finished_at_idx ON outbox (state, finished_at) WHERE finished_at IS NOT NULL;
-- The list of all messages, newest or oldest first.
CREATE INDEX outbox_created_at_idx ON outbox (created_at DESC, id DESC);
-- The same of one state; also serves the retry of all dead ones.
CREATE INDEX outbox_state_created_at_idx ON outbox (state, created_at DESC, id DESC);
