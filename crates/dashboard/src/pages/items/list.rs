//! All items that one may see.

use ironplate_application::ports::{ItemOrder, ListOrder, PageRequest};
use ironplate_domain::shows_nothing;
use serde::Serialize;

use super::LIST;
use crate::{
    crud::{ColumnSort, PageNumber, Pager, ROWS, order_of},
    request::SessionUser,
    shell::{PageResult, Redirect},
    words::{self, When},
};

#[derive(Serialize)]
struct ItemListPage<'a> {
    items: Vec<ItemRow>,
    search: ItemSearch<'a>,
    is_filtered: bool,
    sort: ItemColumns,
    pager: Pager,
}

#[derive(Serialize)]
struct ItemRow {
    id: String,
    title: String,
    description: Option<String>,
    owner: Option<String>,
    created: When,
}

#[derive(Serialize)]
struct ItemSearch<'a> {
    q: &'a str,
    order: &'static str,
}

#[derive(Serialize)]
struct ItemColumns {
    title: ColumnSort,
    created: ColumnSort,
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    let (q, number) = (user.query.get("q").trim(), PageNumber::of(&user.query));
    let (order, kept_order) = order_of(&user.query);
    let search = (!q.is_empty()).then(|| q.to_owned());
    let request = PageRequest { order, search, after: None, skip: number.skip(), limit: ROWS };
    let actor = user.actor();
    let listing = user.run(|app| async move { app.items.list_with_owners(actor, request).await }).await?;
    let (page, owners) = (listing.page, listing.owners);
    let kept = [("q", q), ("order", kept_order)];
    if let Some(last) = number.beyond(LIST, &kept, page.rows.len(), page.count) {
        return Ok(Redirect::to(&last).answer());
    }
    let pager = number.pager(LIST, &kept, page.rows.len(), page.count, page.more);
    let items = page.rows.into_iter().map(|item| ItemRow {
        id: item.id.to_string(),
        title: words::title(item.title.as_str()).to_owned(),
        description: item.description.map(String::from).filter(|text| !shows_nothing(text)),
        owner: owners.get(&item.owner).map(|email| email.as_str().to_owned()),
        created: item.created_at.into(),
    });
    let content = ItemListPage {
        items: items.collect(),
        search: ItemSearch { q, order: order.name() },
        is_filtered: !q.is_empty(),
        sort: ItemColumns {
            title: ColumnSort::of(LIST, &[("q", q)], ItemOrder::Title, order),
            created: ColumnSort::of(LIST, &[("q", q)], ItemOrder::Newest, order),
        },
        pager,
    };
    user.page("items", "items.html", content).answer()
}
