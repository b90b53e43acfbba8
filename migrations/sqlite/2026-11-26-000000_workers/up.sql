-- Who is at work on the outbox: a row for each worker, written by itself. There are few, so nothing is indexed.
CREATE TABLE workers (
    -- UUIDv7, of one run.
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
