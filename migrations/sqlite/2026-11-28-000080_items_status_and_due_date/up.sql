-- An item is open or done, and may have a day on which it is due, in days since 1970-01-01. Servers of an earlier version write
-- rows without either.
ALTER TABLE items ADD COLUMN status TEXT NOT NULL DEFAULT 'open';
ALTER TABLE items ADD COLUMN due_on INTEGER;
-- The list of one owner's items, what is due first first; what is never due comes last, on 9999-12-31.
CREATE INDEX items_owner_due_on_idx ON items (owner_id, coalesce(due_on, 2932896), id);
-- The same for everybody's items.
CREATE INDEX items_due_on_idx ON items (coalesce(due_on, 2932896), id);
