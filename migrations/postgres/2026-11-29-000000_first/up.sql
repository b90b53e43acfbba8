-- "C" collation: texts that are compared and sorted do so by code point, as in SQLite.

CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    -- Lower-case, domain in ASCII: what makes two addresses the same.
    email_canonical text COLLATE "C" NOT NULL,
    email_folded text COLLATE "C" NOT NULL,
    full_name text,
    full_name_folded text COLLATE "C",
    -- An account may wait for its first password; nobody logs in to it meanwhile.
    password_hash text,
    is_active boolean NOT NULL,
    is_superuser boolean NOT NULL,
    is_verified boolean NOT NULL,
    created_at timestamptz NOT NULL,
    -- Log-in, uniqueness, and the list by address.
    CONSTRAINT users_email_canonical_key UNIQUE (email_canonical)
);
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
    id uuid PRIMARY KEY,
    name text NOT NULL,
    name_folded text COLLATE "C" NOT NULL,
    -- In lower case and ASCII, so that there is one spelling.
    slug text COLLATE "C" NOT NULL
        CONSTRAINT organizations_slug_key UNIQUE
        CONSTRAINT organizations_slug_check CHECK (slug !~ '[^a-z0-9-]'),
    -- Its members do nothing in it without a second factor.
    requires_second_factor boolean NOT NULL DEFAULT false,
    created_by uuid CONSTRAINT organizations_created_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL
);
-- The list of all organisations, newest or oldest first.
CREATE INDEX organizations_created_at_idx ON organizations (created_at DESC, id DESC);
-- The same by name.
CREATE INDEX organizations_name_idx ON organizations (name_folded, id);
-- Serves what is set to null when an account goes.
CREATE INDEX organizations_created_by_idx ON organizations (created_by);

CREATE TABLE memberships (
    organization_id uuid NOT NULL
        CONSTRAINT memberships_organization_id_fkey REFERENCES organizations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL CONSTRAINT memberships_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    role text COLLATE "C" NOT NULL
        CONSTRAINT memberships_role_check CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
    -- The user's, kept in step with theirs, so that a list is sorted by it.
    email_canonical text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    -- One for each person. What somebody may do is looked up by it on every request that names an organisation. It has the role, or
    -- the planner takes `memberships_role_idx`, which has it, too, and reads all members of an organisation there to find one.
    PRIMARY KEY (organization_id, user_id) INCLUDE (role)
);
-- The list of an organisation's members, as they joined.
CREATE INDEX memberships_joined_idx ON memberships (organization_id, created_at DESC, user_id DESC);
-- The same by address.
CREATE INDEX memberships_email_idx ON memberships (organization_id, email_canonical);
-- The same of one role; whether somebody else owns the organisation.
CREATE INDEX memberships_role_idx ON memberships (organization_id, role, user_id);
-- The list of one's own organisations, as one joined; also serves the cascade from users.
CREATE INDEX memberships_user_idx ON memberships (user_id, created_at DESC, organization_id DESC);
-- Somebody may be in a thousand, whatever the average says: or the planner reads all of theirs to find one.
ALTER TABLE memberships ALTER COLUMN user_id SET (n_distinct = -0.1);

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL
        CONSTRAINT invitations_organization_id_fkey REFERENCES organizations (id) ON DELETE CASCADE,
    email text NOT NULL,
    email_canonical text COLLATE "C" NOT NULL,
    email_folded text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL
        CONSTRAINT invitations_role_check CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
    invited_by uuid NOT NULL CONSTRAINT invitations_invited_by_fkey REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of what the newest link carries; looked at and taken by it.
    digest bytea NOT NULL CONSTRAINT invitations_digest_key UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- An address is invited once.
    CONSTRAINT invitations_organization_id_email_canonical_key UNIQUE (organization_id, email_canonical)
);
-- The list of an organisation's invitations, newest or oldest first.
CREATE INDEX invitations_created_at_idx ON invitations (organization_id, created_at DESC, id DESC);
-- The invitations to one's own address.
CREATE INDEX invitations_email_idx ON invitations (email_canonical, id);
-- Those that somebody sent, one after the other; also serves the cascade from users.
CREATE INDEX invitations_invited_by_idx ON invitations (invited_by, id);
-- Pruning of what has expired.
CREATE INDEX invitations_expires_at_idx ON invitations (expires_at);

