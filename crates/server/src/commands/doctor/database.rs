//! The database: whether it answers, what it lacks, and whether its clock is ours.

use std::path::{Path, absolute};

use ironplate_application::{
    ClockSkew,
    ports::{DatabaseFacts, Health, Migration, Store, StoreError},
    with_causes,
};
use ironplate_crypto::SystemClock;
use ironplate_persistence::{DatabaseUrl, ServerFacts};

use super::{finding::Finding, machine, obstacle, replicas, server_facts};
use crate::config::Database;

pub(super) async fn findings(database: &Database) -> Vec<Finding> {
    let (url, options) = (&database.url, database.options);
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        // Looking into it would make it.
        return vec![missing(path)];
    }
    let store = match ironplate_persistence::open(url, options) {
        Ok(store) => store,
        Err(error) => return vec![Finding::wrong("database", with_causes(&error), "mend DATABASE_URL")],
    };
    let look = Look::at(&*store).await;
    match ironplate_persistence::server_facts(url, options).await {
        Ok(None) => look.findings(url, None),
        // What was asked before may have found its statements, or not.
        Ok(Some(facts)) if facts.shares_statements => vec![server_facts::lost_statements()],
        Ok(Some(facts)) => {
            let told = server_facts::findings(&facts, options.connections, look.connections());
            [look.findings(url, Some(&facts)), told, replicas::findings(database).await].concat()
        }
        Err(error) => vec![obstacle::finding(url, &error)],
    }
}

/// Whether somebody is in the wrong folder, or is not the server's user, they know themselves.
fn missing(path: &Path) -> Finding {
    let (says, subject) = (format!("there is none at {}", whole(path)), "database");
    match machine::refusal(path) {
        None => {
            let fix =
                "run ironplate migrate, if this is the right folder, and neither --config nor DATABASE_URL is missing";
            Finding::wrong(subject, says, fix)
        }
        Some(refusal) => {
            let fix = "run it in the folder of the server and as its user, with its --config or DATABASE_URL; or make the \
                       folder, and give it to that user";
            Finding::wrong(subject, format!("{says}, and none can be made: {refusal}"), fix)
        }
    }
}

/// What a server would see of it.
struct Look {
    health: Health,
    /// Where it is to be reached.
    facts: Option<(DatabaseFacts, Result<Option<ClockSkew>, StoreError>)>,
}

impl Look {
    async fn at(store: &dyn Store) -> Self {
        let health = store.health().await;
        let facts = match health {
            Health::Unreachable(_) => None,
            _ => store.facts().await.ok(),
        };
        let facts = match facts {
            Some(facts) => Some((facts, ClockSkew::between(&SystemClock, store).await)),
            None => None,
        };
        Self { health, facts }
    }

    /// So many it took: one for readiness, one for all else.
    fn connections(&self) -> i64 {
        if self.facts.is_some() { 2 } else { 1 }
    }

    fn findings(self, url: &DatabaseUrl, server: Option<&ServerFacts>) -> Vec<Finding> {
        let lacks_rights = server.is_some_and(|facts| !facts.missing_grants.is_empty());
        let mut findings = match self.health {
            // A right on the list of migrations is told with the others.
            Health::Unreachable(_) if lacks_rights => Vec::new(),
            health => vec![told(url, health)],
        };
        let Some((facts, skew)) = self.facts else { return findings };
        findings.push(Finding::ok("database", format!("{} at {}", facts.product, name(url))));
        let count = |is: fn(&Migration) -> bool| facts.migrations.iter().filter(|&migration| is(migration)).count();
        let (pending, unknown) = (count(|migration| !migration.is_applied), count(|migration| !migration.is_known));
        // Without its rights it may not see that they have run.
        if pending == 0 || !lacks_rights {
            findings.push(match facts.in_the_way[..] {
                [] => migrations(facts.migrations.len() - unknown, pending, unknown, server),
                _ => in_the_way(&facts.in_the_way),
            });
        }
        findings.push(clock(skew));
        findings
    }
}

