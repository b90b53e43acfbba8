-- Ids are 16-byte BLOBs, moments are INTEGER microseconds since 1970, texts compare by code point.

CREATE TABLE users (
    id BLOB PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    -- Lower-case, domain in ASCII: what makes two addresses the same.
    email_canonical TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    full_name TEXT,
    full_name_folded TEXT,
    password_hash TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    is_superuser INTEGER NOT NULL CHECK (is_superuser IN (0, 1)),
    is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
    created_at INTEGER NOT NULL,
    -- Log-in, uniqueness, and the list by address.
    CONSTRAINT users_email_canonical_key UNIQUE (email_canonical)
) STRICT, WITHOUT ROWID;
-- The list of users, newest or oldest first.
CREATE INDEX users_created_at_idx ON users (created_at DESC, id DESC);
-- Who is left to administer.
CREATE INDEX users_superuser_idx ON users (id) WHERE is_superuser;

CREATE TABLE items (
    id BLOB PRIMARY KEY NOT NULL,
    owner_id BLOB NOT NULL CONSTRAINT items_owner_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    title_folded TEXT NOT NULL,
    description TEXT,
    description_folded TEXT,
    created_at INTEGER NOT NULL
) STRICT;
-- The list of one owner's items, newest or oldest first; also serves the cascade from users.
CREATE INDEX items_owner_created_at_idx ON items (owner_id, created_at DESC, id DESC);
-- The list of one owner's items by title.
CREATE INDEX items_owner_title_idx ON items (owner_id, title_folded, id);
-- The same two for everybody's items.
CREATE INDEX items_created_at_idx ON items (created_at DESC, id DESC);
CREATE INDEX items_title_idx ON items (title_folded, id);

CREATE TABLE sessions (
    -- Found by primary key on every authenticated request.
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
-- All sessions of a user, to end them; also serves the cascade from users.
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
