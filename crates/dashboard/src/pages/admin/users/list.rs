//! All users, searched and filtered.

use ironplate_application::ports::{ListOrder, PageRequest, UserFilter, UserOrder, UserState};
use serde::Serialize;

use super::Told;
use crate::{
    crud::{Number, Pager, ROWS, Sort, order_of},
    request::Reader,
    shell::{Answer, Redirect},
};

const PATH: &str = "/dashboard/users";

#[derive(Serialize)]
struct Page<'a> {
    users: Vec<Told>,
    search: Search<'a>,
    is_filtered: bool,
    sort: Columns,
    pager: Pager,
}

#[derive(Serialize)]
struct Search<'a> {
    q: &'a str,
    role: &'static str,
    state: &'static str,
    order: &'static str,
}

#[derive(Serialize)]
struct Columns {
    email: Sort,
    created: Sort,
}

pub(super) async fn show(reader: Reader) -> Answer {
    let (q, number) = (reader.query.get("q").trim(), Number::of(&reader.query));
    let (order, kept_order) = order_of(&reader.query);
    let (is_superuser, role) = role(reader.query.get("role"));
    let (state, state_name) = state(reader.query.get("state"));
    let search = (!q.is_empty()).then(|| q.to_owned());
    let request = PageRequest { order, search, after: None, skip: number.skip(), limit: ROWS };
    let (actor, client) = (reader.actor(), reader.client.clone());
    let filter = UserFilter { is_superuser, state };
    let page = reader.run(|app| async move { app.users.list(actor, filter, request, &client).await }).await?;
    let filters = [("q", q), ("role", role), ("state", state_name)];
    let kept = [&filters[..], &[("order", kept_order)]].concat();
    if let Some(last) = number.beyond(PATH, &kept, page.rows.len(), page.count) {
        return Ok(Redirect::to(&last).answer());
    }
    let content = Page {
        users: page.rows.iter().map(Told::from).collect(),
        search: Search { q, role, state: state_name, order: order.name() },
        is_filtered: filters.iter().any(|(_, value)| !value.is_empty()),
        sort: Columns {
            email: Sort::of(PATH, &filters, UserOrder::Email, order),
            created: Sort::of(PATH, &filters, UserOrder::Newest, order),
        },
        pager: number.pager(PATH, &kept, page.rows.len(), page.count, page.more),
    };
    reader.page("users", "admin/users.html", content).answer()
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
