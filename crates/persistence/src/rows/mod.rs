//! The rows of the tables, and their way from and to the domain.

mod audit_events;
mod items;
mod known_clients;
mod one_time_tokens;
mod outbox;
mod sessions;
mod users;
mod workers;

pub(crate) use audit_events::AuditEventRow;
pub(crate) use items::{ItemChangeset, ItemRow, NewItemRow};
pub(crate) use known_clients::KnownClientRow;
pub(crate) use one_time_tokens::{NewOneTimeTokenRow, OneTimeTokenRow};
pub(crate) use outbox::{MessageRow, NewMessageRow, ResolutionChangeset, number, storable};
pub(crate) use sessions::{GenerationRow, NewSessionRow, RefreshRow, SessionRow, renewable};
pub(crate) use users::{NewUserRow, UserChangeset, UserRow};
pub(crate) use workers::WorkerRow;
