//! Lists come in pages that have numbers, so that each can be kept as a bookmark and left by the back button.

use ironplate_application::ports::ListOrder;
use serde::Serialize;

use crate::request::{Fields, address};

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
}

/// How a column is sorted, and where that is changed.
#[derive(Debug, Serialize)]
pub(crate) struct ColumnSort {
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
    pub(crate) fn beyond(self, path: &str, kept: &[(&str, &str)], rows: usize, count: u64) -> Option<String> {
        let last = count.div_ceil(u64::from(ROWS)).clamp(1, LAST);
        (rows == 0 && self.0 > last).then(|| page_at(path, kept, last))
    }

    /// `rows` are those on this page, `count` all there are; `kept` are the other parameters of the address.
    pub(crate) fn pager(self, path: &str, kept: &[(&str, &str)], rows: usize, count: u64, more: bool) -> Pager {
        let to = |number| page_at(path, kept, number);
        let rows = u64::try_from(rows).unwrap_or(0);
        Pager {
            previous: (self.0 > 1).then(|| to(self.0 - 1)),
            next: (more && self.0 < LAST).then(|| to(self.0 + 1)),
            from: (rows > 0).then_some(self.skip() + 1),
            to: (rows > 0).then_some(self.skip() + rows),
            count: Some(count),
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
    pub(crate) fn of<Order: ListOrder>(path: &str, kept: &[(&str, &str)], first: Order, order: Order) -> Self {
        let name = first.name().trim_start_matches('-');
        let backwards = format!("-{name}");
        let is_sorted = order.name().trim_start_matches('-') == name;
        let goes_down = if is_sorted { !order.is_descending() } else { first.is_descending() };
        let next = if goes_down { &backwards } else { name };
        let direction = is_sorted.then(|| if order.is_descending() { "descending" } else { "ascending" });
        Self { url: address(path, &[kept, &[("order", next)]].concat()), direction }
    }
}

/// The order that an address names; a name that means nothing means the default. With it, what addresses of that list
/// keep.
pub(crate) fn order_of<Order: ListOrder>(query: &Fields) -> (Order, &'static str) {
    let order = Order::named(query.get("order")).unwrap_or_default();
    (order, if order == Order::default() { "" } else { order.name() })
}
