-- Workers pass over domains that keep too many of their hands.
ALTER TABLE outbox ADD COLUMN recipient_domain TEXT
    GENERATED ALWAYS AS (substr(recipient_canonical, instr(recipient_canonical, '@') + 1)) VIRTUAL;
-- The two lanes of claims: what was never tried, and what was. Both as they are due, or the newest first.
CREATE INDEX outbox_untried_idx ON outbox (due_at, id) WHERE finished_at IS NULL AND attempts = 0;
CREATE INDEX outbox_retries_idx ON outbox (due_at, id) WHERE finished_at IS NULL AND attempts > 0;
