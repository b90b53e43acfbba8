//! The queries, written once. Compiled inside each database's module, which gives the connection and what differs.
//!
//! A row by its key is read with `get_result`, not with `first`: that one binds a limit, for which Diesel prepares the
//! statement anew on SQLite, every time.

mod audit;
pub(crate) mod handle;
mod items;
mod known_clients;
mod list;
mod one_time_tokens;
mod outbox;
mod rate_limits;
mod sessions;
mod users;
mod workers;

pub(crate) use handle::{Handle, Terms};
