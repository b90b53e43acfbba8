//! Storage of what users own: one repository for all sorts of it.

use std::{
    collections::BTreeMap,
    fmt::{Debug, Display},
};

use async_trait::async_trait;
use ironplate_domain::{Changes, UserId};
use uuid::Uuid;

use super::{Constraint, ListOrder, Page, PageRequest, Repositories, StoreResult};
use crate::repositories;

/// A row that one user owns for good. All that a store in memory has to know of it is said here.
pub trait OwnedRow: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// Names one.
    type Id: Copy + Debug + Display + From<Uuid> + Into<Uuid> + Send + Sync + 'static;

    /// What to change of one.
    type Changes: Changes<Entity = Self>;

    /// How a list is sorted. Each order is served by an index.
    type Order: ListOrder<Row = Self>;

    /// It belongs to a user that exists.
    const OWNER: Constraint;

    /// Its identity.
    fn id(&self) -> Self::Id;

    /// Whose it is.
    fn owner(&self) -> UserId;

    /// The texts that a list is searched for, where it has them.
    fn searched(&self) -> Vec<Option<&str>>;

    /// The constraint that keeps it from being stored beside the other one, if one does.
    fn conflict_with(&self, _other: &Self) -> Option<Constraint> {
        None
    }

    /// Where such rows are kept.
    fn repository(store: &mut dyn Repositories) -> &mut dyn OwnedRepository<Self>;
}

/// The rows of one sort that users own.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OwnedRepository<Row: OwnedRow>: Send {
    /// Adds a row. Fails with [`OwnedRow::OWNER`] when its owner does not exist (any more), and with what
    /// [`conflict_with`](OwnedRow::conflict_with) says of another row, also by a simultaneous insert.
    async fn insert(&mut self, row: &Row) -> StoreResult<()>;

    /// How many rows a user has. Lock the user first where the answer is to hold.
    async fn count_of(&mut self, owner: UserId) -> StoreResult<u64>;

    /// The row of this id.
    async fn find(&mut self, id: Row::Id) -> StoreResult<Option<Row>>;

    /// Changes a row and answers the result; `None` when there is no such row. Empty changes only read. Fails with what
    /// [`conflict_with`](OwnedRow::conflict_with) says of another row.
    async fn update(&mut self, id: Row::Id, changes: &Row::Changes) -> StoreResult<Option<Row>>;

    /// Removes a row; whether there was one.
    async fn delete(&mut self, id: Row::Id) -> StoreResult<bool>;

    /// One page of the rows whose texts contain the search text: of `owner`, or of everybody.
    async fn list(&mut self, owner: Option<UserId>, page: &PageRequest<Row::Order>) -> StoreResult<Page<Row>>;
}

/// How many rows of each sort a user owns, by the names of the repositories.
pub type OwnedCounts = BTreeMap<&'static str, u64>;

macro_rules! count_owned {
    ($($name:ident: $Row:path,)+) => {
        pub(crate) async fn count_owned(store: &mut dyn Repositories, owner: UserId) -> StoreResult<OwnedCounts> {
            Ok([$((stringify!($name), store.$name().count_of(owner).await?)),+].into())
        }
    };
}

repositories! { owned count_owned }
