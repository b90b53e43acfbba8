//! Everybody's accounts.

mod actions;
mod edit;
mod list;
mod look;

use ironplate_domain::User;
use ironplate_web::Address;
use serde::Serialize;

use crate::{
    pages::events::FactView,
    request::resource::{action, form, page},
    words::{self, When},
};

pub(super) fn addresses() -> Vec<Address> {
    vec![
        page("/users", list::show),
        form("/users/new", edit::new, edit::create),
        page("/users/{id}", look::show),
        form("/users/{id}/edit", edit::show, edit::save),
        action("/users/{id}/activate", actions::activate),
        form("/users/{id}/deactivate", actions::ask_to_deactivate, actions::deactivate),
        form("/users/{id}/reset-second-factors", actions::ask_to_reset, actions::reset),
        form("/users/{id}/delete", actions::ask_to_delete, actions::delete),
        action("/users/{id}/sessions/revoke-all", actions::end_sessions),
        action("/users/{id}/sessions/{session}/revoke", actions::end_session),
    ]
}

/// A user, as administrators see them.
#[derive(Serialize)]
struct UserView {
    id: String,
    email: String,
    full_name: Option<String>,
    initials: String,
    is_superuser: bool,
    state: &'static str,
    is_verified: bool,
    created: When,
    /// What else there is to say.
    facts: Vec<FactView>,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        let User { id, email, full_name: _, password_hash, is_active, is_superuser, is_verified, created_at } = user;
        let (email, full_name) = (email.as_str(), words::full_name(user.full_name.as_ref()));
        Self {
            id: id.to_string(),
            email: email.to_owned(),
            full_name: full_name.map(str::to_owned),
            initials: words::initials(full_name.unwrap_or(email)),
            is_superuser: *is_superuser,
            state: match (is_active, password_hash.is_some()) {
                (false, _) => "inactive",
                (true, false) => "invited",
                (true, true) => "active",
            },
            is_verified: *is_verified,
            created: (*created_at).into(),
            facts: vec![FactView::new("Role", if *is_superuser { "Superuser" } else { "User" })],
        }
    }
}
