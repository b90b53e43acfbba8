-- Ids are 16-byte BLOBs, moments are INTEGER microseconds and days INTEGER days since 1970-01-01, texts compare by code point.

CREATE TABLE users (
    id BLOB PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    -- Lower-case, domain in ASCII: what makes two addresses the same.
    email_canonical TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    full_name TEXT,
    full_name_folded TEXT,
    -- An account may wait for its first password; nobody logs in to it meanwhile.
    password_hash TEXT,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    is_superuser INTEGER NOT NULL CHECK (is_superuser IN (0, 1)),
    is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
    created_at INTEGER NOT NULL,
    -- Log-in, uniqueness, and the list by address.
    CONSTRAINT users_email_canonical_key UNIQUE (email_canonical)
) STRICT, WITHOUT ROWID;
-- The list of users, newest or oldest first.
CREATE INDEX users_created_at_idx ON users (created_at DESC, id DESC);
-- The same of those whom superusers look for, who may be few and long ago.
CREATE INDEX users_inactive_idx ON users (created_at DESC, id DESC) WHERE NOT is_active;
CREATE INDEX users_invited_idx ON users (created_at DESC, id DESC) WHERE is_active AND password_hash IS NULL;
CREATE INDEX users_unverified_idx ON users (created_at DESC, id DESC) WHERE NOT is_verified;
-- Who is left to administer.
CREATE INDEX users_superuser_idx ON users (id) WHERE is_superuser;

