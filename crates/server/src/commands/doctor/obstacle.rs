//! What is in the way to PostgreSQL, and who can take it away.

use ironplate_persistence::{DatabaseUrl, Obstacle, Unreachable};

use super::{database::name, finding::Finding, server_facts};

pub(super) fn finding(url: &DatabaseUrl, error: &Unreachable) -> Finding {
    let (says, fix) = match error.obstacle {
        Obstacle::Absence => ("does not answer", "start it, or mend host and port in DATABASE_URL"),
        Obstacle::Silence => (
            "says nothing",
            "look whether PostgreSQL listens at that port and does not hang, and whether a firewall is in between",
        ),
        Obstacle::Tls => (
            "can't be reached by TLS",
            "write the name that the certificate is for, or name its authority by sslrootcert=FILE; sslmode does without: docs/POSTGRESQL.md",
        ),
        Obstacle::LogIn => {
            ("refuses the log-in", "mend user and password in DATABASE_URL, or what pg_hba.conf says of that user")
        }
        Obstacle::NoDatabase => ("is not there", "make it with createdb, or mend the name in DATABASE_URL"),
        Obstacle::NoConnectRight => {
            ("lets this role not in", "as its owner: GRANT CONNECT ON DATABASE … TO …, by the names in DATABASE_URL")
        }
        Obstacle::Full => (
            "takes no more connections",
            "raise that limit: CONNECTION LIMIT of the role or the database, or max_connections; or lower \
             database.connections where they are kept",
        ),
        Obstacle::Pooler => return server_facts::lost_statements(),
        Obstacle::Other => ("can't be used", "look into its log, and at DATABASE_URL"),
    };
    Finding::wrong("database", format!("{} {says}: {error}", name(url)), fix)
}
