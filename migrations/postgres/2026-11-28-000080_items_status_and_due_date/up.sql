-- An item is open or done, and may have a day on which it is due. Servers of an earlier version write rows without either.
ALTER TABLE items
    ADD COLUMN status text NOT NULL DEFAULT 'open',
    ADD COLUMN due_on date;
-- The list of one owner's items, what is due first first; what is never due comes last.
CREATE INDEX items_owner_due_on_idx ON items (owner_id, coalesce(due_on, DATE '9999-12-31'), id);
-- The same for everybody's items.
CREATE INDEX items_due_on_idx ON items (coalesce(due_on, DATE '9999-12-31'), id);
