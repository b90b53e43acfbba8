//! What a standby says of itself.

use std::sync::Arc;

use diesel::{
    dsl::sql,
    sql_types::{BigInt, Bool, Nullable},
};
use diesel_async::RunQueryDsl;

use super::{
    SLACK,
    connect::{Connector, unreachable},
    explained,
    shared::handle::in_time,
};
use crate::{ReplicaFacts, StoreOptions, Unreachable, address::PostgresUrl};

pub(crate) async fn replica_facts(url: &PostgresUrl, options: StoreOptions) -> Result<ReplicaFacts, Unreachable> {
    let mut conn = Arc::new(Connector::new(url, options)?).connect().await?;
    let told = diesel::select((
        sql::<Bool>("pg_is_in_recovery()"),
        // Whoever asks a server that is no standby is told an error.
        sql::<Bool>("CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END"),
        sql::<Nullable<BigInt>>("extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::bigint"),
    ));
    let told =
        in_time(Some(options.statement_timeout + SLACK), told.get_result::<(bool, bool, Option<i64>)>(&mut conn));
    let (is_standby, is_paused, replayed_seconds_ago) =
        told.await.map_err(|error| unreachable(&explained(error, conn.sqlstate())))?;
    Ok(ReplicaFacts { is_standby, is_paused, replayed_seconds_ago })
}
