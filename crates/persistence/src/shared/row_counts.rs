//! The table `row_counts`: how many rows a table has, and how many of them are somebody's. Triggers keep it, in the transaction that
//! changes the rows, so a list of a million rows tells its length as fast as one of a thousand.

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use ironplate_application::ports::StoreResult;
use ironplate_domain::Owner;
use uuid::Uuid;

use super::StoreHandle;
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
        let owner = match rows.owner {
            None => Uuid::nil(),
            Some(Owner::User(user)) => user.0,
            Some(Owner::Organization(organization)) => organization.0,
        };
        let slots =
            row_counts::table.filter(row_counts::relation.eq(rows.relation)).filter(row_counts::owner_id.eq(Id(owner)));
        let sum = sql::<Nullable<BigInt>>("CAST(sum(rows) AS bigint)");
        let found = self.optional::<Option<i64>, Sum>(name, slots.select(sum)).await?;
        Ok(found.map_or(0, |Sum(sum)| sum))
    }
}

struct Sum(u64);

impl From<Option<i64>> for Sum {
    fn from(sum: Option<i64>) -> Self {
        Self(sum.and_then(|sum| u64::try_from(sum).ok()).unwrap_or(0))
    }
}
