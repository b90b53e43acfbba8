CREATE OR REPLACE FUNCTION audit_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stack text;
BEGIN
    GET DIAGNOSTICS stack = PG_CONTEXT;
    IF TG_OP = 'DELETE' AND OLD.happened_at < now() - interval '1 day'
        AND stack ~ '\n[^"\n]*\mprune_audit_events\(timestamp with time zone,bigint\)' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit events are append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE FUNCTION prune_audit_events(before timestamptz, most bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    pruned bigint;
BEGIN
    DELETE FROM audit_events WHERE id IN (
        SELECT id FROM audit_events WHERE happened_at < least(before, now() - interval '1 day')
        ORDER BY happened_at, id LIMIT most FOR UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS pruned = ROW_COUNT;
    RETURN pruned;
END $$;
GRANT EXECUTE ON FUNCTION prune_audit_events(timestamptz, bigint) TO PUBLIC;
DROP TABLE audit_retention;
