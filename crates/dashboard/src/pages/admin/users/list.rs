//! All users, searched and filtered.

use ironplate_application::ports::{ListOrder, PageRequest, UserFilter, UserOrder, UserState};
use serde::Serialize;

use super::UserView;
use crate::{
    crud::{ColumnSort, PageNumber, Pager, ROWS, order_of},
    request::SessionUser,
    shell::{PageResult, Redirect},
};

const PATH: &str = "/dashboard/users";

#[derive(Serialize)]
struct UserListPage<'a> {
    users: Vec<UserView>,
    search: UserSearch<'a>,
    is_filtered: bool,
    sort: UserColumns,
    pager: Pager,
}

#[derive(Serialize)]
struct UserSearch<'a> {
    q: &'a str,
    role: &'static str,
    state: &'static str,
    order: &'static str,
}

#[derive(Serialize)]
struct UserColumns {
    email: ColumnSort,
    created: ColumnSort,
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    let (q, number) = (user.query.get("q").trim(), PageNumber::of(&user.query));
    let (order, kept_order) = order_of(&user.query);
    let (is_superuser, role) = role(user.query.get("role"));
    let (state, state_name) = state(user.query.get("state"));
    let search = (!q.is_empty()).then(|| q.to_owned());
    let request = PageRequest { order, search, after: None, skip: number.skip(), limit: ROWS };
    let (actor, client) = (user.actor(), user.client.clone());
    let filter = UserFilter { is_superuser, state };
    let page = user.run(|app| async move { app.users.list(actor, filter, request, &client).await }).await?;
    let filters = [("q", q), ("role", role), ("state", state_name)];
    let kept = [&filters[..], &[("order", kept_order)]].concat();
    if let Some(last) = number.beyond(PATH, &kept, page.rows.len(), page.count) {
        return Ok(Redirect::to(&last).answer());
    }
    let content = UserListPage {
        users: page.rows.iter().map(UserView::from).collect(),
        search: UserSearch { q, role, state: state_name, order: order.name() },
        is_filtered: filters.iter().any(|(_, value)| !value.is_empty()),
        sort: UserColumns {
            email: ColumnSort::of(PATH, &filters, UserOrder::Email, order),
            created: ColumnSort::of(PATH, &filters, UserOrder::Newest, order),
        },
        pager: number.pager(PATH, &kept, page.rows.len(), page.count, page.more),
    };
    user.page("users", "admin/users.html", content).answer()
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
