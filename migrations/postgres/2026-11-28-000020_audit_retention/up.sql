-- How long audit events are kept, where the application can't say otherwise unless it owns the tables. Nothing is removed
-- while it is not said.
CREATE TABLE audit_retention (
    -- There is one row.
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    keep_seconds bigint CHECK (keep_seconds >= 86400)
);
INSERT INTO audit_retention DEFAULT VALUES;

-- What happened is not rewritten: rows are only added, and removed when their time is over, by the function below. No
-- caller gets round the first: the trigger asks the clock and the table above. For the second it looks for that function,
-- by its schema too, in the call stack, whose words are translated, but not its signatures.
--
-- Names are qualified and the search path is fixed, so that nothing of the caller's, in pg_temp or elsewhere, comes first.
DO $migration$
BEGIN
EXECUTE format($create$
CREATE OR REPLACE FUNCTION %1$I.audit_events_are_append_only() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stack text;
BEGIN
    GET DIAGNOSTICS stack = PG_CONTEXT;
    IF TG_OP = 'DELETE'
        AND OLD.happened_at < now() - (SELECT make_interval(secs => keep_seconds) FROM %1$I.audit_retention)
        AND stack ~ %2$L THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit events are append-only: %% is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
$create$, current_schema(),
    '\n[^"\n]*' || '(^|[^a-zA-Z0-9_."])' || regexp_replace(quote_ident(current_schema()), '([^a-zA-Z0-9_])', '\\\1', 'g')
        || '\.prune_audit_events\(timestamp with time zone,bigint\)');

-- Removes at most `most` events from before `before`, and of those none that is to be kept; the oldest first; how many.
-- Several servers may call it at once. It has its owner's rights: whoever may call it needs none to delete.
EXECUTE format($create$
CREATE OR REPLACE FUNCTION %1$I.prune_audit_events(before timestamptz, most bigint) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pruned bigint;
BEGIN
    DELETE FROM %1$I.audit_events WHERE id IN (
        SELECT id FROM %1$I.audit_events WHERE happened_at < before
            AND happened_at < now() - (SELECT make_interval(secs => keep_seconds) FROM %1$I.audit_retention)
        ORDER BY happened_at, id LIMIT most FOR UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS pruned = ROW_COUNT;
    RETURN pruned;
END $$
$create$, current_schema());
END $migration$;
REVOKE ALL ON FUNCTION prune_audit_events(timestamptz, bigint) FROM PUBLIC;
