//! What all lists share.

use ironplate_application::ports::{Page, PageRequest};

/// One row more than the page holds tells whether more follow.
pub(super) fn rows_to_fetch<Order>(page: &PageRequest<Order>) -> i64 {
    i64::from(page.limit) + 1
}

/// An offset beyond what SQL counts finds nothing either way.
pub(super) fn offset<Order>(page: &PageRequest<Order>) -> i64 {
    i64::try_from(page.skip).unwrap_or(i64::MAX)
}

pub(super) fn page<Row, T: From<Row>, Order>(mut rows: Vec<Row>, count: i64, request: &PageRequest<Order>) -> Page<T> {
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    Page { rows: rows.into_iter().map(T::from).collect(), count: u64::try_from(count).unwrap_or(0), more }
}

/// A pattern that finds `search` anywhere, with nothing special in it.
pub(super) fn containing(search: &str) -> String {
    let mut pattern = String::with_capacity(search.len() + 2);
    pattern.push('%');
    for character in search.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
