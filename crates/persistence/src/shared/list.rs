//! What all lists share.
#![allow(dead_code, unused_imports, unused_macros, reason = "what of it is used depends on which resources there are")]

use diesel::{
    QueryResult, RunQueryDsl,
    dsl::sql,
    expression::SqlLiteral,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::BigInt,
};
pub(super) use ironplate_application::ports::Count;
use ironplate_application::ports::{Cursor, ListOrder, Page, PageRequest, SortKey};
use ironplate_domain::fold;
use uuid::Uuid;

pub(super) use super::constraints::Violable;
use super::{
    super::{Db, LAST_DAY},
    handle::Rows,
    row_counts::CountedRows,
};
use crate::types::{Day, DbDate, Id, Moment};

/// One row more than the page holds tells whether more follow.
pub(super) fn rows_to_fetch<Order>(page: &PageRequest<Order>) -> i64 {
    i64::from(page.limit) + 1
}

/// An offset beyond what SQL counts finds nothing either way.
pub(super) fn offset<Order>(page: &PageRequest<Order>) -> i64 {
    i64::try_from(page.skip).unwrap_or(i64::MAX)
}

/// So many rows from the beginning of a whole list are as quick to find as those of a key: an index has them in their order.
const NEAR: u64 = 500;

/// How many rows a page may have to do with: what is searched for, or filtered, is looked for in all of them.
pub(super) fn reach<Order>(page: &PageRequest<Order>, whole: &Whole) -> Rows {
    let is_near = page.skip.saturating_add(page.limit.into()) <= NEAR;
    if is_near && matches!(whole, Whole::Kept(_)) { Rows::Few } else { Rows::Many }
}

/// Cuts off the row that tells whether more follow, and says whether there was one.
pub(super) fn cut<T, Order>(rows: &mut Vec<T>, request: &PageRequest<Order>) -> bool {
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}

/// How many rows the list has, where its last page was reached by position.
pub(super) fn counted_by_place<Order>(rows: usize, more: bool, request: &PageRequest<Order>) -> Option<Count> {
    let is_told = !more && request.after.is_none() && (rows > 0 || request.skip == 0);
    is_told.then(|| Count::Exactly(request.skip + rows as u64))
}

/// No stored text is longer. SQLite refuses patterns beyond 50 000 bytes.
const LONGEST_SEARCH: usize = 10_000;

/// Whether a stored text could contain the search text. NUL can't be stored, and databases stumble over it: PostgreSQL
/// refuses it, SQLite reads on no further.
pub(super) fn can_be_found<Order>(page: &PageRequest<Order>) -> bool {
    page.search.as_deref().is_none_or(|search| search.len() <= LONGEST_SEARCH && !search.contains('\0'))
}

pub(super) fn nothing<T>() -> Page<T> {
    Page { rows: Vec::new(), count: Count::Exactly(0), more: false }
}

/// A pattern that finds the search text anywhere, with nothing special in it. `None` where everything is found.
pub(super) fn pattern<Order>(page: &PageRequest<Order>) -> Option<String> {
    page.search.as_deref().filter(|search| !search.is_empty()).map(|search| anywhere(&fold(search)))
}

fn anywhere(search: &str) -> String {
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

/// Ids in lots that one statement can name: SQLite takes at most 32 766 values.
pub(super) fn in_lots<T: Copy + Into<Uuid>>(ids: &[T]) -> impl Iterator<Item = Vec<Id>> {
    ids.chunks(10_000).map(|ids| ids.iter().map(|id| Id((*id).into())).collect())
}

/// A value of a sort key as a statement takes it.
pub(super) trait Bound<'a>: Sized {
    /// `None` where the key is of another sort.
    fn of(key: &'a SortKey) -> Option<Self>;
}

impl Bound<'_> for Moment {
    fn of(key: &SortKey) -> Option<Self> {
        if let SortKey::Time(at) = key { Some(Self(*at)) } else { None }
    }
}

impl Bound<'_> for Day {
    fn of(key: &SortKey) -> Option<Self> {
        if let SortKey::Date(date) = key { Some(Self(*date)) } else { None }
    }
}

impl<'a> Bound<'a> for &'a str {
    fn of(key: &'a SortKey) -> Option<Self> {
        if let SortKey::Text(text) = key { Some(text) } else { None }
    }
}

impl Bound<'_> for i64 {
    fn of(key: &SortKey) -> Option<Self> {
        if let SortKey::Number(number) = key { Some(*number) } else { None }
    }
}

/// Whether the greatest comes first, and where the page begins. A cursor with a key of another sort counts for nothing.
pub(super) fn place<'a, Key: Bound<'a>, Order: ListOrder>(page: &'a PageRequest<Order>) -> (bool, Option<(Key, Id)>) {
    let after = page.after.as_ref().and_then(|Cursor { key, id }| Some((Key::of(key)?, Id(*id))));
    (page.order.is_descending(), after)
}

