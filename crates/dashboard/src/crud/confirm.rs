//! Ask before what can't be undone.

use std::borrow::Cow;

use ironplate_application::OwnedDetails;
use serde::Serialize;

use super::{Entity, Summary, editor::leading_back};
use crate::{
    request::{Form, SessionUser},
    shell::{PageResponse, PageResult},
};

/// A question, and where either answer leads.
#[derive(Default, Serialize)]
pub(crate) struct Confirm {
    pub(crate) title: Cow<'static, str>,
    /// What or whom it is about, as its owner calls it: the beginning of the text.
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) action: String,
    pub(crate) verb: Cow<'static, str>,
    pub(crate) back: String,
    /// Where it leads when it is done, if not back.
    pub(crate) done: Option<String>,
    /// What it is called is to be typed.
    pub(crate) ask_name: bool,
    /// To be ticked.
    pub(crate) ask_tick: Option<Tick>,
    pub(crate) is_harmless: bool,
}

/// A box, and what ticking it means.
#[derive(Serialize)]
pub(crate) struct Tick {
    pub(crate) name: &'static str,
    pub(crate) label: String,
}

#[derive(Serialize)]
struct ConfirmPage {
    confirm: Confirm,
}

impl Confirm {
    /// Asks whether this one is to be deleted, and leads back to the list.
    pub(crate) fn deletion<E: Entity>(user: &SessionUser, found: &OwnedDetails<E>) -> PageResult {
        let (resource, summary, form) = (E::NAMES, Summary::of(&found.row), leading_back(user, E::NAMES));
        let confirm = Self {
            title: format!("Delete this {}?", resource.noun).into(),
            subject: summary.title,
            text: match &found.owner {
                Some(owner) => format!("of {} is deleted for good.", owner.as_str()),
                None => "is deleted for good.".to_owned(),
            },
            action: format!("{}/{}/delete", resource.url, summary.id),
            verb: format!("Delete {}", resource.noun).into(),
            back: form.text("back").to_owned(),
            ..Self::default()
        };
        confirm.page(user, resource.key, &form).answer()
    }

    /// The page that asks, under this entry of the menu.
    pub(crate) fn page<'a>(self, user: &'a SessionUser, entry: &'static str, form: &Form) -> PageResponse<'a> {
        user.page(entry, "confirm.html", ConfirmPage { confirm: self }).form(form)
    }
}
