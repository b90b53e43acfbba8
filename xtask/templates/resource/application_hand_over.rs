//! Move «a» «words» to another owner: from oneself to an organisation, back, or between two.

use std::collections::BTreeSet;

use «product»_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Client, «Type», «Type»Id, OrganizationId, Owner, Resource, can,
};

use super::{Create«Type»Error, «Type»Error, «Types»[% if most %], create::check_room[% endif %]};
use crate::{
    fault::faults,
    organizations::{OrganizationError, acting_on},
    owned::Missing,
    ports::{StoreError, StoreResult, UnitOfWork},
};

/// Why «a» «words» stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum Move«Type»Error {
    /// It can't be taken away there.
    #[error(transparent)]
    «Type»(#[from] «Type»Error),
    /// It can't be put there.
    #[error(transparent)]
    There(#[from] Create«Type»Error),
}

impl From<StoreError> for Move«Type»Error {
    fn from(error: StoreError) -> Self {
        Self::«Type»(error.into())
    }
}

faults! { Move«Type»Error:
    «Type»(error) => error.class(),
    There(error) => error.class(),
}

/// From whom to whom «a» «words» goes.
#[derive(Clone, Copy)]
struct Way {
    from: Owner,
    to: Owner,
}

impl «Types» {
    /// Makes «a» «words» an organisation's, or the actor's own (`None`). It takes the right to delete it where it is, and to create one
    /// where it goes.
    ///
    /// # Errors
    /// See [`Move«Type»Error`]. Of two simultaneous requests one succeeds.
    pub async fn move_to(
        &self,
        actor: Actor,
        id: «Type»Id,
        organization: Option<OrganizationId>,
        client: &Client,
    ) -> Result<«Type», Move«Type»Error> {
        let («noun», here) = self.find(actor, id).await?;
        let way = Way { from: «noun».owner, to: organization.map_or(actor.user.into(), Owner::from) };
        self.core.permit(here, Action::Delete, Resource::«Types»Of(way.from), client).await.map_err(«Type»Error::from)?;
        if way.from == way.to {
            return Ok(«noun»);
        }
        let there = acting_on(&mut *self.core.store.read().await?, actor, way.to).await?;
        let put = self.core.permit_in(there, Action::Create, Resource::«Types»Of(way.to), client).await;
        put.map_err(|refused| Create«Type»Error::Organization(refused.into()))?;

        let mut work = self.core.store.begin().await?;
        let is_superuser = actor.is_superuser && self.core.is_still_superuser(&mut *work, actor).await?;
        let gone = lock(&mut *work, way).await?;
        for (action, owner) in [(Action::Delete, way.from), (Action::Create, way.to)] {
            let now = Actor { is_superuser, ..acting_on(&mut *work, actor, owner).await? };
            let resource = Resource::«Types»Of(owner);
            if !can(now, action, resource) {
                drop(work);
                let refused = self.core.refuse_in(now, action, resource, client).await;
                return Err(Create«Type»Error::Organization(refused.into()).into());
            }
        }
        if let Some(owner) = gone {
            return Err(way.without(owner));
        }
        [%- if most %]
        check_room(&mut *work, way.to, &self.core.policy).await?;
        [%- endif %]
        let moved = work.«nouns»().hand_over(id, way.from, way.to).await?.ok_or(«Type»Error::NotFound(Missing))?;
        for event in self.events(actor, id, way, client) {
            work.audit().record(&event).await?;
        }
        work.commit().await?;
        Ok(moved)
    }

    /// One within each organisation that it is about.
    fn events(&self, actor: Actor, id: «Type»Id, Way { from, to }: Way, client: &Client) -> Vec<AuditEvent> {
        let mut organizations: Vec<_> = [from, to].into_iter().filter_map(Owner::organization).map(Some).collect();
        if organizations.is_empty() {
            organizations.push(None);
        }
        let event = |organization| {
            let event = self.core.recorder.event(AuditKind::«Type»Moved, client).by(actor.user);
            let event = event.saying(AuditDetail::«Type», id).saying(AuditDetail::Owner, format_args!("{from} -> {to}"));
            AuditEvent { subject: from.user().or(to.user()), organization, ..event }
        };
        organizations.into_iter().map(event).collect()
    }
}

impl Way {
    /// Why there is none where this owner is gone.
    fn without(self, gone: Owner) -> Move«Type»Error {
        match gone {
            gone if gone == self.from => «Type»Error::NotFound(Missing).into(),
            Owner::User(_) => Create«Type»Error::OwnerGone.into(),
            Owner::Organization(_) => Create«Type»Error::Organization(OrganizationError::NotFound(Missing)).into(),
        }
    }
}

/// Locks both owners, in the order that all units keep (users, then organisations, by id), and answers one that is gone.
async fn lock(work: &mut dyn UnitOfWork, way: Way) -> StoreResult<Option<Owner>> {
    let mut gone = None;
    for owner in BTreeSet::from([way.from, way.to]) {
        let is_there = match owner {
            Owner::User(user) => work.users().lock(user).await?.is_some(),
            Owner::Organization(organization) => work.organizations().lock(organization).await?.is_some(),
        };
        if !is_there {
            gone = gone.or(Some(owner));
        }
    }
    Ok(gone)
}