CREATE TABLE organizations (
    -- Found by primary key on every request that names one.
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    -- In lower case and ASCII, so that there is one spelling.
    slug TEXT NOT NULL
        CONSTRAINT organizations_slug_key UNIQUE
        CONSTRAINT organizations_slug_check CHECK (slug NOT GLOB '*[^a-z0-9-]*'),
    -- Its members do nothing in it without a second factor.
    requires_second_factor INTEGER NOT NULL DEFAULT 0 CHECK (requires_second_factor IN (0, 1)),
    created_by BLOB CONSTRAINT organizations_created_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- The list of all organisations, newest or oldest first.
CREATE INDEX organizations_created_at_idx ON organizations (created_at DESC, id DESC);
-- The same by name.
CREATE INDEX organizations_name_idx ON organizations (name_folded, id);
-- Serves what is set to null when an account goes.
CREATE INDEX organizations_created_by_idx ON organizations (created_by);

CREATE TABLE memberships (
    organization_id BLOB NOT NULL
        CONSTRAINT memberships_organization_id_fkey REFERENCES organizations (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL CONSTRAINT memberships_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL
        CONSTRAINT memberships_role_check CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
    -- The user's, kept in step with theirs, so that a list is sorted by it.
    email_canonical TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- One for each person. What somebody may do is looked up by it on every request that names an organisation.
    PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;
-- The list of an organisation's members, as they joined.
CREATE INDEX memberships_joined_idx ON memberships (organization_id, created_at DESC, user_id DESC);
-- The same by address.
CREATE INDEX memberships_email_idx ON memberships (organization_id, email_canonical);
-- The same of one role; whether somebody else owns the organisation.
CREATE INDEX memberships_role_idx ON memberships (organization_id, role, user_id);
-- The list of one's own organisations, as one joined; also serves the cascade from users.
CREATE INDEX memberships_user_idx ON memberships (user_id, created_at DESC, organization_id DESC);

CREATE TABLE invitations (
    id BLOB PRIMARY KEY NOT NULL,
    organization_id BLOB NOT NULL
        CONSTRAINT invitations_organization_id_fkey REFERENCES organizations (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    role TEXT NOT NULL
        CONSTRAINT invitations_role_check CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
    invited_by BLOB NOT NULL CONSTRAINT invitations_invited_by_fkey REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of what the newest link carries; looked at and taken by it.
    digest BLOB NOT NULL CONSTRAINT invitations_digest_key UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- An address is invited once.
    CONSTRAINT invitations_organization_id_email_canonical_key UNIQUE (organization_id, email_canonical)
) STRICT, WITHOUT ROWID;
-- The list of an organisation's invitations, newest or oldest first.
CREATE INDEX invitations_created_at_idx ON invitations (organization_id, created_at DESC, id DESC);
-- The invitations to one's own address.
CREATE INDEX invitations_email_idx ON invitations (email_canonical, id);
-- Those that somebody sent, one after the other; also serves the cascade from users.
CREATE INDEX invitations_invited_by_idx ON invitations (invited_by, id);
-- Pruning of what has expired.
CREATE INDEX invitations_expires_at_idx ON invitations (expires_at);

-- How many rows there are of a list that is told its length exactly, and how many of them are somebody's. Triggers keep it, in the
-- transaction that changes the rows.
CREATE TABLE row_counts (
    relation TEXT NOT NULL,
    -- A user or an organisation, whoever that is; the nil UUID stands for everybody.
    owner_id BLOB NOT NULL,
    -- One: there is one writer.
    slot INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY (owner_id, relation, slot)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER users_inserted AFTER INSERT ON users
BEGIN
    INSERT INTO row_counts VALUES ('users', zeroblob(16), 0, 1)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;
END;
-- After the cascades, which SQLite runs first.
CREATE TRIGGER users_deleted AFTER DELETE ON users
BEGIN
    INSERT INTO row_counts VALUES ('users', zeroblob(16), 0, -1)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;
    DELETE FROM row_counts WHERE owner_id = OLD.id;
END;
CREATE TRIGGER organizations_inserted AFTER INSERT ON organizations
BEGIN
    INSERT INTO row_counts VALUES ('organizations', zeroblob(16), 0, 1)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;
END;
CREATE TRIGGER organizations_deleted AFTER DELETE ON organizations
BEGIN
    INSERT INTO row_counts VALUES ('organizations', zeroblob(16), 0, -1)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;
    DELETE FROM row_counts WHERE owner_id = OLD.id;
END;

CREATE TABLE items (
    id BLOB PRIMARY KEY NOT NULL,
    -- A user's or an organisation's.
    owner_user_id BLOB CONSTRAINT items_owner_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    owner_organization_id BLOB
        CONSTRAINT items_owner_organization_id_fkey REFERENCES organizations (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    title_folded TEXT NOT NULL,
    description TEXT,
    description_folded TEXT,
    status TEXT NOT NULL,
    due_on INTEGER,
    created_at INTEGER NOT NULL,
    CONSTRAINT items_owner_check CHECK ((owner_user_id IS NULL) <> (owner_organization_id IS NULL))
) STRICT;
-- The list of a user's items, newest or oldest first; also serves the cascade from users.
CREATE INDEX items_user_created_at_idx ON items (owner_user_id, created_at DESC, id DESC) WHERE owner_user_id IS NOT NULL;
-- The list of a user's items by title.
CREATE INDEX items_user_title_idx ON items (owner_user_id, title_folded, id) WHERE owner_user_id IS NOT NULL;
-- The list of a user's items, what is due first first; what is never due comes last, on 9999-12-31.
CREATE INDEX items_user_due_on_idx ON items (owner_user_id, coalesce(due_on, 2932896), id)
    WHERE owner_user_id IS NOT NULL;
-- The same three for an organisation's items; the first also serves the cascade from organizations. A row is in one of the two.
CREATE INDEX items_organization_created_at_idx ON items (owner_organization_id, created_at DESC, id DESC)
    WHERE owner_organization_id IS NOT NULL;
CREATE INDEX items_organization_title_idx ON items (owner_organization_id, title_folded, id)
    WHERE owner_organization_id IS NOT NULL;
CREATE INDEX items_organization_due_on_idx ON items (owner_organization_id, coalesce(due_on, 2932896), id)
    WHERE owner_organization_id IS NOT NULL;
-- The same three for everybody's items.
CREATE INDEX items_created_at_idx ON items (created_at DESC, id DESC);
CREATE INDEX items_title_idx ON items (title_folded, id);
CREATE INDEX items_due_on_idx ON items (coalesce(due_on, 2932896), id);
-- How many there are, and how many of each owner.
CREATE TRIGGER items_inserted AFTER INSERT ON items
BEGIN
    INSERT INTO row_counts VALUES ('items', zeroblob(16), 0, 1)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;
    INSERT INTO row_counts VALUES ('items', coalesce(NEW.owner_user_id, NEW.owner_organization_id), 0, 1)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;
END;
CREATE TRIGGER items_deleted AFTER DELETE ON items
BEGIN
    INSERT INTO row_counts VALUES ('items', zeroblob(16), 0, -1)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;
    INSERT INTO row_counts VALUES ('items', coalesce(OLD.owner_user_id, OLD.owner_organization_id), 0, -1)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;
END;
CREATE TRIGGER items_moved AFTER UPDATE OF owner_user_id, owner_organization_id ON items
BEGIN
    INSERT INTO row_counts VALUES ('items', coalesce(OLD.owner_user_id, OLD.owner_organization_id), 0, -1)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;
    INSERT INTO row_counts VALUES ('items', coalesce(NEW.owner_user_id, NEW.owner_organization_id), 0, 1)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;
END;

CREATE TABLE sessions (
    -- Found by primary key on every authenticated request.
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('token', 'cookie')),
    address TEXT,
    user_agent TEXT,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    -- The session is over at this moment; using it moves that on, up to `ends_at` at the most.
    expires_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    revoked_at INTEGER,
    -- When its user proved last who they are; null while a trusted device stands in for that.
    proved_at INTEGER,
    -- Until then it may write; what it wrote may be missing on replicas for a while. Null if that was never noted.
    writes_until INTEGER,
    -- SHA-256 of what the cookie carries, or of what all refresh tokens of the session have in common; found by it.
    secret_digest BLOB NOT NULL,
    -- SHA-256 of the refresh token in force.
    refresh_digest BLOB,
    -- How often it was replaced.
    refresh_generation INTEGER NOT NULL DEFAULT 0,
    -- When an access token that came with it was first used: then it reached somebody.
    refresh_seen_at INTEGER,
    -- SHA-256 of the one before it, and behind that what its successor was derived with.
    replaced BLOB
) STRICT, WITHOUT ROWID;
-- The session of a cookie, or of a refresh token.
CREATE UNIQUE INDEX sessions_secret_digest_key ON sessions (secret_digest);
-- The live sessions of a user, those first that were used last.
CREATE INDEX sessions_live_idx ON sessions (user_id, last_seen_at DESC, id DESC) WHERE revoked_at IS NULL;
-- All sessions of a user, one after the other; also serves the cascade from users.
CREATE INDEX sessions_user_idx ON sessions (user_id, id);
-- Pruning of what is over, and counting what lives, which looks at the index alone.
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at, revoked_at);

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

CREATE TABLE authenticator_apps (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL CONSTRAINT authenticator_apps_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- Names the key that sealed the secret.
    key_id TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    -- When its first code was shown; until then it counts for nothing.
    confirmed_at INTEGER,
    -- Of the last code that was taken, in 30 seconds since 1970: none of it or before is taken again.
    last_step INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
-- The apps of a user; also serves the cascade from users.
CREATE INDEX authenticator_apps_user_idx ON authenticator_apps (user_id, id);
-- One of a user waits for its first code.
CREATE UNIQUE INDEX authenticator_apps_waiting_key ON authenticator_apps (user_id) WHERE confirmed_at IS NULL;
-- Pruning of those that wait for too long.
CREATE INDEX authenticator_apps_waiting_idx ON authenticator_apps (created_at) WHERE confirmed_at IS NULL;
-- Those that another key sealed.
CREATE INDEX authenticator_apps_key_idx ON authenticator_apps (key_id, id);

CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL CONSTRAINT recovery_codes_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of the user's id and the code.
    digest BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    -- A code is taken by it; those of a user are counted; also serves the cascade from users.
    PRIMARY KEY (user_id, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL CONSTRAINT passkeys_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- How authenticators name it; a log-in finds it by this, whosever it is.
    credential_id BLOB NOT NULL,
    -- As the authenticator encoded it (COSE), which says of which algorithm it is.
    public_key BLOB NOT NULL,
    -- How often it signed, as it says itself: two who have the key can't both go on counting.
    sign_count INTEGER NOT NULL,
    -- Of which make the authenticator is, as it says itself.
    aaguid BLOB NOT NULL,
    is_backed_up INTEGER NOT NULL CHECK (is_backed_up IN (0, 1)),
    -- When it was registered: by a finger, a face or a PIN.
    verifies_user INTEGER NOT NULL CHECK (verifies_user IN (0, 1)),
    -- Names with blanks between them.
    transports TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
-- The passkey of a credential.
CREATE UNIQUE INDEX passkeys_credential_id_key ON passkeys (credential_id);
-- The passkeys of a user; also serves the cascade from users.
CREATE INDEX passkeys_user_idx ON passkeys (user_id, id);

CREATE TABLE trusted_devices (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL CONSTRAINT trusted_devices_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of what its cookie holds.
    digest BLOB NOT NULL,
    -- In plain words, as people are told of it.
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
-- The device of a cookie, at a log-in.
CREATE UNIQUE INDEX trusted_devices_digest_key ON trusted_devices (digest);
-- The trusted devices of a user; also serves the cascade from users.
CREATE INDEX trusted_devices_user_idx ON trusted_devices (user_id, id);
-- Pruning of what has expired.
CREATE INDEX trusted_devices_expires_at_idx ON trusted_devices (expires_at);

CREATE TABLE challenges (
    -- SHA-256 of what whoever goes on has; tried and consumed by it.
    digest BLOB PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL,
    user_id BLOB CONSTRAINT challenges_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    session_id BLOB CONSTRAINT challenges_session_id_fkey REFERENCES sessions (id) ON DELETE CASCADE,
    -- Of the session that it leads to.
    kind TEXT CHECK (kind IN ('token', 'cookie')),
    -- SHA-256 of the hash of the password that was right: another one by now, and it leads nowhere.
    password_digest BLOB,
    -- To whom it was given, and when.
    device TEXT NOT NULL,
    address_range TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    tries_left INTEGER NOT NULL CHECK (tries_left >= 0),
    expires_at INTEGER NOT NULL,
    -- It has what its purpose needs, and no more.
    CONSTRAINT challenges_purpose_check CHECK (CASE purpose
        WHEN 'second_factor' THEN user_id IS NOT NULL AND session_id IS NULL AND kind IS NOT NULL AND password_digest IS NOT NULL
        WHEN 'passkey_log_in' THEN user_id IS NULL AND session_id IS NULL AND kind IS NOT NULL AND password_digest IS NULL
        WHEN 'passkey_registration' THEN user_id IS NOT NULL AND session_id IS NOT NULL AND kind IS NULL AND password_digest IS NULL
        WHEN 'confirmation' THEN user_id IS NOT NULL AND session_id IS NOT NULL AND kind IS NULL AND password_digest IS NULL
        ELSE false
    END)
) STRICT, WITHOUT ROWID;
-- Serves the cascades from users and from sessions.
CREATE INDEX challenges_user_idx ON challenges (user_id);
CREATE INDEX challenges_session_idx ON challenges (session_id);
-- Pruning of what has expired.
CREATE INDEX challenges_expires_at_idx ON challenges (expires_at);

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
    -- The account that the mail is about: it goes with it. Whoever has its address now has nothing to do with it.
    user_id BLOB CONSTRAINT outbox_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    template TEXT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_canonical TEXT NOT NULL,
    recipient_folded TEXT NOT NULL,
    -- Workers pass over domains that keep too many of their hands.
    recipient_domain TEXT GENERATED ALWAYS AS (substr(recipient_canonical, instr(recipient_canonical, '@') + 1)) VIRTUAL,
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
-- The mail of an account, one after the other; also serves the cascade from users.
CREATE INDEX outbox_user_idx ON outbox (user_id, id);
-- When the next one is due: queued messages, and those of workers whose lease ran out.
CREATE INDEX outbox_due_at_idx ON outbox (due_at, id) WHERE finished_at IS NULL;
-- The two lanes of claims: what was never tried, and what was. Both as they are due, or the newest first.
CREATE INDEX outbox_untried_idx ON outbox (due_at, id) WHERE finished_at IS NULL AND attempts = 0;
CREATE INDEX outbox_retries_idx ON outbox (due_at, id) WHERE finished_at IS NULL AND attempts > 0;
-- Pruning of what was sent or given up, and how many are dead.
CREATE INDEX outbox_finished_at_idx ON outbox (state, finished_at) WHERE finished_at IS NOT NULL;
-- The list of all messages, newest or oldest first.
CREATE INDEX outbox_created_at_idx ON outbox (created_at DESC, id DESC);
-- The same of one state; also serves the retry of all dead ones.
CREATE INDEX outbox_state_created_at_idx ON outbox (state, created_at DESC, id DESC);

-- Who is at work on the outbox: a row for each worker, written by itself. There are few, so nothing is indexed.
CREATE TABLE workers (
    -- UUIDv7, of one run.
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;

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
    -- No foreign keys: events outlive the users and the organisations that they are about.
    actor_id BLOB,
    subject_id BLOB,
    -- Within which organisation it happened.
    organization_id BLOB,
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
-- The list of an organisation's, and of those the list of one kind, which may be rare and long ago. Most events are within none, and
-- pay for neither.
CREATE INDEX audit_events_organization_idx ON audit_events (organization_id, happened_at DESC, id DESC)
    WHERE organization_id IS NOT NULL;
CREATE INDEX audit_events_organization_kind_idx ON audit_events (organization_id, kind, happened_at DESC, id DESC)
    WHERE organization_id IS NOT NULL;

-- What happened is not rewritten. Removing it is left to the application's retention: whoever can write the file can do
-- anything.
CREATE TRIGGER audit_events_append_only BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are append-only: UPDATE is refused');
END;
