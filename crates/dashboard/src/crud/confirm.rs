//! Ask before what can't be undone.

use serde::Serialize;

use crate::{
    request::{Form, SessionUser},
    shell::PageResponse,
};

/// A question, and where either answer leads.
#[derive(Default, Serialize)]
pub(crate) struct Confirm {
    pub(crate) title: &'static str,
    /// What or whom it is about, as its owner calls it: the beginning of the text.
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) action: String,
    pub(crate) verb: &'static str,
    pub(crate) back: String,
    /// Where it leads when it is done, if not back.
    pub(crate) done: Option<&'static str>,
    pub(crate) ask_password: bool,
    pub(crate) is_harmless: bool,
}

#[derive(Serialize)]
struct ConfirmPage {
    confirm: Confirm,
}

impl Confirm {
    /// The page that asks, under this entry of the menu.
    pub(crate) fn page<'a>(self, user: &'a SessionUser, entry: &'static str, form: &Form) -> PageResponse<'a> {
        user.page(entry, "confirm.html", ConfirmPage { confirm: self }).form(form)
    }
}
