//! How much there is of an organisation.

use std::fmt;

use ironplate_domain::{OrganizationId, Timestamp};

use crate::ports::{OwnedCounts, Repositories, StoreResult, count_owned};

/// What an organisation has, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSize {
    /// How many members.
    pub members: u64,
    /// How many invitations that can still be taken.
    pub invitations: u64,
    /// How many of what organisations own.
    pub owned: OwnedCounts,
}

impl OrganizationSize {
    /// How much there is of it at this moment. Lock it first where the answer is to hold.
    pub(super) async fn of(store: &mut dyn Repositories, id: OrganizationId, now: Timestamp) -> StoreResult<Self> {
        Ok(Self {
            members: store.memberships().count_of(id).await?,
            invitations: store.invitations().count_of(id, now).await?,
            owned: count_owned(store, id.into()).await?,
        })
    }
}

/// `3 members, 1 invitation and 20 items`.
impl fmt::Display for OrganizationSize {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [("members", self.members), ("invitations", self.invitations)];
        let all = all.into_iter().chain(self.owned.iter().map(|(name, count)| (*name, *count)));
        let counts = all.map(|(name, count)| {
            let name = if count == 1 { name.strip_suffix('s').unwrap_or(name) } else { name };
            format!("{count} {}", name.replace('_', " "))
        });
        out.write_str(&enumerated(&counts.collect::<Vec<_>>()))
    }
}

/// `a, b and c`.
pub(super) fn enumerated(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