/// `sorted!(query, place, column, id_column)`: the query in the order of a column, from behind a place on. Without an id column,
/// keys are unique. The first bound is what lets an index begin there.
///
/// A column that can be null is compared as an expression that can't, such as [`or_last_day`], and so indexed.
macro_rules! sorted {
    ($query:expr, $place:expr, $column:expr) => {
        match $place {
            (false, None) => $query.order($column.asc()),
            (false, Some((key, _))) => $query.filter($column.gt(key)).order($column.asc()),
            (true, None) => $query.order($column.desc()),
            (true, Some((key, _))) => $query.filter($column.lt(key)).order($column.desc()),
        }
    };
    ($query:expr, $place:expr, $column:expr, $id:expr) => {
        match $place {
            (false, None) => $query.order(($column.asc(), $id.asc())),
            (false, Some((key, id))) => {
                $query.filter($column.ge(key)).filter($column.gt(key).or($id.gt(id))).order(($column.asc(), $id.asc()))
            }
            (true, None) => $query.order(($column.desc(), $id.desc())),
            (true, Some((key, id))) => $query
                .filter($column.le(key))
                .filter($column.lt(key).or($id.lt(id)))
                .order(($column.desc(), $id.desc())),
        }
    };
}

/// How the rows of a list are counted that is not searched.
pub(super) enum Whole {
    /// By [`row_counts`](super::row_counts), however many there are.
    Kept(CountedRows),
    /// One by one: a limit of the policy keeps them few.
    Few,
    /// One by one, up to [`Count::MOST`].
    Many,
}

/// `page!("users.list", self, request, Row, |pattern| query, sorted, whole)`: a page of all rows of a query that match a search pattern, with
/// their count; `sorted` puts the query in the page's order, [`Whole`] says how they are counted without a pattern. A page that
/// is the last one tells that by itself.
macro_rules! page {
    ($name:expr, $handle:expr, $request:expr, $Row:ty, |$pattern:ident| $matching:expr, $sorted:expr, $whole:expr) => {
        if list::can_be_found($request) {
            let pattern = list::pattern($request);
            let $pattern = pattern.as_deref();
            let page = $sorted($matching, $request).limit(list::rows_to_fetch($request)).offset(list::offset($request));
            let whole = if $pattern.is_some() { list::Whole::Many } else { $whole };
            let (found, reach) = (page.select(<$Row>::as_select()), list::reach($request, &whole));
            let mut rows = $handle.load_within($name, list::Violable::NONE, found, reach).await?;
            let more = list::cut(&mut rows, $request);
            let count = match list::counted_by_place(rows.len(), more, $request) {
                Some(count) => count,
                None => {
                    let name = concat!($name, ".count");
                    match whole {
                        list::Whole::Kept(rows) => list::Count::Exactly($handle.kept_count(name, rows).await?),
                        list::Whole::Few => list::Count::Exactly($handle.one::<i64, _>(name, $matching.count()).await?),
                        list::Whole::Many => {
                            let some =
                                list::CountOf($matching.select(diesel::dsl::sql::<diesel::sql_types::Integer>("1")));
                            list::Count::up_to_most($handle.one::<i64, _>(name, some).await?)
                        }
                    }
                }
            };
            Ok(Page { rows, count, more })
        } else {
            $handle.check_usable().map(|()| list::nothing())
        }
    };
}

/// How many rows a query finds, up to one more than [`Count::MOST`].
pub(super) struct CountOf<Query>(pub(super) Query);

impl<Query: QueryFragment<Db>> QueryFragment<Db> for CountOf<Query> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(&format!(" LIMIT {}) AS found", Count::MOST + 1));
        Ok(())
    }
}

impl<Query> diesel::query_builder::Query for CountOf<Query> {
    type SqlType = BigInt;
}

impl<Query, Conn> RunQueryDsl<Conn> for CountOf<Query> {}

impl<Query> QueryId for CountOf<Query> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The day in a column that can be null: what is never due is due at the end of time.
pub(super) fn or_last_day(column: &str) -> SqlLiteral<DbDate> {
    sql(&format!("coalesce({column}, {LAST_DAY})"))
}

/// `containing!(query, pattern, folded_column, …)`: the rows of a query in which one of these columns is like the pattern; all of
/// them without a pattern.
macro_rules! containing {
    ($query:expr, $pattern:expr, $column:expr $(, $other:expr)*) => {
        match $pattern {
            None => $query,
            Some(pattern) => $query.filter(
                $column.like(pattern).escape('\\').nullable()$(.or($other.like(pattern).escape('\\').nullable()))*,
            ),
        }
    };
}

/// `of_owner!(query, table, owner)`: the rows of a query that are this owner's.
macro_rules! of_owner {
    ($query:expr, $table:ident, $owner:expr) => {
        match $owner {
            ironplate_domain::Owner::User(user) => $query.filter($table::owner_user_id.eq(Id(user.0))),
            ironplate_domain::Owner::Organization(organization) => {
                $query.filter($table::owner_organization_id.eq(Id(organization.0)))
            }
        }
    };
}

pub(super) use {containing, of_owner, page, sorted};
