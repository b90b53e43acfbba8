//! What a request brings: who asks, from where, and what they typed.
#![allow(unused_imports, reason = "what of it is used depends on which resources there are")]

mod assertion;
mod cross_site;
mod fields;
mod form;
mod input;
mod own_path;
mod request_context;
pub(crate) mod resource;
mod scope;
mod session_user;
mod unsent_form;

pub(crate) use cross_site::why_not_kept;
pub(crate) use fields::{Fields, address};
pub(crate) use form::Form;
pub(crate) use input::{Input, bounded, bounded_texts, chosen_ids};
pub(crate) use own_path::OwnPath;
pub(crate) use request_context::RequestContext;
pub(crate) use scope::{MINE, OWNER, Scope, name_of};
pub(crate) use session_user::{FormSender, ORGANIZATION, PostedForm, Recognised, SessionUser};
pub(crate) use unsent_form::{HiddenField, UnsentForm};
