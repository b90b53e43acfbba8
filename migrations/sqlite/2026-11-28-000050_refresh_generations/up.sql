-- How often the refresh token was replaced.
ALTER TABLE sessions ADD COLUMN refresh_generation INTEGER NOT NULL DEFAULT 0;
-- When an access token that came with the refresh token in force was first used: then that token reached somebody.
ALTER TABLE sessions RENAME COLUMN replaced_at TO refresh_seen_at;
