-- Who is at work on the outbox: a row for each worker, written by itself. There are few, so nothing is indexed.
CREATE TABLE workers (
    -- UUIDv7, of one run.
    id uuid PRIMARY KEY,
    name text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
