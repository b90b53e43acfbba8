ALTER TABLE sessions RENAME COLUMN refresh_seen_at TO replaced_at;
ALTER TABLE sessions DROP COLUMN refresh_generation;
