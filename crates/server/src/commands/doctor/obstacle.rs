//! What is in the way to PostgreSQL, and who can take it away.

use ironplate_persistence::{DatabaseUrl, Obstacle, Unreachable};

use crate::database::says;

use super::{database::name, finding::Finding, server_facts};

pub(super) fn finding(url: &DatabaseUrl, error: &Unreachable) -> Finding {
    let fix = match error.obstacle {
        Obstacle::Absence => "start it, or mend host and port in DATABASE_URL",
        Obstacle::Silence => {
            "look whether PostgreSQL listens at that port and does not hang, whether a firewall is in between, and \
             whether a pooler there is full"
        }
        Obstacle::Tls => {
            "where it speaks TLS, write the name that the certificate is for, or name its authority by sslrootcert=FILE; \
             sslmode does without: docs/POSTGRESQL.md"
        }
        Obstacle::LogIn => "mend user and password in DATABASE_URL, or what pg_hba.conf says of that user",
        Obstacle::NoDatabase => "make it with createdb, or mend the name in DATABASE_URL",
        Obstacle::NoConnectRight => "as its owner: GRANT CONNECT ON DATABASE … TO …, by the names in DATABASE_URL",
        Obstacle::Full => {
            "raise that limit: CONNECTION LIMIT of the role or the database, or max_connections; or lower \
             database.connections where they are kept"
        }
        Obstacle::Pooler => return server_facts::lost_statements(),
        Obstacle::Other => "look into its log, and at DATABASE_URL",
    };
    Finding::wrong("database", format!("{} {}: {error}", name(url), says(error.obstacle)), fix)
}