-- Searches find a text anywhere: where trigrams can be had, by an index of these, else by reading all rows of the owner, with the same outcome.
-- Whoever may make the extension later asks for the index again.
CREATE FUNCTION add_search_index(searched regclass, VARIADIC columns text[]) RETURNS void LANGUAGE plpgsql
SET client_min_messages = warning AS $$
DECLARE
    of_trigrams text;
    index_name text := searched::text || '_search_idx';
BEGIN
    BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
    EXCEPTION
        -- It may not, it is not installed, there is no such schema; or somebody else makes it at the same time.
        WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR invalid_schema_name OR unique_violation THEN NULL;
    END;
    SELECT string_agg(format('%I %I.gin_trgm_ops', part, nspname), ', ') INTO of_trigrams
    FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace, unnest(columns) AS part
    WHERE extname = 'pg_trgm';
    IF of_trigrams IS NULL THEN
        RAISE WARNING 'searches of % read all rows of an owner: this role may not make the extension pg_trgm', searched;
        RETURN;
    END IF;
    EXECUTE format('DROP INDEX IF EXISTS %s', index_name);
    EXECUTE format('CREATE INDEX %s ON %s USING gin (%s)', index_name, searched, of_trigrams);
END
$$;
SELECT add_search_index('users', 'email_folded', 'full_name_folded');
SELECT add_search_index('organizations', 'name_folded', 'slug');

-- How many rows there are of a list that is told its length exactly, and how many of them are somebody's. Triggers keep it, in the
-- transaction that changes the rows. Each is the sum of some slots, one of which a connection writes, so that those who write
-- at once seldom wait for one another.
CREATE TABLE row_counts (
    relation text COLLATE "C" NOT NULL,
    -- A user or an organisation, whoever that is; the nil UUID stands for everybody.
    owner_id uuid NOT NULL,
    slot smallint NOT NULL,
    rows bigint NOT NULL,
    PRIMARY KEY (owner_id, relation, slot)
) WITH (fillfactor = 50);

-- All rows of a table: `changed` is what a statement inserted or deleted.
DO $migration$
BEGIN
EXECUTE format($create$
CREATE FUNCTION %1$I.count_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO %1$I.row_counts AS counts
        SELECT TG_TABLE_NAME, '00000000-0000-0000-0000-000000000000', pg_backend_pid() & 63,
            CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
        FROM changed HAVING count(*) > 0
        ON CONFLICT (owner_id, relation, slot) DO UPDATE SET rows = counts.rows + excluded.rows;
    RETURN NULL;
END $$
$create$, current_schema());

-- The same, and the rows of each owner. Everybody's first, always: whoever counts within the same slot waits there, holding nothing.
EXECUTE format($create$
CREATE FUNCTION %1$I.count_owned_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO %1$I.row_counts AS counts
        SELECT TG_TABLE_NAME, owner, pg_backend_pid() & 63, CASE TG_OP WHEN 'INSERT' THEN rows ELSE -rows END
        FROM (
            SELECT '00000000-0000-0000-0000-000000000000' AS owner, count(*) AS rows FROM changed HAVING count(*) > 0
            UNION ALL
            (SELECT coalesce(owner_user_id, owner_organization_id), count(*) FROM changed GROUP BY 1 ORDER BY 1)
        ) AS of_each
        ON CONFLICT (owner_id, relation, slot) DO UPDATE SET rows = counts.rows + excluded.rows;
    RETURN NULL;
END $$
$create$, current_schema());

-- A row that goes from one owner to another.
EXECUTE format($create$
CREATE FUNCTION %1$I.count_moved_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO %1$I.row_counts AS counts
        SELECT TG_TABLE_NAME, owner, pg_backend_pid() & 63, rows
        FROM (
            SELECT '00000000-0000-0000-0000-000000000000' AS owner, 0 AS rows
            UNION ALL
            (SELECT * FROM (VALUES
                (coalesce(OLD.owner_user_id, OLD.owner_organization_id), -1),
                (coalesce(NEW.owner_user_id, NEW.owner_organization_id), 1)) AS moved ORDER BY 1)
        ) AS of_each
        ON CONFLICT (owner_id, relation, slot) DO UPDATE SET rows = counts.rows + excluded.rows;
    RETURN NULL;
END $$
$create$, current_schema());

