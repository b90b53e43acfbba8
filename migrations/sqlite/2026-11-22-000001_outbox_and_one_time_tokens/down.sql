DROP TABLE outbox;
DROP TABLE one_time_tokens;
-- The empty text is nobody's hash.
ALTER TABLE users RENAME COLUMN password_hash TO password_hash_optional;
ALTER TABLE users ADD COLUMN password_hash TEXT NOT NULL DEFAULT '';
UPDATE users SET password_hash = coalesce(password_hash_optional, '');
ALTER TABLE users DROP COLUMN password_hash_optional;
