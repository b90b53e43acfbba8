//! All items that one may see.

use ironplate_application::ports::{ItemOrder, ListOrder, PageRequest};
use ironplate_domain::shows_nothing;
use serde::Serialize;

use super::LIST;
use crate::{
    crud::{Number, Pager, ROWS, Sort, order_of},
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
    let (order, kept_order) = order_of(&reader.query);
    let search = (!q.is_empty()).then(|| q.to_owned());
    let request = PageRequest { order, search, after: None, skip: number.skip(), limit: ROWS };
    let actor = reader.actor();
    let listing = reader.run(|app| async move { app.items.list_with_owners(actor, request).await }).await?;
    let (page, owners) = (listing.page, listing.owners);
    let kept = [("q", q), ("order", kept_order)];
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
        search: Search { q, order: order.name() },
        is_filtered: !q.is_empty(),
        sort: Columns {
            title: Sort::of(LIST, &[("q", q)], ItemOrder::Title, order),
            created: Sort::of(LIST, &[("q", q)], ItemOrder::Newest, order),
        },
        pager,
    };
    reader.page("items", "items.html", content).answer()
}
