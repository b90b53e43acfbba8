//! Lists come in pages that have numbers, so that each can be kept as a bookmark and left by the back button.

use std::{borrow::Cow, collections::BTreeMap};

use ironplate_application::ports::{Count, ListOrder, Page, PageRequest};
use serde::Serialize;

use crate::{
    request::{Fields, SessionUser, address},
    shell::{PageResponse, PageResult, Redirect},
};

/// What its address asks of a list: a search, filters, an order, a page.
pub(crate) struct List<'a, Order> {
    user: &'a SessionUser,
    path: Cow<'static, str>,
    /// The search first, then the filters, each by the name and the value that it has in the address.
    filters: Vec<(&'static str, &'a str)>,
    /// What the list is of, likewise: kept, and no filter.
    within: Vec<(&'static str, &'a str)>,
    order: Order,
    number: PageNumber,
}

/// Besides the list.
#[derive(Serialize)]
struct Nothing {}

impl<'a, Order: ListOrder> List<'a, Order> {
    /// The list at this path, within these filters more than a search for `q`.
    pub(crate) fn of(
        user: &'a SessionUser,
        path: impl Into<Cow<'static, str>>,
        more: &[(&'static str, &'static str)],
    ) -> Self {
        let mut filters = vec![("q", user.query.get("q").trim())];
        filters.extend(more);
        let order = Order::named(user.query.get("order")).unwrap_or_default();
        Self { user, path: path.into(), filters, within: Vec::new(), order, number: PageNumber::of(&user.query) }
    }

    /// The same list of what this parameter says, which is kept and is no filter.
    pub(crate) fn within(mut self, name: &'static str, value: &'a str) -> Self {
        self.within.push((name, value));
        self
    }

    /// What is asked of the use case.
    pub(crate) fn request(&self) -> PageRequest<Order> {
        let search = self.filters.first().map(|(_, q)| (*q).to_owned()).filter(|q| !q.is_empty());
        PageRequest { order: self.order, search, after: None, skip: self.number.skip(), limit: ROWS }
    }

    /// The page: rows under the key of the menu's entry, `search`, `is_filtered`, `sort` by these columns, and `pager`. Behind the
    /// end, the way to the last one.
    pub(crate) fn answer<Row, View: Serialize>(
        self,
        entry: &'static str,
        template: &'static str,
        found: Page<Row>,
        columns: &[(&'static str, Order)],
        view: impl FnMut(Row) -> View,
    ) -> PageResult {
        let page = self.user.page(entry, template, Nothing {});
        self.answer_on(page, entry, found, columns, view)
    }

    /// The same on a page that shows more than the list, whose rows are under this key.
    pub(crate) fn answer_on<Row, View: Serialize>(
        self,
        mut page: PageResponse<'_>,
        key: &'static str,
        found: Page<Row>,
        columns: &[(&'static str, Order)],
        view: impl FnMut(Row) -> View,
    ) -> PageResult {
        let Self { user: _, path, filters, within, order, number } = self;
        let Page { rows, count, more } = found;
        let kept = [&filters[..], &within[..]].concat();
        let kept_order = if order == Order::default() { "" } else { order.name() };
        let address = [&kept[..], &[("order", kept_order)]].concat();
        if let Some(last) = number.beyond(&path, &address, rows.len(), count) {
            return Ok(Redirect::to(&last).answer());
        }
        let sort = |(name, first): &(&'static str, Order)| (*name, ColumnSort::of(&path, &kept, *first, order));
        let search: BTreeMap<_, _> = kept.iter().copied().chain([("order", order.name())]).collect();
        page.insert("search", &search);
        page.insert("is_filtered", &filters.iter().any(|(_, value)| !value.is_empty()));
        page.insert("sort", &columns.iter().map(sort).collect::<BTreeMap<_, _>>());
        page.insert("pager", &number.pager(&path, &address, rows.len(), count, more));
        page.insert(key, &rows.into_iter().map(view).collect::<Vec<_>>());
        page.answer()
    }
}

/// Rows of a page.
pub(crate) const ROWS: u32 = 25;

/// Deeper pages are not worth what they cost; a search finds more.
const LAST: u64 = 4_000;

/// Which page, from 1 on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageNumber(u64);

/// Where a list goes on.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Pager {
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) from: Option<u64>,
    pub(crate) to: Option<u64>,
    pub(crate) count: Option<u64>,
    /// Whether there may be more than that.
    pub(crate) or_more: bool,
}

/// How a column is sorted, and where that is changed.
#[derive(Debug, Serialize)]
struct ColumnSort {
    url: String,
    direction: Option<&'static str>,
}

impl PageNumber {
    pub(crate) fn of(query: &Fields) -> Self {
        Self(query.get("page").parse().unwrap_or(1).clamp(1, LAST))
    }

    /// Rows before this page.
    pub(crate) const fn skip(self) -> u64 {
        (self.0 - 1) * ROWS as u64
    }

    /// Where the list really ends, for whoever asks for a page behind that: rows go, and bookmarks stay.
    pub(crate) fn beyond(self, path: &str, kept: &[(&str, &str)], rows: usize, count: Count) -> Option<String> {
        let last = count.get().div_ceil(u64::from(ROWS)).clamp(1, LAST);
        (rows == 0 && self.0 > last).then(|| page_at(path, kept, last))
    }

    /// `rows` are those on this page, `count` all there are; `kept` are the other parameters of the address.
    pub(crate) fn pager(self, path: &str, kept: &[(&str, &str)], rows: usize, count: Count, more: bool) -> Pager {
        let to = |number| page_at(path, kept, number);
        let rows = u64::try_from(rows).unwrap_or(0);
        Pager {
            previous: (self.0 > 1).then(|| to(self.0 - 1)),
            next: (more && self.0 < LAST).then(|| to(self.0 + 1)),
            from: (rows > 0).then_some(self.skip() + 1),
            to: (rows > 0).then_some(self.skip() + rows),
            count: Some(count.get()),
            or_more: matches!(count, Count::AtLeast(_)),
        }
    }
}

fn page_at(path: &str, kept: &[(&str, &str)], number: u64) -> String {
    let number = if number == 1 { String::new() } else { number.to_string() };
    address(path, &[kept, &[("page", &number)]].concat())
}

impl ColumnSort {
    /// Of a list that is sorted by `order`, the column that `first` sorts; that is what a click on it gives, and the next
    /// click the same backwards.
    fn of<Order: ListOrder>(path: &str, kept: &[(&str, &str)], first: Order, order: Order) -> Self {
        let name = first.name().trim_start_matches('-');
        let backwards = format!("-{name}");
        let is_sorted = order.name().trim_start_matches('-') == name;
        let goes_down = if is_sorted { !order.is_descending() } else { first.is_descending() };
        let next = if goes_down { &backwards } else { name };
        let direction = is_sorted.then(|| if order.is_descending() { "descending" } else { "ascending" });
        Self { url: address(path, &[kept, &[("order", next)]].concat()), direction }
    }
}
