DROP INDEX outbox_untried_idx;
DROP INDEX outbox_retries_idx;
ALTER TABLE outbox DROP COLUMN recipient_domain;
