//! The table `row_counts`: how many rows a table has, and how many of them are somebody's. Triggers keep it, in the transaction that
//! changes the rows, so a list of a million rows tells its length as fast as one of a thousand.
#![allow(dead_code, reason = "what of it is used depends on which resources there are")]

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
use crate::{
    record::Inserted,
    types::{DbUuid, Id},
};

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

fn id_of(owner: Owner) -> Id {
    Id(match owner {
        Owner::User(user) => user.0,
        Owner::Organization(organization) => organization.0,
    })
}

/// Adds a row, if its owner has fewer than so many.
pub(super) struct InsertBelow<Row> {
    row: Row,
    owner: Id,
    below: i64,
}

impl<Row> InsertBelow<Row> {
    pub(super) fn new(row: Row, owner: Owner, below: u64) -> Self {
        Self { row, owner: id_of(owner), below: i64::try_from(below).unwrap_or(i64::MAX) }
    }
}

impl<Row: Inserted<Db>> QueryFragment<Db> for InsertBelow<Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        out.push_identifier(Row::TABLE)?;
        let mut before = " (";
        for column in Row::COLUMNS {
            out.push_sql(std::mem::replace(&mut before, ", "));
            out.push_identifier(column)?;
        }
        out.push_sql(") SELECT ");
        self.row.walk_values(out.reborrow())?;
        out.push_sql(" WHERE (SELECT coalesce(sum(rows), 0) FROM row_counts WHERE relation = '");
        out.push_sql(Row::TABLE);
        out.push_sql("' AND owner_id = ");
        out.push_bind_param::<DbUuid, _>(&self.owner)?;
        out.push_sql(") < ");
        out.push_bind_param::<BigInt, _>(&self.below)
    }
}

impl<Row: 'static> QueryId for InsertBelow<Row> {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Row, Conn> RunQueryDsl<Conn> for InsertBelow<Row> {}

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
