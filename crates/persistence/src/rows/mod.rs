//! The rows of the tables, and their way from and to the domain.

mod items;
mod sessions;
mod users;

pub(crate) use items::{ItemChangeset, ItemRow, NewItemRow};
pub(crate) use sessions::SessionRow;
pub(crate) use users::{NewUserRow, UserChangeset, UserRow};
