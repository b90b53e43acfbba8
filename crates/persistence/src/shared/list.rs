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

pub(super) fn page<T, Order>(mut rows: Vec<T>, count: u64, request: &PageRequest<Order>) -> Page<T> {
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    Page { rows, count, more }
}

/// No stored text is longer. SQLite refuses patterns beyond 50 000 bytes.
const LONGEST_SEARCH: usize = 10_000;

/// Whether a stored text could contain the search text. NUL can't be stored, and databases stumble over it: PostgreSQL
/// refuses it, SQLite reads on no further.
pub(super) fn can_be_found<Order>(page: &PageRequest<Order>) -> bool {
    page.search.as_deref().is_none_or(|search| search.len() <= LONGEST_SEARCH && !search.contains('\0'))
}

pub(super) fn nothing<T>() -> Page<T> {
    Page { rows: Vec::new(), count: 0, more: false }
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

/// A limit for statements that name what they change: SQLite takes at most 32 766 values.
pub(super) fn at_most(limit: u32) -> i64 {
    i64::from(limit.min(30_000))
}
