//! The newest of what somebody owns, sort by sort.

use ironplate_domain::{Actor, Owner};

use crate::{
    ports::{OwnedSummary, Reading, Repositories, StoreResult},
    repositories,
};

/// The newest of one sort, and whether there may be more.
#[derive(Debug, PartialEq, Eq)]
pub struct Newest {
    /// The name of the repository.
    pub of: &'static str,
    /// The newest few.
    pub rows: Vec<OwnedSummary>,
    /// Whether the actor may make one where they are at work.
    pub may_create: bool,
}

/// How one sort is asked for.
struct Sort {
    name: &'static str,
    newest_of: fn(&mut dyn Repositories, Owner, u32) -> Reading<'_, Vec<OwnedSummary>>,
    may_be_owned: fn(Owner) -> bool,
    may_be_made: fn(Actor) -> bool,
}

macro_rules! sorts {
    ($($name:ident: $Row:ty,)*) => {
        const SORTS: &[Sort] = &[$(Sort {
            name: stringify!($name),
            newest_of: <$Row as crate::ports::OwnedRow>::newest_of,
            may_be_owned: <$Row as crate::owned::Owned>::may_be_owned,
            may_be_made: <$Row as crate::owned::Owned>::may_be_made,
        }),*];
    };
}

repositories! { owned sorts }

impl Newest {
    /// Of each sort that this owner may have.
    pub(super) async fn all(
        store: &mut dyn Repositories,
        actor: Actor,
        owner: Owner,
        limit: u32,
    ) -> StoreResult<Vec<Self>> {
        let mut all = Vec::new();
        for sort in SORTS.iter().filter(|sort| (sort.may_be_owned)(owner)) {
            let rows = (sort.newest_of)(store, owner, limit).await?;
            all.push(Self { of: sort.name, rows, may_create: (sort.may_be_made)(actor) });
        }
        Ok(all)
    }
}
