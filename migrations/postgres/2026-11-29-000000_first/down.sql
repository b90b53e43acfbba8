DROP TABLE audit_events, audit_retention, rate_limits, workers, outbox, one_time_tokens, challenges, trusted_devices,
    passkeys, recovery_codes, authenticator_apps, known_clients, sessions, row_counts, items, invitations, memberships,
    organizations, users;
DROP FUNCTION prune_audit_events(timestamptz, bigint);
DROP FUNCTION turn_audit_months(timestamptz, interval);
DROP FUNCTION add_audit_month(timestamptz);
DROP FUNCTION audit_events_are_append_only();
DROP FUNCTION count_rows();
DROP FUNCTION count_owned_rows();
DROP FUNCTION count_moved_row();
DROP FUNCTION forget_counts();
DROP FUNCTION add_search_index(regclass, text[]);