-- Whose rows are all gone with it.
EXECUTE format($create$
CREATE FUNCTION %1$I.forget_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM %1$I.row_counts WHERE owner_id = OLD.id;
    RETURN NULL;
END $$
$create$, current_schema());
END $migration$;
-- Before the commit: after what the cascades make the triggers below do.
CREATE CONSTRAINT TRIGGER users_forgotten AFTER DELETE ON users
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION forget_counts();
CREATE CONSTRAINT TRIGGER organizations_forgotten AFTER DELETE ON organizations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION forget_counts();
CREATE TRIGGER users_inserted AFTER INSERT ON users REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
CREATE TRIGGER users_deleted AFTER DELETE ON users REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
CREATE TRIGGER organizations_inserted AFTER INSERT ON organizations REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
CREATE TRIGGER organizations_deleted AFTER DELETE ON organizations REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_rows();

CREATE TABLE items (
    id uuid PRIMARY KEY,
    -- A user's or an organisation's.
    owner_user_id uuid CONSTRAINT items_owner_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    owner_organization_id uuid
        CONSTRAINT items_owner_organization_id_fkey REFERENCES organizations (id) ON DELETE CASCADE,
    title text NOT NULL,
    title_folded text COLLATE "C" NOT NULL,
    description text,
    description_folded text COLLATE "C",
    status text NOT NULL,
    due_on date,
    created_at timestamptz NOT NULL,
    CONSTRAINT items_owner_check CHECK ((owner_user_id IS NULL) <> (owner_organization_id IS NULL))
);
-- The list of a user's items, newest or oldest first; also serves the cascade from users.
CREATE INDEX items_user_created_at_idx ON items (owner_user_id, created_at DESC, id DESC) WHERE owner_user_id IS NOT NULL;
-- The list of a user's items by title.
CREATE INDEX items_user_title_idx ON items (owner_user_id, title_folded, id) WHERE owner_user_id IS NOT NULL;
-- The list of a user's items, what is due first first; what is never due comes last.
CREATE INDEX items_user_due_on_idx ON items (owner_user_id, coalesce(due_on, DATE '9999-12-31'), id)
    WHERE owner_user_id IS NOT NULL;
-- The same three for an organisation's items; the first also serves the cascade from organizations. A row is in one of the two.
CREATE INDEX items_organization_created_at_idx ON items (owner_organization_id, created_at DESC, id DESC)
    WHERE owner_organization_id IS NOT NULL;
CREATE INDEX items_organization_title_idx ON items (owner_organization_id, title_folded, id)
    WHERE owner_organization_id IS NOT NULL;
CREATE INDEX items_organization_due_on_idx ON items (owner_organization_id, coalesce(due_on, DATE '9999-12-31'), id)
    WHERE owner_organization_id IS NOT NULL;
-- The same three for everybody's items.
CREATE INDEX items_created_at_idx ON items (created_at DESC, id DESC);
CREATE INDEX items_title_idx ON items (title_folded, id);
CREATE INDEX items_due_on_idx ON items (coalesce(due_on, DATE '9999-12-31'), id);
-- What is searched for.
SELECT add_search_index('items', 'title_folded', 'description_folded');
-- How many there are, and how many of each owner.
CREATE TRIGGER items_inserted AFTER INSERT ON items REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_owned_rows();
CREATE TRIGGER items_deleted AFTER DELETE ON items REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_owned_rows();
CREATE TRIGGER items_moved AFTER UPDATE OF owner_user_id, owner_organization_id ON items
    FOR EACH ROW EXECUTE FUNCTION count_moved_row();

