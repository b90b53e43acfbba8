//! The standbys that answer what may be old: whether each answers, follows, and is near enough.

use ironplate_persistence::{PostgresUrl, ReplicaFacts, StoreOptions, replica_facts};

use super::finding::Finding;
use crate::{config::Database, database::says};

/// What is wrong with one costs nobody an answer: the primary gives it.
pub(super) async fn findings(database: &Database) -> Vec<Finding> {
    let mut findings = Vec::with_capacity(database.replicas.len());
    for url in &database.replicas {
        findings.push(finding(url, database.options).await);
    }
    findings
}

async fn finding(url: &PostgresUrl, options: StoreOptions) -> Finding {
    let unwise = |says: String, fix: &str| Finding::unwise("replica", format!("{url} {says}"), fix);
    match replica_facts(url, options).await {
        Err(error) => unwise(
            format!("{}: {error}", says(error.obstacle)),
            "mend it, or take it out of database.replica_urls: the primary answers in its place",
        ),
        Ok(ReplicaFacts { is_standby: false, .. }) => {
            unwise("is no standby, and is asked nothing".to_owned(), "name standbys of the server in DATABASE_URL")
        }
        Ok(ReplicaFacts { is_paused: true, .. }) => {
            unwise("stands still".to_owned(), "on it: SELECT pg_wal_replay_resume()")
        }
        Ok(ReplicaFacts { replayed_seconds_ago, .. }) => {
            let last = replayed_seconds_ago.map_or_else(
                || "nothing yet".to_owned(),
                |seconds| format!("what was committed {} s ago", seconds.max(0)),
            );
            Finding::ok("replica", format!("{url} follows; it replayed last {last}"))
        }
    }
}
