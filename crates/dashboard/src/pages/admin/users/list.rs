//! All users, searched and filtered.

use ironplate_application::ports::{UserFilter, UserOrder, UserState};

use super::UserView;
use crate::{crud::List, request::SessionUser, resources::USERS, shell::PageResult};

pub(super) async fn show(user: SessionUser) -> PageResult {
    let (is_superuser, role) = role(user.query.get("role"));
    let (state, state_name) = state(user.query.get("state"));
    let list = List::of(&user, USERS.url, &[("role", role), ("state", state_name)]);
    let (filter, request) = (UserFilter { is_superuser, state }, list.request());
    let found =
        user.act(|app, actor, client| async move { app.users.list(actor, filter, request, &client).await }).await?;
    let columns = [("email", UserOrder::Email), ("created", UserOrder::Newest)];
    list.answer(USERS.key, "admin/users.html", found, &columns, |account| UserView::from(&account))
}

fn role(name: &str) -> (Option<bool>, &'static str) {
    match name {
        "superuser" => (Some(true), "superuser"),
        "user" => (Some(false), "user"),
        _ => (None, ""),
    }
}

fn state(name: &str) -> (Option<UserState>, &'static str) {
    match name {
        "active" => (Some(UserState::Active), "active"),
        "inactive" => (Some(UserState::Inactive), "inactive"),
        "invited" => (Some(UserState::Invited), "invited"),
        "unverified" => (Some(UserState::Unverified), "unverified"),
        _ => (None, ""),
    }
}
