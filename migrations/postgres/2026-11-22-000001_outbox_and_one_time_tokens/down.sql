DROP TABLE outbox;
DROP TABLE one_time_tokens;
-- The empty text is nobody's hash.
UPDATE users SET password_hash = '' WHERE password_hash IS NULL;
ALTER TABLE users ALTER COLUMN password_hash SET NOT NULL;
