CREATE INDEX outbox_recipient_idx ON outbox (recipient_canonical);
ALTER TABLE outbox DROP CONSTRAINT outbox_user_id_fkey;
