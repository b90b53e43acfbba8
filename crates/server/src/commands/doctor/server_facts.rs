//! What PostgreSQL says of our rights, of its limits, and of who stands in between.

use ironplate_persistence::{ConnectionLimit, ServerFacts};

use super::finding::Finding;

/// `connections` is what the pool of a server here may have; `doctors` are kept by who asks.
pub(super) fn findings(facts: &ServerFacts, connections: usize, doctors: i64) -> Vec<Finding> {
    // One more is for readiness alone.
    let own = i64::try_from(connections + 1).unwrap_or(i64::MAX);
    let limits = facts.limits.iter().map(|limit| room(limit, own, (limit.in_use - doctors).max(0)));
    [rights(facts)].into_iter().chain(limits).chain([pooler(facts)]).collect()
}

fn rights(facts: &ServerFacts) -> Finding {
    if !facts.missing_grants.is_empty() {
        let fix = format!("as the owner of the tables: {}", facts.missing_grants.join("; "));
        return Finding::wrong("rights", "this role lacks rights that a server needs", fix);
    }
    let made = if facts.may_create { "" } else { "; none can be made: migrations are run by another role" };
    Finding::ok("rights", format!("all tables can be used{made}"))
}

fn room(ConnectionLimit { name, most, .. }: &ConnectionLimit, own: i64, in_use: i64) -> Finding {
    let says = format!("{name} is {most}, of which {in_use} are in use; a server here uses up to {own}");
    if own > *most {
        Finding::wrong("connections", says, "lower database.connections, or raise that limit")
    } else if own > most - in_use {
        let fix = "lower database.connections, or raise that limit: all servers and workers together need less";
        Finding::unwise("connections", says, fix)
    } else {
        Finding::ok("connections", says)
    }
}

fn pooler(facts: &ServerFacts) -> Finding {
    if facts.shares_statements {
        lost_statements()
    } else if facts.is_behind_another {
        Finding::unwise(
            "pooler",
            "who answers at the address is not PostgreSQL itself: a pooler, or a port that is forwarded",
            "PgBouncer from 1.21 on, with max_prepared_statements: docs/POSTGRESQL.md",
        )
    } else {
        Finding::ok("pooler", "none is in between")
    }
}

pub(super) fn lost_statements() -> Finding {
    Finding::wrong(
        "pooler",
        "what answers at the address gives prepared statements of one client to another: requests fail with SQLSTATE 26000 or 42P05",
        "PgBouncer 1.21 or later with max_prepared_statements above 0, or pool_mode = session: docs/POSTGRESQL.md",
    )
}
