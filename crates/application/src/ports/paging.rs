//! Lists come in pages, by position or by cursor.

use ironplate_domain::Timestamp;
use uuid::Uuid;

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<Order> {
    /// How the list is sorted.
    pub order: Order,
    /// Only what contains this text, whatever its case. `None` and the empty text find everything.
    pub search: Option<String>,
    /// Begin behind this place: finding it costs the same however deep the page lies.
    pub after: Option<Cursor>,
    /// Leave out that many rows; costs as much as reading them.
    pub skip: u64,
    /// At most that many rows.
    pub limit: u32,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, at most as many as asked for.
    pub rows: Vec<T>,
    /// How many rows the whole list has: search applied, paging not. Counted by a statement of its own, so it may differ
    /// from the rows by what was written in between.
    pub count: u64,
    /// Whether rows follow behind this page.
    pub more: bool,
}

/// A place in a list: behind the row with this sort key and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// What the list is sorted by. Ways in refuse a key of another sort than the list's order.
    pub key: SortKey,
    /// Tells rows with equal keys apart.
    pub id: Uuid,
}

/// A value that lists are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// A moment of creation.
    Time(Timestamp),
    /// A folded or canonical text, compared by code points.
    Text(String),
}
