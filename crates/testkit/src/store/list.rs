//! Searching, sorting and paging.

use std::{cmp::Ordering, mem::discriminant};

use ironplate_application::ports::{Cursor, Page, PageRequest};
use ironplate_domain::fold;

/// How one list is sorted.
pub(super) struct Sorting<Row> {
    pub(super) direction: Direction,
    pub(super) place: fn(&Row) -> Cursor,
    /// Rows may have equal keys; then their ids decide.
    pub(super) has_ties: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

/// Whether one of these texts contains the search text.
pub(super) fn contains(texts: [Option<&str>; 2], search: Option<&str>) -> bool {
    let search = fold(search.unwrap_or_default());
    texts.into_iter().flatten().any(|text| fold(text).contains(&search))
}

impl<Row: Clone> Sorting<Row> {
    pub(super) fn page<'a, Order>(
        &self,
        matching: impl Iterator<Item = &'a Row>,
        request: &PageRequest<Order>,
    ) -> Page<Row>
    where
        Row: 'a,
    {
        let mut rows: Vec<&Row> = matching.collect();
        rows.sort_by(|one, other| self.compare(&(self.place)(one), &(self.place)(other)));
        let count = rows.len() as u64;
        if let Some(after) = &request.after {
            rows.retain(|row| self.is_behind(&(self.place)(row), after));
        }
        let skip = usize::try_from(request.skip).unwrap_or(usize::MAX);
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let more = rows.len().saturating_sub(skip) > limit;
        Page { rows: rows.into_iter().skip(skip).take(limit).cloned().collect(), count, more }
    }

    /// A cursor with a key of another sort counts for nothing.
    fn is_behind(&self, place: &Cursor, after: &Cursor) -> bool {
        discriminant(&place.key) != discriminant(&after.key) || self.compare(place, after).is_gt()
    }

    fn compare(&self, one: &Cursor, other: &Cursor) -> Ordering {
        let by_id = if self.has_ties { one.id.cmp(&other.id) } else { Ordering::Equal };
        let ascending = one.key.cmp(&other.key).then(by_id);
        match self.direction {
            Direction::Ascending => ascending,
            Direction::Descending => ascending.reverse(),
        }
    }
}
