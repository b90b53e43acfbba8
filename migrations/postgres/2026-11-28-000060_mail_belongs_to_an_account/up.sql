-- A record of mail is of the account that it is about, and goes with it. Whoever has its address now has nothing to do with it.
DELETE FROM outbox WHERE user_id IS NOT NULL AND user_id NOT IN (SELECT id FROM users);
-- `outbox_user_idx` serves the cascade.
ALTER TABLE outbox
    ADD CONSTRAINT outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
DROP INDEX outbox_recipient_idx;