CREATE TABLE sessions (
    -- Found by primary key on every authenticated request.
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('token', 'cookie')),
    address text,
    user_agent text,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    -- The session is over at this moment; using it moves that on, up to `ends_at` at the most.
    expires_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    revoked_at timestamptz,
    -- When its user proved last who they are; null while a trusted device stands in for that.
    proved_at timestamptz,
    -- Until then it may write; what it wrote may be missing on replicas for a while. Null if that was never noted.
    writes_until timestamptz,
    -- SHA-256 of what the cookie carries, or of what all refresh tokens of the session have in common; found by it.
    secret_digest bytea NOT NULL CONSTRAINT sessions_secret_digest_key UNIQUE,
    -- SHA-256 of the refresh token in force.
    refresh_digest bytea,
    -- How often it was replaced.
    refresh_generation integer NOT NULL DEFAULT 0,
    -- When an access token that came with it was first used: then it reached somebody.
    refresh_seen_at timestamptz,
    -- SHA-256 of the one before it, and behind that what its successor was derived with.
    replaced bytea
);
-- The live sessions of a user, those first that were used last.
CREATE INDEX sessions_live_idx ON sessions (user_id, last_seen_at DESC, id DESC) WHERE revoked_at IS NULL;
-- All sessions of a user, one after the other; also serves the cascade from users.
CREATE INDEX sessions_user_idx ON sessions (user_id, id);
-- Pruning of what is over, and counting what lives, which looks at the index alone.
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at, revoked_at);

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

CREATE TABLE authenticator_apps (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT authenticator_apps_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    -- Names the key that sealed the secret.
    key_id text COLLATE "C" NOT NULL,
    sealed_secret bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- When its first code was shown; until then it counts for nothing.
    confirmed_at timestamptz,
    -- Of the last code that was taken, in 30 seconds since 1970: none of it or before is taken again.
    last_step bigint NOT NULL,
    last_used_at timestamptz
);
-- The apps of a user; also serves the cascade from users.
CREATE INDEX authenticator_apps_user_idx ON authenticator_apps (user_id, id);
-- One of a user waits for its first code.
CREATE UNIQUE INDEX authenticator_apps_waiting_key ON authenticator_apps (user_id) WHERE confirmed_at IS NULL;
-- Pruning of those that wait for too long.
CREATE INDEX authenticator_apps_waiting_idx ON authenticator_apps (created_at) WHERE confirmed_at IS NULL;
-- Those that another key sealed.
CREATE INDEX authenticator_apps_key_idx ON authenticator_apps (key_id, id);

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL CONSTRAINT recovery_codes_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of the user's id and the code.
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- A code is taken by it; those of a user are counted; also serves the cascade from users.
    PRIMARY KEY (user_id, digest)
);

CREATE TABLE passkeys (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT passkeys_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    -- How authenticators name it; a log-in finds it by this, whosever it is.
    credential_id bytea NOT NULL CONSTRAINT passkeys_credential_id_key UNIQUE,
    -- As the authenticator encoded it (COSE), which says of which algorithm it is.
    public_key bytea NOT NULL,
    -- How often it signed, as it says itself: two who have the key can't both go on counting.
    sign_count bigint NOT NULL,
    -- Of which make the authenticator is, as it says itself.
    aaguid uuid NOT NULL,
    is_backed_up boolean NOT NULL,
    -- When it was registered: by a finger, a face or a PIN.
    verifies_user boolean NOT NULL,
    -- Names with blanks between them.
    transports text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz
);
-- The passkeys of a user; also serves the cascade from users.
CREATE INDEX passkeys_user_idx ON passkeys (user_id, id);

