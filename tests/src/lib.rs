//! What it takes to hold the real binary to its promises: it is built, started as a process of its own in a folder of
//! its own, on SQLite and on PostgreSQL, and spoken to over TCP. The promises stand in `tests/`.

mod answer;
mod authenticator;
mod binary;
mod browser;
mod by_passkey;
mod client;
mod crowd;
mod database;
mod document;
mod forgery;
mod invitations;
mod mailed;
mod organizations;
mod outbox;
mod owner;
mod passkey;
mod people;
mod pooler;
mod postgres;
mod process;
mod proxy;
mod raw;
mod resources;
mod secrets;
mod server;
mod sessions;
mod setup;
mod sink;
mod smtp;
mod spans;
mod standby;
mod tls;
mod wait;

pub use answer::Answer;
pub use authenticator::{Authenticator, challenge_of};
pub use browser::{AttachedAuthenticator, Behind, Browser, Scheme, Scripts, VirtualAuthenticator};
pub use client::Client;
pub use crowd::{CROWD, assert_whole};
pub use database::{Database, on_postgres, on_postgres_without_ownership, on_sqlite, read_all};
pub use document::{Document, Operation};
pub use forgery::Forgery;
pub use outbox::{OutboxEntry, once_each};
pub use owner::Owner;
pub use passkey::{BACKED_UP, MAY_BE_BACKED_UP, Passkey, USER_PRESENT, USER_VERIFIED};
pub use people::{NEW_PASSWORD, PASSWORD, SUPERUSER};
pub use pooler::Pooler;
pub use postgres::Schema;
pub use process::{Finished, Process, Signal};
pub use proxy::Proxy;
pub use raw::RawConnection;
pub use resources::{Conflict, ITEMS, REFERENCES, RESOURCES, Resource};
pub use secrets::{Secrets, latin};
pub use server::Server;
pub use sessions::{Tokens, cookie_of, cookies_of};
pub use setup::{FRONTEND, SENDER, SIGNING_KEY, Setup, free_address};
pub use sink::{Mood, Posted, Sink};
pub use smtp::{Behaviour, ReceivedMail, SmtpServer, Stage};
pub use spans::ReceivedSpan;
pub use standby::Standby;
pub use tls::{Http2Client, TestCertificate, TlsServer, exchange};
pub use wait::{PATIENCE, until};

/// Two tests of one promise: `fn promise(database: Database)` on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both_databases {
    ($($promise:ident),+ $(,)?) => {$(
        mod $promise {
            #[tokio::test]
            async fn on_sqlite() {
                $crate::on_sqlite(super::$promise).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                $crate::on_postgres(super::$promise).await;
            }
        }
    )+};
}

/// The same tests once more, as a role of PostgreSQL's that owns nothing.
#[macro_export]
macro_rules! without_ownership {
    ($($promise:ident),+ $(,)?) => {
        mod without_ownership {$(
            #[tokio::test]
            async fn $promise() {
                $crate::on_postgres_without_ownership(super::$promise).await;
            }
        )+}
    };
}

/// A test of a promise that only servers on PostgreSQL can keep: `fn promise(database: Database)`.
#[macro_export]
macro_rules! on_postgres_only {
    ($($promise:ident),+ $(,)?) => {$(
        mod $promise {
            #[tokio::test]
            async fn on_postgres() {
                $crate::on_postgres(super::$promise).await;
            }
        }
    )+};
}
