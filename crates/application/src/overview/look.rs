//! See how things are: one's own, and everybody's for those who administer.

use ironplate_domain::{Action, Actor, AuditEvent, Owner, Resource, can};

use super::{Activity, Newest, Overviews};
use crate::{
    fault::faults,
    ports::{OutboxStatistics, OwnedCounts, PageRequest, StoreError, StoreResult, UserFilter, UserOrder, count_owned},
};

/// Rows of each short list.
const FEW: u32 = 5;

/// How things are.
#[derive(Debug)]
pub struct Overview {
    /// The newest that the organisation at hand has, or else oneself.
    pub newest: Vec<Newest>,
    /// How many the same has of what is owned.
    pub owned: OwnedCounts,
    /// How many are in the organisation at hand.
    pub members: Option<u64>,
    /// How many devices are logged in.
    pub sessions: usize,
    /// The newest events of one's own account.
    pub events: Vec<AuditEvent>,
    /// Only for those who may see it.
    pub administration: Option<Administration>,
}

/// How the product is.
#[derive(Debug)]
pub struct Administration {
    /// How many accounts there are.
    pub users: u64,
    /// How full the outbox is.
    pub outbox: OutboxStatistics,
    /// Who came.
    pub activity: Activity,
}

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum OverviewError {
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { OverviewError:
    Store(error) => error.class(),
}

impl Overviews {
    /// What the actor may see of how things are.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn look(&self, actor: Actor) -> Result<Overview, OverviewError> {
        let mut reader = self.core.read_stale(actor).await?;
        let at = actor.at.filter(|at| !actor.is_barred_from(at.organization));
        let whose = at.map_or(Owner::from(actor.user), |at| at.organization.into());
        let newest = Newest::all(&mut *reader, actor, whose, FEW).await?;
        let owned = count_owned(&mut *reader, whose).await?;
        let members = match whose.organization() {
            Some(organization) => Some(reader.memberships().count_of(organization).await?),
            None => None,
        };
        let most = self.core.policy.sessions.most_per_user;
        let sessions = reader.sessions().list_for(actor.user, self.core.clock.now(), most).await?.len();
        drop(reader);
        let events = self.events_about(actor).await?;
        let sees_everything = [Resource::Users, Resource::Audit, Resource::Outbox]
            .into_iter()
            .all(|resource| can(actor, Action::List, resource));
        let administration = if sees_everything { Some(self.administration(actor).await?) } else { None };
        Ok(Overview { newest, owned, members, sessions, events, administration })
    }

    /// Of the newest events of the actor, those that are about their own account; without where others were.
    async fn events_about(&self, actor: Actor) -> StoreResult<Vec<AuditEvent>> {
        let page = self.audit.list_own(actor, None, 4 * FEW).await?;
        let about = page.events.into_iter().filter(|event| event.subject == Some(actor.user));
        Ok(about.take(FEW as usize).collect())
    }

    async fn administration(&self, actor: Actor) -> StoreResult<Administration> {
        let now = self.core.clock.now();
        let none = PageRequest { order: UserOrder::Newest, search: None, after: None, skip: 0, limit: 0 };
        let mut reader = self.core.read_stale(actor).await?;
        let users = reader.users().list(&UserFilter::default(), &none).await?.count.get();
        let outbox = reader.outbox().statistics().await?;
        let activity = Activity::until(now, reader.audit()).await?;
        Ok(Administration { users, outbox, activity })
    }
}