CREATE TABLE trusted_devices (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT trusted_devices_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of what its cookie holds; a log-in finds it by this.
    digest bytea NOT NULL CONSTRAINT trusted_devices_digest_key UNIQUE,
    -- In plain words, as people are told of it.
    device text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
-- The trusted devices of a user; also serves the cascade from users.
CREATE INDEX trusted_devices_user_idx ON trusted_devices (user_id, id);
-- Pruning of what has expired.
CREATE INDEX trusted_devices_expires_at_idx ON trusted_devices (expires_at);

CREATE TABLE challenges (
    -- SHA-256 of what whoever goes on has; tried and consumed by it.
    digest bytea PRIMARY KEY,
    purpose text COLLATE "C" NOT NULL,
    user_id uuid CONSTRAINT challenges_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    session_id uuid CONSTRAINT challenges_session_id_fkey REFERENCES sessions (id) ON DELETE CASCADE,
    -- Of the session that it leads to.
    kind text COLLATE "C" CHECK (kind IN ('token', 'cookie')),
    -- SHA-256 of the hash of the password that was right: another one by now, and it leads nowhere.
    password_digest bytea,
    -- To whom it was given, and when.
    device text NOT NULL,
    address_range text NOT NULL,
    created_at timestamptz NOT NULL,
    tries_left integer NOT NULL CHECK (tries_left >= 0),
    expires_at timestamptz NOT NULL,
    -- It has what its purpose needs, and no more.
    CONSTRAINT challenges_purpose_check CHECK (CASE purpose
        WHEN 'second_factor' THEN user_id IS NOT NULL AND session_id IS NULL AND kind IS NOT NULL AND password_digest IS NOT NULL
        WHEN 'passkey_log_in' THEN user_id IS NULL AND session_id IS NULL AND kind IS NOT NULL AND password_digest IS NULL
        WHEN 'passkey_registration' THEN user_id IS NOT NULL AND session_id IS NOT NULL AND kind IS NULL AND password_digest IS NULL
        WHEN 'confirmation' THEN user_id IS NOT NULL AND session_id IS NOT NULL AND kind IS NULL AND password_digest IS NULL
        ELSE false
    END)
);
-- Serves the cascades from users and from sessions.
CREATE INDEX challenges_user_idx ON challenges (user_id);
CREATE INDEX challenges_session_idx ON challenges (session_id);
-- Pruning of what has expired.
CREATE INDEX challenges_expires_at_idx ON challenges (expires_at);

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
    -- The account that the mail is about: it goes with it. Whoever has its address now has nothing to do with it.
    user_id uuid CONSTRAINT outbox_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    template text COLLATE "C" NOT NULL,
    recipient text NOT NULL,
    recipient_canonical text COLLATE "C" NOT NULL,
    recipient_folded text COLLATE "C" NOT NULL,
    -- Workers pass over domains that keep too many of their hands.
    recipient_domain text COLLATE "C" GENERATED ALWAYS AS (substring(recipient_canonical from '[^@]*$')) STORED,
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
    id uuid PRIMARY KEY,
    name text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);

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

-- Retention removes whole months, each of which is a table of its own, which costs nothing; see the function below.
CREATE TABLE audit_events (
    -- UUIDv7.
    id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    kind text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('success', 'failure')),
    -- No foreign keys: events outlive the users and the organisations that they are about.
    actor_id uuid,
    subject_id uuid,
    -- Within which organisation it happened.
    organization_id uuid,
    -- A JSON object of texts.
    details text NOT NULL,
    address text,
    user_agent text,
    request_id text COLLATE "C",
    -- The list of all events, newest or oldest first; also pruning.
    PRIMARY KEY (happened_at, id)
) PARTITION BY RANGE (happened_at);
-- Whatever happened in no month that has a table.
CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT;
-- The list of each filter.
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

-- How long audit events are kept, where the application can't say otherwise unless it owns the tables. Nothing is removed
-- while it is not said.
CREATE TABLE audit_retention (
    -- There is one row.
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    keep_seconds bigint CHECK (keep_seconds >= 86400)
);
INSERT INTO audit_retention DEFAULT VALUES;

-- What happened is not rewritten: rows are only added, and removed when their time is over, by the function below. No
-- caller gets round the first: the trigger asks the clock and the table above. For the second it looks for that function,
-- by its schema too, in the call stack, whose words are translated, but not its signatures.
--
-- Names are qualified and the search path is fixed, so that nothing of the caller's, in pg_temp or elsewhere, comes first.
DO $migration$
BEGIN
EXECUTE format($create$
CREATE FUNCTION %1$I.audit_events_are_append_only() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stack text;
BEGIN
    GET DIAGNOSTICS stack = PG_CONTEXT;
    IF TG_OP = 'DELETE'
        AND OLD.happened_at < now() - (SELECT make_interval(secs => keep_seconds) FROM %1$I.audit_retention)
        AND stack ~ %2$L THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit events are append-only: %% is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
$create$, current_schema(),
    '\n[^"\n]*' || '(^|[^a-zA-Z0-9_."])' || regexp_replace(quote_ident(current_schema()), '([^a-zA-Z0-9_])', '\\\1', 'g')
        || '\.prune_audit_events\(timestamp with time zone,bigint\)');

