//! The table `row_counts`: how many rows a table has, and how many of them are somebody's. Triggers keep it, in the transaction that
//! changes the rows, so a list of a million rows tells its length as fast as one of a thousand.

use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Nullable},
};
use ironplate_application::ports::StoreResult;
use ironplate_domain::Owner;
use uuid::Uuid;

use super::{super::Db, StoreHandle};
use crate::types::Id;

diesel::table! {
    use diesel::sql_types::{BigInt, SmallInt, Text};
    use crate::types::DbUuid;

    row_counts (owner_id, relation, slot) {
        relation -> Text,
        owner_id -> DbUuid,
        slot -> SmallInt,
        rows -> BigInt,
    }
}

/// Which rows are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct CountedRows {
    /// Of which table.
    pub(super) relation: &'static str,
    /// Whose; `None` for everybody's.
    pub(super) owner: Option<Owner>,
}

impl StoreHandle {
    /// How many there are.
    pub(super) async fn kept_count(&mut self, name: &'static str, rows: CountedRows) -> StoreResult<u64> {
        let owner = rows.owner.map_or(Id(Uuid::nil()), id_of);
        let slots =
            row_counts::table.filter(row_counts::relation.eq(rows.relation)).filter(row_counts::owner_id.eq(owner));
        let found = self.optional::<Option<i64>, Sum>(name, slots.select(SumOfRows)).await?;
        Ok(found.map_or(0, |Sum(sum)| sum))
    }
}

pub(super) fn id_of(owner: Owner) -> Id {
    Id(match owner {
        Owner::User(user) => user.0,
        Owner::Organization(organization) => organization.0,
    })
}

/// Diesel's own sum is a `numeric`, and what is written as SQL by hand is prepared anew each time.
#[derive(Debug, Clone, Copy, QueryId)]
struct SumOfRows;

impl Expression for SumOfRows {
    type SqlType = Nullable<BigInt>;
}

impl QueryFragment<Db> for SumOfRows {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("CAST(sum(rows) AS bigint)");
        Ok(())
    }
}

impl AppearsOnTable<row_counts::table> for SumOfRows {}

impl SelectableExpression<row_counts::table> for SumOfRows {}

impl<Grouping> ValidGrouping<Grouping> for SumOfRows {
    type IsAggregate = is_aggregate::Yes;
}

struct Sum(u64);

impl From<Option<i64>> for Sum {
    fn from(sum: Option<i64>) -> Self {
        Self(sum.and_then(|sum| u64::try_from(sum).ok()).unwrap_or(0))
    }
}
