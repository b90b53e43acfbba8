//! What the pages of every resource have in common.
#![allow(dead_code, unused_imports, reason = "what of it is used depends on which resources there are")]

mod confirm;
mod editor;
mod field;
mod list;
mod moving;
mod owned_list;

pub(crate) use confirm::{Confirm, Tick};
pub(crate) use editor::{ActionView, Editor, Entity, Summary, back_to_list};
pub(crate) use field::{Declared, Entered, Field, form};
pub(crate) use list::{List, PageNumber, Pager, ROWS};
pub(crate) use moving::{Moving, target_of};
pub(crate) use owned_list::{May, OwnedList, OwnerView, new_url, titles_of};
