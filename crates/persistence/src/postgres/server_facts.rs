//! What a server says of itself, its limits and our rights. Nothing is changed to learn it.

use std::sync::Arc;

use diesel::{
    QueryResult,
    dsl::sql,
    prelude::*,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text},
};
use diesel_async::RunQueryDsl;

use super::{
    Conn, SLACK,
    connect::{Connector, unreachable},
    explained,
    shared::handle::in_time,
};
use crate::{
    ConnectionLimit, ServerFacts, StoreOptions, Unreachable,
    address::{Host, PostgresUrl},
};

/// Of other users' connections a role sees little: not even what sort they are. Superusers are held to no limit but the server's.
const LIMITS: &str = "
    WITH others AS (
        SELECT datname, usename FROM pg_stat_activity
        WHERE datname IS NOT NULL AND usename IS NOT NULL AND pid <> pg_backend_pid()
            AND coalesce(backend_type, 'client backend') = 'client backend'
    ), who AS (SELECT rolname, rolconnlimit FROM pg_roles WHERE rolname = session_user AND NOT rolsuper)
    SELECT 'max_connections' AS name, (SELECT count(*) FROM others) AS in_use,
        current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint
            - coalesce(current_setting('reserved_connections', true)::bigint, 0) AS most
    UNION ALL
    SELECT 'CONNECTION LIMIT of the database ' || pg_database.datname,
        (SELECT count(*) FROM others WHERE others.datname = pg_database.datname), datconnlimit
    FROM pg_database, who WHERE datname = current_database() AND datconnlimit >= 0
    UNION ALL
    SELECT 'CONNECTION LIMIT of the role ' || rolname, (SELECT count(*) FROM others WHERE usename = rolname), rolconnlimit
    FROM who WHERE rolconnlimit >= 0";

/// Those that migrations make; others may have theirs in the same schema.
pub(crate) const TABLES: &[&str] = &[
    "__diesel_schema_migrations",
    "audit_events",
    "audit_retention",
    "authenticator_apps",
    "challenges",
    "invitations",
    "items",
    "known_clients",
    "memberships",
    "one_time_tokens",
    "organizations",
    "outbox",
    "passkeys",
    "rate_limits",
    "recovery_codes",
    "row_counts",
    "sessions",
    "trusted_devices",
    "users",
    "workers",
];

/// The exceptions are those of docs/POSTGRESQL.md: some tables are read, or added to, and changed by their owner alone.
const MISSING_GRANTS: &str = "
    WITH missing AS (
        SELECT format('%I.%I', current_schema(), relname) AS name, string_agg(privilege, ', ' ORDER BY place) AS privileges
        FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY AS each (privilege, place)
        WHERE relkind IN ('r', 'p') AND relnamespace = to_regnamespace(current_schema()) AND relname = ANY ($1)
            AND NOT (relname = 'audit_events' AND privilege IN ('UPDATE', 'DELETE'))
            AND NOT (relname IN ('audit_retention', '__diesel_schema_migrations') AND privilege <> 'SELECT')
            AND NOT has_table_privilege(pg_class.oid, privilege)
        GROUP BY relname
    )
    SELECT format('GRANT %s ON %s TO %I', privileges, string_agg(name, ', ' ORDER BY name), current_user) AS grant
    FROM missing GROUP BY privileges
    UNION ALL
    SELECT format('GRANT EXECUTE ON FUNCTION %I.prune_audit_events(timestamptz, bigint) TO %I', current_schema(), current_user)
    WHERE NOT has_function_privilege(to_regprocedure('prune_audit_events(timestamptz, bigint)'), 'EXECUTE')
    UNION ALL
    SELECT format('GRANT USAGE ON SCHEMA %s TO %I', trim(split_part(current_setting('search_path'), ',', -1)), current_user)
    WHERE current_schema() IS NULL";

