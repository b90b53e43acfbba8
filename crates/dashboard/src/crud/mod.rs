//! What the pages of every resource have in common.

mod confirm;
mod list;

pub(crate) use confirm::Confirm;
pub(crate) use list::{ColumnSort, PageNumber, Pager, ROWS, order_of};
