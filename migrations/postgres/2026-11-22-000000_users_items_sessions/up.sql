-- "C" collation: texts that are compared and sorted do so by code point, as in SQLite.

CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    -- Lower-case, domain in ASCII: what makes two addresses the same.
    email_canonical text COLLATE "C" NOT NULL,
    email_folded text COLLATE "C" NOT NULL,
    full_name text,
    full_name_folded text COLLATE "C",
    password_hash text NOT NULL,
    is_active boolean NOT NULL,
    is_superuser boolean NOT NULL,
    is_verified boolean NOT NULL,
    created_at timestamptz NOT NULL,
    -- Log-in, uniqueness, and the list by address.
    CONSTRAINT users_email_canonical_key UNIQUE (email_canonical)
);
-- The list of users, newest or oldest first.
CREATE INDEX users_created_at_idx ON users (created_at DESC, id DESC);
-- Who is left to administer.
CREATE INDEX users_superuser_idx ON users (id) WHERE is_superuser;

CREATE TABLE items (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL CONSTRAINT items_owner_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    title text NOT NULL,
    title_folded text COLLATE "C" NOT NULL,
    description text,
    description_folded text COLLATE "C",
    created_at timestamptz NOT NULL
);
-- The list of one owner's items, newest or oldest first; also serves the cascade from users.
CREATE INDEX items_owner_created_at_idx ON items (owner_id, created_at DESC, id DESC);
-- The list of one owner's items by title.
CREATE INDEX items_owner_title_idx ON items (owner_id, title_folded, id);
-- The same two for everybody's items.
CREATE INDEX items_created_at_idx ON items (created_at DESC, id DESC);
CREATE INDEX items_title_idx ON items (title_folded, id);

CREATE TABLE sessions (
    -- Found by primary key on every authenticated request.
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
-- All sessions of a user, to end them; also serves the cascade from users.
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
