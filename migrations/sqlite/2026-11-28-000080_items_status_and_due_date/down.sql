DROP INDEX items_due_on_idx;
DROP INDEX items_owner_due_on_idx;
ALTER TABLE items DROP COLUMN due_on;
ALTER TABLE items DROP COLUMN status;
