CREATE INDEX outbox_recipient_idx ON outbox (recipient_canonical);
DROP INDEX outbox_user_idx;
ALTER TABLE outbox RENAME COLUMN user_id TO user_id_with_key;
ALTER TABLE outbox ADD COLUMN user_id BLOB;
UPDATE outbox SET user_id = user_id_with_key;
ALTER TABLE outbox DROP COLUMN user_id_with_key;
CREATE INDEX outbox_user_idx ON outbox (user_id, id);
