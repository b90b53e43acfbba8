//! What is done to any resource that users own: who may do it, and what is recorded of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
};

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Changes, Client, Email, Resource, UserId, can,
};

use crate::{
    access::Denied,
    core::Core,
    ports::{OwnedRow, Page, PageRequest, StoreError, StoreResult, UnitOfWork},
};

/// A resource that one user owns for good. Superusers may do to it what its owner may.
pub trait Owned: OwnedRow {
    /// Why one can't be read, changed or deleted. A missing one is told before a foreign one.
    type Error: From<Missing> + From<Denied> + From<StoreError> + Send;

    /// Everybody's, as the access rules know them.
    const EVERYBODYS: Resource;
    /// Those of one user, as the access rules know them.
    const OF: fn(UserId) -> Resource;
    /// By which an audit event names one.
    const DETAIL: AuditDetail;
    /// What is recorded when somebody else than the owner changes one.
    const CHANGED: AuditKind;
    /// What is recorded when one is deleted, whoever does it.
    const DELETED: AuditKind;
}

/// There is none of this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Not found")]
pub struct Missing;

/// A page of a list, and whose its rows are.
#[derive(Debug)]
pub struct OwnedPage<Row> {
    /// The rows.
    pub page: Page<Row>,
    /// The addresses of their owners, where everybody's rows are listed.
    pub owners: BTreeMap<UserId, Email>,
}

/// The service of a resource that users own. What is its own, such as how one is made, stands beside the resource.
pub struct OwnedService<Row> {
    pub(crate) core: Core,
    rows: PhantomData<fn() -> Row>,
}

impl<Row: Owned> OwnedService<Row> {
    /// The service over this core.
    #[must_use]
    pub fn new(core: &Core) -> Self {
        Self { core: core.clone(), rows: PhantomData }
    }

    /// One page of all that the actor may see: everybody's for a superuser, else their own.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list(&self, actor: Actor, page: PageRequest<Row::Order>) -> StoreResult<Page<Row>> {
        Row::repository(&mut *self.core.store.read().await?).list(listed_owner::<Row>(actor), &page).await
    }

    /// The same, with the owners of everybody's for people to read.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list_with_owners(&self, actor: Actor, page: PageRequest<Row::Order>) -> StoreResult<OwnedPage<Row>> {
        let page = self.list(actor, page).await?;
        if listed_owner::<Row>(actor).is_some() {
            return Ok(OwnedPage { page, owners: BTreeMap::new() });
        }
        let ids: BTreeSet<UserId> = page.rows.iter().map(Row::owner).collect();
        let ids: Vec<UserId> = ids.into_iter().collect();
        let owners = self.core.store.read().await?.users().find_many(&ids).await?;
        Ok(OwnedPage { page, owners: owners.into_iter().map(|user| (user.id, user.email)).collect() })
    }

    /// The one of this id.
    ///
    /// # Errors
    /// See [`Owned::Error`].
    pub async fn read(&self, actor: Actor, id: Row::Id, client: &Client) -> Result<Row, Row::Error> {
        let row = self.find(id).await?;
        self.core.permit(actor, Action::Read, Row::OF(row.owner()), client).await?;
        Ok(row)
    }

    /// Changes one and answers it as it is then.
    ///
    /// # Errors
    /// See [`Owned::Error`].
    pub async fn update(
        &self,
        actor: Actor,
        id: Row::Id,
        changes: Row::Changes,
        client: &Client,
    ) -> Result<Row, Row::Error> {
        let (before, work) = self.begin(actor, Action::Update, id, client).await?;
        self.change(work, actor, &before, changes, client).await
    }

    /// Deletes one for good.
    ///
    /// # Errors
    /// See [`Owned::Error`]. Of two simultaneous requests one succeeds.
    pub async fn delete(&self, actor: Actor, id: Row::Id, client: &Client) -> Result<(), Row::Error> {
        let (row, mut work) = self.begin(actor, Action::Delete, id, client).await?;
        if !Row::repository(&mut *work).delete(id).await? {
            return Err(Missing.into());
        }
        work.audit().record(&self.event(Row::DELETED, actor, &row, client)).await?;
        work.commit().await?;
        Ok(())
    }

    /// The one of this id, and a unit of work in which the actor may do this to it. That there is none is told to everybody; a
    /// refusal is recorded.
    pub(crate) async fn begin(
        &self,
        actor: Actor,
        action: Action,
        id: Row::Id,
        client: &Client,
    ) -> Result<(Row, Box<dyn UnitOfWork>), Row::Error> {
        let row = self.find(id).await?;
        let work = self.core.begin::<Row::Error>(actor, action, Row::OF(row.owner()), client).await?;
        Ok((row, work))
    }

    /// Carries changes out in the unit of work, records them where the row is somebody else's, and commits.
    pub(crate) async fn change(
        &self,
        mut work: Box<dyn UnitOfWork>,
        actor: Actor,
        before: &Row,
        changes: Row::Changes,
        client: &Client,
    ) -> Result<Row, Row::Error> {
        let row = Row::repository(&mut *work).update(before.id(), &changes).await?.ok_or(Missing)?;
        let fields = changes.beyond(before).fields();
        if row.owner() != actor.user && !fields.is_empty() {
            let event = self.event(Row::CHANGED, actor, &row, client).saying(AuditDetail::Fields, fields.join(" "));
            work.audit().record(&event).await?;
        }
        work.commit().await?;
        Ok(row)
    }

    async fn find(&self, id: Row::Id) -> Result<Row, Row::Error> {
        Ok(Row::repository(&mut *self.core.store.read().await?).find(id).await?.ok_or(Missing)?)
    }

    fn event(&self, kind: AuditKind, actor: Actor, row: &Row, client: &Client) -> AuditEvent {
        self.core.recorder.event(kind, client).between(actor, row.owner()).saying(Row::DETAIL, row.id())
    }
}

/// Whose rows the actor may list: everybody's (`None`) for a superuser, else their own.
fn listed_owner<Row: Owned>(actor: Actor) -> Option<UserId> {
    (!can(actor, Action::List, Row::EVERYBODYS)).then_some(actor.user)
}
