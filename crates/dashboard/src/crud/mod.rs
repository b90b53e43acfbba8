//! What the pages of every resource have in common.

mod confirm;
mod editor;
mod field;
mod list;

pub(crate) use confirm::{Confirm, Tick};
pub(crate) use editor::{ActionView, Editor, Entity, Summary, back_to_list};
pub(crate) use field::{Declared, Entered, Field, form};
pub(crate) use list::{List, PageNumber, Pager, ROWS};
