//! Searching, sorting and paging, for any store in memory.

use std::cmp::Ordering;

use ironplate_application::ports::{Count, Cursor, ListOrder, Page, PageRequest};
use ironplate_domain::fold;

/// Whether one of these texts contains the search text, as lists search them.
#[must_use]
pub fn contains<'a>(texts: impl IntoIterator<Item = Option<&'a str>>, search: Option<&str>) -> bool {
    let search = fold(search.unwrap_or_default());
    texts.into_iter().flatten().any(|text| fold(text).contains(&search))
}

/// The page that was asked for, of all rows that match.
pub fn page<'a, Order: ListOrder<Row: Clone + 'a>>(
    matching: impl Iterator<Item = &'a Order::Row>,
    request: &PageRequest<Order>,
) -> Page<Order::Row> {
    let order = request.order;
    let mut rows: Vec<(Cursor, &Order::Row)> = matching.map(|row| (order.cursor(row), row)).collect();
    rows.sort_by(|(one, _), (other, _)| compare(order, one, other));
    let found = rows.len() as u64;
    let is_searched = request.search.as_deref().is_some_and(|search| !search.is_empty());
    let count = if is_searched { Count::up_to_most(found) } else { Count::Exactly(found) };
    // A cursor with a key of another sort counts for nothing.
    if let Some(after) = request.after.as_ref().filter(|after| order.accepts(&after.key)) {
        rows.retain(|(place, _)| compare(order, place, after).is_gt());
    }
    let skip = usize::try_from(request.skip).unwrap_or(usize::MAX);
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = rows.len().saturating_sub(skip) > limit;
    Page { rows: rows.into_iter().skip(skip).take(limit).map(|(_, row)| row.clone()).collect(), count, more }
}

/// The same of a list whose rows are not all counted.
#[must_use]
pub fn counted_to_most<T>(page: Page<T>) -> Page<T> {
    Page { count: Count::up_to_most(page.count.get()), ..page }
}

fn compare<Order: ListOrder>(order: Order, one: &Cursor, other: &Cursor) -> Ordering {
    let by_id = if order.has_unique_keys() { Ordering::Equal } else { one.id.cmp(&other.id) };
    let ascending = one.key.cmp(&other.key).then(by_id);
    if order.is_descending() { ascending.reverse() } else { ascending }
}