-- The table of the month that this moment is in, unless there is one, or something of that month is in the table of the others already.
EXECUTE format($create$
CREATE FUNCTION %1$I.add_audit_month(moment timestamptz) RETURNS void LANGUAGE plpgsql
SET search_path = %1$I, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    month CONSTANT timestamptz := date_trunc('month', moment);
    next CONSTANT timestamptz := month + interval '1 month';
    name CONSTANT text := 'audit_events_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NULL
        AND NOT EXISTS (SELECT FROM audit_events_default WHERE happened_at >= month AND happened_at < next) THEN
        EXECUTE format('CREATE TABLE %%I (LIKE audit_events INCLUDING CONSTRAINTS)', name);
        EXECUTE format('CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON %%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_append_only()', name);
        EXECUTE format('ALTER TABLE audit_events ATTACH PARTITION %%I FOR VALUES FROM (%%L) TO (%%L)', name, month, next);
    END IF;
END $$
$create$, current_schema());

-- Removes the tables of months that were over before `ended`; how many events were in them, of each at most a million. Where events are kept
-- for a quarter of a year or longer, this month and the next get theirs, for which the table of the others is read, unless it is larger than
-- a gigabyte. One at a time does this, and whoever reads the whole log is not waited for: then there is another time.
EXECUTE format($create$
CREATE FUNCTION %1$I.turn_audit_months(ended timestamptz, kept interval) RETURNS bigint LANGUAGE plpgsql
SET search_path = %1$I, pg_temp SET timezone = 'UTC' SET lock_timeout = '200ms' AS $$
DECLARE
    month name;
    counted bigint;
    removed bigint := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('months of audit events in ' || current_schema())) THEN
        RETURN 0;
    END IF;
    IF kept >= interval '90 days' AND pg_relation_size('audit_events_default') < 1024 ^ 3 THEN
        PERFORM add_audit_month(now()), add_audit_month(date_trunc('month', now()) + interval '1 month');
    END IF;
    FOR month IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'audit_events'::regclass
            AND to_timestamp(substring(relname FROM '^audit_events_(\d{4}_\d{2})$'), 'YYYY_MM') + interval '1 month' <= ended
        ORDER BY relname
    LOOP
        EXECUTE format('SELECT count(*) FROM (SELECT FROM %%I LIMIT 1000000) AS events', month) INTO counted;
        EXECUTE format('DROP TABLE %%I', month);
        removed := removed + counted;
    END LOOP;
    RETURN removed;
-- Nor is pruning held up where the owner of the tables may make no more of them: events are then in that of the others.
EXCEPTION WHEN lock_not_available OR insufficient_privilege THEN
    RETURN 0;
END $$
$create$, current_schema());

-- Removes the months that were over before `before`, and at most `most` events from before that which are in none; never one that is to be
-- kept; the oldest first; how many. Several servers may call it at once. It has its owner's rights: whoever may call it needs
-- none to delete.
EXECUTE format($create$
CREATE FUNCTION %1$I.prune_audit_events(before timestamptz, most bigint) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept CONSTANT interval := (SELECT make_interval(secs => keep_seconds) FROM %1$I.audit_retention);
    ended CONSTANT timestamptz := least(before, now() - kept);
    of_months bigint;
    pruned bigint;
BEGIN
    IF kept IS NULL THEN
        RETURN 0;
    END IF;
    of_months := %1$I.turn_audit_months(ended, kept);
    DELETE FROM %1$I.audit_events_default WHERE (happened_at, id) IN (
        SELECT happened_at, id FROM %1$I.audit_events_default WHERE happened_at < ended
        ORDER BY happened_at, id LIMIT most FOR UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS pruned = ROW_COUNT;
    RETURN of_months + pruned;
END $$
$create$, current_schema());
END $migration$;
REVOKE ALL ON FUNCTION add_audit_month(timestamptz), turn_audit_months(timestamptz, interval),
    prune_audit_events(timestamptz, bigint) FROM PUBLIC;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_are_append_only();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_append_only();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events_default
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_append_only();
