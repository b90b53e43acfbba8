//! What a request brings: who asks, from where, and what they typed.

mod cross_site;
mod fields;
mod form;
mod input;
mod own_path;
mod reader;
pub(crate) mod resource;
mod unsent;
mod visit;

pub(crate) use cross_site::why_not_kept;
pub(crate) use fields::{Fields, address};
pub(crate) use form::Form;
pub(crate) use own_path::OwnPath;
pub(crate) use reader::{Posted, Reader, Sender};
pub(crate) use unsent::{Kept, Unsent};
pub(crate) use visit::Visit;
