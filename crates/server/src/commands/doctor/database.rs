//! The database: whether it answers, what it lacks, and whether its clock is ours.

use std::path::{Path, absolute};

use ironplate_application::{
    ClockSkew,
    ports::{Health, Store},
    with_causes,
};
use ironplate_crypto::SystemClock;
use ironplate_persistence::{DatabaseUrl, ServerFacts};

use super::finding::Finding;
use crate::config::Config;

pub(super) async fn findings(config: &Config) -> Vec<Finding> {
    let (url, options) = (&config.database.url, config.database.options);
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        // Looking into it would make it.
        let fix =
            "run ironplate migrate, if this is the right folder, and neither --config nor DATABASE_URL is missing";
        return vec![Finding::wrong("database", format!("there is none at {}", whole(path)), fix)];
    }
    let store = match ironplate_persistence::open(url, options) {
        Ok(store) => store,
        Err(error) => return vec![Finding::wrong("database", with_causes(&error), "mend DATABASE_URL")],
    };
    let mut findings = vec![health(url, &*store).await];
    match store.facts().await {
        Ok(facts) => {
            let name = name(url);
            findings.push(Finding::ok("database", format!("{} at {name}", facts.product)));
            let pending = facts.migrations.iter().filter(|migration| !migration.is_applied).count();
            findings.push(match pending {
                0 => Finding::ok("migrations", format!("all {} have run", facts.migrations.len())),
                1 => Finding::wrong("migrations", "1 has not run", "run ironplate migrate"),
                count => Finding::wrong("migrations", format!("{count} have not run"), "run ironplate migrate"),
            });
        }
        // Why, the first finding says.
        Err(_) => return findings,
    }
    findings.push(match ClockSkew::between(&SystemClock, &*store).await {
        Ok(None) => Finding::ok("clock", "agrees with the database's"),
        Ok(Some(skew)) => Finding::wrong("clock", format!("is {skew} of the database's"), "set both by NTP"),
        Err(error) => Finding::wrong("clock", with_causes(&error), "see the database"),
    });
    match ironplate_persistence::server_facts(url, options).await {
        Ok(Some(facts)) => findings.extend(server(&facts, config)),
        Ok(None) => {}
        Err(error) => findings.push(Finding::wrong("rights", with_causes(&error), "see the database")),
    }
    findings
}

async fn health(url: &DatabaseUrl, store: &dyn Store) -> Finding {
    let name = name(url);
    match store.health().await {
        Health::Ready | Health::Unmigrated(_) => Finding::ok("database", "answers, and can be written"),
        Health::Unreachable(why) if why.contains("disk I/O error") || why.contains("disk is full") => {
            Finding::wrong("database", format!("{name} can't be used: {why}"), "make room on its disk, or look at that")
        }
        Health::Unreachable(why) => {
            Finding::wrong("database", format!("{name} does not answer: {why}"), "start it, or mend DATABASE_URL")
        }
        Health::ReadOnly => {
            let fix = "write target_session_attrs=read-write into DATABASE_URL, or name the primary";
            Finding::wrong("database", format!("{name} can only be read: a standby?"), fix)
        }
        Health::Unwritable(why) => Finding::wrong("database", format!("{name} takes no writes: {why}"), "make room"),
        Health::Exhausted { connections, .. } => Finding::wrong(
            "database",
            format!("all {connections} connections are in use"),
            "look for a statement that hangs in pg_stat_activity",
        ),
    }
}

fn server(facts: &ServerFacts, config: &Config) -> Vec<Finding> {
    let ServerFacts { may_create, max_connections, connections, is_behind_another } = facts;
    let rights = if *may_create {
        Finding::ok("rights", "tables can be made in the schema")
    } else if config.database.migrate_on_start {
        Finding::wrong(
            "rights",
            "this role may make no tables, and migrations run at the start (since PostgreSQL 15 the schema public is shut)",
            "GRANT CREATE ON SCHEMA public, or set database.migrate_on_start = false and migrate as the owner",
        )
    } else {
        Finding::ok("rights", "this role may make no tables: migrations are run by another")
    };
    let own = config.database.options.connections + 1;
    let says = format!("a server here uses up to {own}; {connections} of {max_connections} are in use");
    let room = i64::from(*max_connections) - connections;
    let pools = if i64::try_from(own).unwrap_or(i64::MAX) > room {
        let fix = "lower database.connections, or raise max_connections: all servers and workers together need less";
        Finding::unwise("connections", says, fix)
    } else {
        Finding::ok("connections", says)
    };
    let between = if *is_behind_another {
        Finding::unwise(
            "pooler",
            "who answers at the address is not PostgreSQL itself: a pooler, or a port that is forwarded",
            "PgBouncer from 1.21 on, with max_prepared_statements: docs/POSTGRESQL.md",
        )
    } else {
        Finding::ok("pooler", "none is in between")
    };
    vec![rights, pools, between]
}

fn name(url: &DatabaseUrl) -> String {
    match url {
        DatabaseUrl::Sqlite(path) => whole(path),
        DatabaseUrl::Postgres(_) => url.to_string(),
    }
}

fn whole(path: &Path) -> String {
    absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
