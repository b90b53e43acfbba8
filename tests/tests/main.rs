//! The promises of the binary, each tried from outside: one test binary, so that one is linked.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod address_changes;
mod attacks;
mod backup;
mod command_line;
mod dashboard;
mod doctor;
mod drain;
mod faults;
mod first_night;
mod flow;
mod graceful_stop;
mod hostile_clients;
mod importing;
mod invitations;
mod items;
mod log_lines;
mod mail_secrets;
mod mailbox;
mod memory;
mod metrics;
mod operating;
mod organizations;
mod outbox;
mod recovery;
mod registration;
mod replicas;
mod responses;
mod sentry;
mod signals;
mod smtp_server;
mod start;
mod superusers;
mod tarpits;
mod tls;
mod traces;
mod two_servers;
mod user_command;
mod virtual_authenticators;
mod web_client;
mod workers;
