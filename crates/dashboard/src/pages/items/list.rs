//! All items that one may see.

use ironplate_application::ports::{ItemOrder, PageRequest};
use ironplate_domain::shows_nothing;
use serde::Serialize;

use super::LIST;
use crate::{
    crud::{First, Number, Pager, ROWS, Sort},
    request::Reader,
    shell::{Answer, Redirect},
    words::{self, When},
};

#[derive(Serialize)]
struct Page<'a> {
    items: Vec<Row>,
    search: Search<'a>,
    is_filtered: bool,
    sort: Columns,
    pager: Pager,
}

#[derive(Serialize)]
struct Row {
    id: String,
    title: String,
    description: Option<String>,
    owner: Option<String>,
    created: When,
}

#[derive(Serialize)]
struct Search<'a> {
    q: &'a str,
    order: &'static str,
}

#[derive(Serialize)]
struct Columns {
    title: Sort,
    created: Sort,
}

pub(super) async fn show(reader: Reader) -> Answer {
    let (q, number) = (reader.query.get("q").trim(), Number::of(&reader.query));
    let (order, name) = order(reader.query.get("order"));
    let search = (!q.is_empty()).then(|| q.to_owned());
    let request = PageRequest { order, search, after: None, skip: number.skip(), limit: ROWS };
    let actor = reader.actor();
    let listing = reader.run(|app| async move { app.items.list_with_owners(actor, request).await }).await?;
    let (page, owners) = (listing.page, listing.owners);
    let kept = [("q", q), ("order", if order == ItemOrder::default() { "" } else { name })];
    if let Some(last) = number.beyond(LIST, &kept, page.rows.len(), page.count) {
        return Ok(Redirect::to(&last).answer());
    }
    let pager = number.pager(LIST, &kept, page.rows.len(), page.count, page.more);
    let items = page.rows.into_iter().map(|item| Row {
        id: item.id.to_string(),
        title: words::title(item.title.as_str()).to_owned(),
        description: item.description.map(String::from).filter(|text| !shows_nothing(text)),
        owner: owners.get(&item.owner).map(|email| email.as_str().to_owned()),
        created: item.created_at.into(),
    });
    let content = Page {
        items: items.collect(),
        search: Search { q, order: name },
        is_filtered: !q.is_empty(),
        sort: Columns {
            title: Sort::of(LIST, &[("q", q)], "title", name, First::Least),
            created: Sort::of(LIST, &[("q", q)], "created_at", name, First::Greatest),
        },
        pager,
    };
    reader.page("items", "items.html", content).answer()
}

/// A name that means nothing means the newest first.
fn order(name: &str) -> (ItemOrder, &'static str) {
    match name {
        "created_at" => (ItemOrder::Oldest, "created_at"),
        "title" => (ItemOrder::Title, "title"),
        "-title" => (ItemOrder::TitleDescending, "-title"),
        _ => (ItemOrder::Newest, "-created_at"),
    }
}