/// As the library below names what it prepares. A pooler that keeps statements apart gives them names of its own.
const OURS_TO_ANOTHER: &str =
    "EXISTS (SELECT FROM pg_prepared_statements WHERE statement = 'SELECT $1' AND name ~ '^s[0-9]+$')";

#[derive(QueryableByName)]
struct LimitRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    most: i64,
    #[diesel(sql_type = BigInt)]
    in_use: i64,
}

#[derive(QueryableByName)]
struct GrantRow {
    #[diesel(sql_type = Text)]
    grant: String,
}

pub(crate) async fn server_facts(url: &PostgresUrl, options: StoreOptions) -> Result<ServerFacts, Unreachable> {
    let connector = Arc::new(Connector::new(url, options)?);
    let mut conn = connector.connect().await?;
    let asked = async {
        let mut facts = facts(&mut conn, url).await?;
        facts.shares_statements = shares_statements(&mut conn, &connector).await?;
        Ok(facts)
    };
    let told = in_time(Some(options.statement_timeout + SLACK), asked).await;
    told.map_err(|error| unreachable(&explained(error, conn.sqlstate())))
}

/// `inet_server_port` is the port at which the server itself was reached, and nothing where that was by a socket.
async fn facts(conn: &mut Conn, url: &PostgresUrl) -> QueryResult<ServerFacts> {
    let told = diesel::select((
        sql::<Bool>("coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)"),
        sql::<Nullable<Integer>>("inet_server_port()"),
    ));
    let (may_create, port): (bool, Option<i32>) = told.get_result(conn).await?;
    let is_direct = url.endpoints.iter().any(|endpoint| match endpoint.host {
        Host::Tcp { .. } => port == Some(endpoint.port.into()),
        Host::Socket(_) => port.is_none(),
    });
    let grants: Vec<GrantRow> = diesel::sql_query(MISSING_GRANTS).bind::<Array<Text>, _>(TABLES).load(conn).await?;
    let limits: Vec<LimitRow> = diesel::sql_query(LIMITS).load(conn).await?;
    Ok(ServerFacts {
        may_create,
        missing_grants: grants.into_iter().map(|row| row.grant).collect(),
        limits: limits
            .into_iter()
            .map(|LimitRow { name, most, in_use }| ConnectionLimit { name, most, in_use })
            .collect(),
        is_behind_another: !is_direct,
        shares_statements: false,
    })
}

/// Prepares a statement on one connection, and looks for it on another. Where there is room for one alone, that stays unknown.
async fn shares_statements(conn: &mut Conn, connector: &Arc<Connector>) -> QueryResult<bool> {
    let prepared = diesel::select(1.into_sql::<Integer>());
    let _one: i32 = prepared.get_result(conn).await?;
    let Ok(mut other) = connector.connect().await else { return Ok(false) };
    diesel::select(sql::<Bool>(OURS_TO_ANOTHER)).get_result(&mut other).await
}

#[cfg(test)]
mod tests {
    use super::{super::with_database, *};
    use crate::DatabaseUrl;

    #[derive(QueryableByName)]
    struct TableRow {
        #[diesel(sql_type = Text)]
        name: String,
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn every_table_that_migrations_make_is_asked_for() {
        with_database(|url| async move {
            let options = crate::database::options();
            crate::migrate(&url, options).await.expect("the migrations");
            let DatabaseUrl::Postgres(url) = url else { panic!("{url} is not PostgreSQL") };
            let connector = Arc::new(Connector::new(&url, options).expect("an address"));
            let mut conn = connector.connect().await.expect("a connection");
            let made = "SELECT relname::text AS name FROM pg_class \
                        WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = current_schema()::regnamespace ORDER BY relname COLLATE \"C\"";
            let made: Vec<TableRow> = diesel::sql_query(made).load(&mut conn).await.expect("the tables");
            let made: Vec<_> = made.into_iter().map(|row| row.name).collect();
            let mut told = TABLES.to_vec();
            told.sort_unstable();
            assert_eq!(made, told, "add to TABLES in server_facts.rs what migrations make");
        })
        .await;
    }
}
