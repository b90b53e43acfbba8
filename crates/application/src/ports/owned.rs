//! Storage of what users and organisations own: one repository for all sorts of it.

use std::{
    any::TypeId,
    collections::{BTreeMap, BTreeSet},
    fmt::{Debug, Display},
    pin::Pin,
};

use async_trait::async_trait;
use ironplate_domain::{Changes, OrganizationRole, Owner, Timestamp, UserId};
use uuid::Uuid;

use super::{Constraint, ListOrder, Page, PageRequest, Repositories, StoreResult};
use crate::repositories;

/// A row that a user or an organisation owns. All that a store in memory has to know of it is said here.
pub trait OwnedRow: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// Names one.
    type Id: Copy + Debug + Display + From<Uuid> + Into<Uuid> + Send + Sync + 'static;

    /// What to change of one.
    type Changes: Changes<Entity = Self>;

    /// How a list is sorted. Each order is served by an index.
    type Order: ListOrder<Row = Self>;

    /// One of a user belongs to a user that exists.
    const OWNER: Constraint;

    /// One of an organisation belongs to an organisation that exists.
    const OWNING_ORGANIZATION: Constraint;

    /// Its identity.
    fn id(&self) -> Self::Id;

    /// Whose it is.
    fn owner(&self) -> Owner;

    /// The text by which people know it.
    fn title(&self) -> &str;

    /// When it was made.
    fn created_at(&self) -> Timestamp;

    /// The texts that a list is searched for, where it has them.
    fn searched(&self) -> Vec<Option<&str>>;

    /// The constraint that keeps it from being stored beside the other one, if one does.
    fn conflict_with(&self, _other: &Self) -> Option<Constraint> {
        None
    }

    /// The rows of its owner that it refers to.
    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }

    /// Lets go of the row of this id, which is deleted, where it referred to it and need not.
    fn let_go(&mut self, _gone: Uuid) {}

    /// What a row of this owner violates when there is no such owner.
    #[must_use]
    fn owner_constraint(owner: Owner) -> Constraint {
        match owner {
            Owner::User(_) => Self::OWNER,
            Owner::Organization(_) => Self::OWNING_ORGANIZATION,
        }
    }

    /// The same row, as this owner's.
    #[must_use]
    fn owned_by(self, owner: Owner) -> Self;

    /// Where such rows are kept.
    fn repository(store: &mut dyn Repositories) -> &mut dyn OwnedRepository<Self>;

    /// How many somebody has.
    fn count_of(store: &mut dyn Repositories, owner: Owner) -> Reading<'_, u64> {
        Box::pin(async move { Self::repository(store).count_of(owner).await })
    }

    /// The newest that somebody has, at most `limit`.
    fn newest_of(store: &mut dyn Repositories, owner: Owner, limit: u32) -> Reading<'_, Vec<OwnedSummary>> {
        let page = PageRequest { order: Self::Order::default(), search: None, after: None, skip: 0, limit };
        Box::pin(async move {
            let found = Self::repository(store).list(Some(owner), &page).await?;
            Ok(found.rows.iter().map(OwnedSummary::of).collect())
        })
    }
}

/// A row that another one of the same owner refers to.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// Of which sort it is.
    pub sort: TypeId,
    /// Its identity.
    pub id: Uuid,
    /// What is violated where the owner has no such row.
    pub missing: Constraint,
    /// What is violated by deleting that row; `None` where it is [let go of](OwnedRow::let_go).
    pub in_use: Option<Constraint>,
    find: Find,
}

type Find = fn(&mut dyn Repositories, Vec<Uuid>) -> Reading<'_, Vec<OwnedSummary>>;

impl Reference {
    /// To the row of this id, which is let go of when it is deleted.
    #[must_use]
    pub fn to<Row: OwnedRow>(id: Row::Id, missing: Constraint) -> Self {
        Self { sort: TypeId::of::<Row>(), id: id.into(), missing, in_use: None, find: summaries::<Row> }
    }

    /// The same, which keeps that row from being deleted.
    #[must_use]
    pub fn holding(self, in_use: Constraint) -> Self {
        Self { in_use: Some(in_use), ..self }
    }

    /// Whether it is to the row of this sort and id.
    #[must_use]
    pub fn is_to<Row: OwnedRow>(&self, id: Row::Id) -> bool {
        (self.sort, self.id) == (TypeId::of::<Row>(), id.into())
    }

    /// What these are to, each once and in no order, without what is not there (any more). Each sort is asked for once.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn summaries(all: &[Self], store: &mut dyn Repositories) -> StoreResult<Vec<OwnedSummary>> {
        let mut sorts: BTreeMap<TypeId, (Find, BTreeSet<Uuid>)> = BTreeMap::new();
        for to in all {
            sorts.entry(to.sort).or_insert_with(|| (to.find, BTreeSet::new())).1.insert(to.id);
        }
        let mut found = Vec::new();
        for (find, ids) in sorts.into_values() {
            found.extend(find(store, ids.into_iter().collect()).await?);
        }
        Ok(found)
    }
}

