-- A record of mail is of the account that it is about, and goes with it. Whoever has its address now has nothing to do with it.
DELETE FROM outbox WHERE user_id IS NOT NULL AND user_id NOT IN (SELECT id FROM users);
-- SQLite can't add a foreign key to a column, so another one takes its place.
DROP INDEX outbox_user_idx;
ALTER TABLE outbox RENAME COLUMN user_id TO user_id_without_key;
ALTER TABLE outbox
    ADD COLUMN user_id BLOB CONSTRAINT outbox_user_id_fkey REFERENCES users (id) ON DELETE CASCADE;
UPDATE outbox SET user_id = user_id_without_key;
ALTER TABLE outbox DROP COLUMN user_id_without_key;
-- Also serves the cascade.
CREATE INDEX outbox_user_idx ON outbox (user_id, id);
DROP INDEX outbox_recipient_idx;
