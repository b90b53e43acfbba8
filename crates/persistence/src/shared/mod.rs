//! The queries, written once. Compiled inside each database's module, which gives the connection and what differs.

mod handle;
mod items;
mod list;
mod sessions;
mod users;

pub(crate) use handle::Handle;