fn summaries<Row: OwnedRow>(store: &mut dyn Repositories, ids: Vec<Uuid>) -> Reading<'_, Vec<OwnedSummary>> {
    Box::pin(async move {
        let ids: Vec<Row::Id> = ids.into_iter().map(Row::Id::from).collect();
        let found = Row::repository(store).find_many(&ids).await?;
        Ok(found.iter().map(OwnedSummary::of).collect())
    })
}

/// What a store answers of a sort of rows, whichever that is.
pub type Reading<'a, T> = Pin<Box<dyn Future<Output = StoreResult<T>> + Send + 'a>>;

/// What all sorts of rows have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedSummary {
    /// Its identity.
    pub id: Uuid,
    /// The text by which people know it.
    pub title: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl OwnedSummary {
    fn of<Row: OwnedRow>(row: &Row) -> Self {
        Self { id: row.id().into(), title: row.title().to_owned(), created_at: row.created_at() }
    }
}

/// The rows of one sort that users and organisations own.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OwnedRepository<Row: OwnedRow>: Send {
    /// Adds a row. Fails with what [`OwnedRow::owner_constraint`] says when its owner does not exist (any more), and with what
    /// [`conflict_with`](OwnedRow::conflict_with) says of another row, also by a simultaneous insert. What it
    /// [refers to](OwnedRow::references) has to be there, and of the same owner, or it fails with what that says.
    async fn insert(&mut self, row: &Row) -> StoreResult<()>;

    /// Adds a row, unless another one has the id, also by a simultaneous insert; whether it did. Else it fails like
    /// [`insert`](Self::insert).
    async fn insert_new(&mut self, row: &Row) -> StoreResult<bool>;

    /// Adds a row, if its owner has fewer than `most`; whether it did. What others are about to add is not counted. It is one statement,
    /// where the row refers to nothing, and fails like [`insert`](Self::insert).
    async fn insert_below(&mut self, row: &Row, most: u64) -> StoreResult<bool> {
        let has_room = self.count_of(row.owner()).await? < most;
        if has_room {
            self.insert(row).await?;
        }
        Ok(has_room)
    }

    /// How many rows an owner has. Lock the owner first where the answer is to hold.
    async fn count_of(&mut self, owner: Owner) -> StoreResult<u64>;

    /// The row of this id.
    async fn find(&mut self, id: Row::Id) -> StoreResult<Option<Row>>;

    /// Those of these ids, each of which is named once, that there are; in no order.
    async fn find_many(&mut self, ids: &[Row::Id]) -> StoreResult<Vec<Row>>;

    /// The row of this id, with what this user is in the organisation that owns it, and whether they lack the second factor that it asks
    /// for; nothing where it is a user's, or where they are no member.
    async fn find_for(&mut self, id: Row::Id, viewer: UserId) -> StoreResult<Option<(Row, Option<OrganizationRole>)>>;

    /// Changes a row of this owner and answers the result; `None` when they have no such row (any more): what was asked of one
    /// owner's row never happens to another's. Empty changes only read. Fails with what
    /// [`conflict_with`](OwnedRow::conflict_with) says of another row, and like an insertion where it shall refer to what is not there.
    async fn update(&mut self, id: Row::Id, owner: Owner, changes: &Row::Changes) -> StoreResult<Option<Row>>;

    /// Gives a row of one owner to another and answers it; `None` when the first has no such row (any more). Fails with what
    /// [`OwnedRow::owner_constraint`] says when the other one does not exist, and with what [`conflict_with`](OwnedRow::conflict_with) says of
    /// another row. Whoever hands one over that refers to others, or that others refer to, sees to it that all of them have one owner.
    async fn hand_over(&mut self, id: Row::Id, from: Owner, to: Owner) -> StoreResult<Option<Row>>;

    /// Removes a row of this owner; whether they had one. Fails where another one refers to it and says that it is in use; what refers to
    /// it otherwise lets go of it.
    async fn delete(&mut self, id: Row::Id, owner: Owner) -> StoreResult<bool>;

    /// One page of the rows whose texts contain the search text: of `owner`, or of everybody. Without a search they are counted
    /// exactly.
    async fn list(&mut self, owner: Option<Owner>, page: &PageRequest<Row::Order>) -> StoreResult<Page<Row>>;
}

/// How many rows of each sort somebody owns, by the names of the repositories.
pub type OwnedCounts = BTreeMap<&'static str, u64>;

type Count = fn(&mut dyn Repositories, Owner) -> Reading<'_, u64>;

macro_rules! counts {
    ($($name:ident: $Row:ty,)*) => {
        const COUNTS: &[(&str, Count)] = &[$((stringify!($name), <$Row as OwnedRow>::count_of)),*];
    };
}

repositories! { owned counts }

pub(crate) async fn count_owned(store: &mut dyn Repositories, owner: Owner) -> StoreResult<OwnedCounts> {
    let mut counts = OwnedCounts::new();
    for (name, count) in COUNTS {
        counts.insert(name, count(store, owner).await?);
    }
    Ok(counts)
}