fn clock(skew: Result<Option<ClockSkew>, StoreError>) -> Finding {
    match skew {
        Ok(None) => Finding::ok("clock", "agrees with the database's"),
        Ok(Some(skew)) => Finding::wrong("clock", format!("is {skew} of the database's"), "set both by NTP"),
        Err(error) => Finding::wrong("clock", with_causes(&error), "see the database"),
    }
}

fn told(url: &DatabaseUrl, health: Health) -> Finding {
    let name = name(url);
    let wrong = |says: String, fix| Finding::wrong("database", format!("{name} {says}"), fix);
    match health {
        Health::Ready | Health::Unmigrated(_) => Finding::ok("database", "answers, and can be written"),
        Health::Unreachable(why) => unreachable(&name, &why),
        Health::ReadOnly => wrong(
            "can only be read: a standby, or a default_transaction_read_only that is on".to_owned(),
            "name the primary, or write target_session_attrs=read-write into DATABASE_URL; or set \
             default_transaction_read_only off where it is on, for the role, the database or the server",
        ),
        Health::Unwritable(why) => wrong(format!("takes no writes: {why}"), "make room"),
        Health::Exhausted { connections, .. } => Finding::wrong(
            "database",
            format!("all {connections} connections are in use"),
            "look for a statement that hangs in pg_stat_activity",
        ),
    }
}

/// PostgreSQL has answered before this; SQLite speaks English alone.
fn unreachable(name: &str, why: &str) -> Finding {
    let has = |words: &[&str]| words.iter().any(|words| why.contains(words));
    let (says, fix) = if has(&["disk I/O error", "disk is full"]) {
        ("can't be used", "make room on its disk, or look at that")
    } else if has(&["not a database", "malformed"]) {
        ("is no SQLite database, or a broken one", "mend DATABASE_URL, or restore a copy: docs/operations/backup.md")
    } else if has(&["unable to open", "readonly"]) {
        ("can't be opened", "give file and folder to the user that the server runs as, or mend DATABASE_URL")
    } else if has(&["is locked"]) {
        ("is kept by another program", "end that program: SQLite's own shell with an open transaction, for example")
    } else {
        ("answered once, and then no more", "run it again; look into the log of the database")
    };
    Finding::wrong("database", format!("{name} {says}: {why}"), fix)
}

/// Migrating would fail at the first of them.
fn in_the_way(tables: &[String]) -> Finding {
    let says =
        format!("none has run, but there are tables of these names, which another program made: {}", tables.join(", "));
    Finding::wrong(
        "migrations",
        says,
        "name a database of its own in DATABASE_URL, or a schema by options=-csearch_path=NAME",
    )
}

fn migrations(all: usize, pending: usize, unknown: usize, server: Option<&ServerFacts>) -> Finding {
    let says = match (pending, unknown) {
        (0, 0) => return Finding::ok("migrations", format!("all {all} have run")),
        // A newer server may run beside this one, or have run before it.
        (0, _) => {
            return Finding::ok(
                "migrations",
                format!("all {all} have run, and {unknown} that only a newer version knows"),
            );
        }
        (_, 1..) => {
            let says = format!("{pending} of {all} have not run, but {unknown} have that this version does not know");
            return Finding::wrong(
                "migrations",
                says,
                "look whether DATABASE_URL names the right database; else run ironplate migrate",
            );
        }
        (1, 0) => "1 has not run".to_owned(),
        (count, 0) => format!("{count} have not run"),
    };
    if server.is_none_or(|facts| facts.may_create) {
        return Finding::wrong("migrations", says, "run ironplate migrate");
    }
    // Since PostgreSQL 15 the schema public is shut.
    let fix = "run ironplate migrate as the owner of the tables; or, as the owner of the schema, GRANT CREATE ON it to this role";
    Finding::wrong("migrations", says + ", and this role may make no tables", fix)
}

pub(super) fn name(url: &DatabaseUrl) -> String {
    match url {
        DatabaseUrl::Sqlite(path) => whole(path),
        DatabaseUrl::Postgres(_) => url.to_string(),
    }
}

fn whole(path: &Path) -> String {
    absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
