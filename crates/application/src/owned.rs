//! What resources that users own have in common: who may do what to one of them, and what is recorded of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

use async_trait::async_trait;
use ironplate_domain::{Action, Actor, AuditDetail, AuditEvent, AuditKind, Client, Email, Resource, UserId, can};

use crate::{
    access::Denied,
    core::Core,
    ports::{Page, Repositories, StoreError, StoreResult, UnitOfWork},
};

/// Something that a user owns, and goes on owning. Superusers may do to it what its owner may.
#[async_trait]
pub(crate) trait Owned: Sized + Send + Sync {
    type Id: Copy + Display + Send;

    /// Everybody's, as the access rules know them.
    const EVERYBODYS: Resource;
    /// By which an audit event names one.
    const DETAIL: AuditDetail;

    /// Those of one user, as the access rules know them.
    fn of(owner: UserId) -> Resource;

    fn id(&self) -> Self::Id;

    fn owner(&self) -> UserId;

    async fn find(store: &mut dyn Repositories, id: Self::Id) -> StoreResult<Option<Self>>;
}

/// A page of a list, and whose its rows are.
#[derive(Debug)]
pub struct OwnedPage<Row> {
    /// The rows.
    pub page: Page<Row>,
    /// The addresses of their owners, where everybody's rows are listed.
    pub owners: BTreeMap<UserId, Email>,
}

impl Core {
    /// Whose rows the actor may list: everybody's (`None`) for a superuser, else their own.
    pub(crate) fn listed_owner<Row: Owned>(&self, actor: Actor) -> Option<UserId> {
        (!can(actor, Action::List, Row::EVERYBODYS)).then_some(actor.user)
    }

    /// The page, with the owners of everybody's rows for people to read.
    pub(crate) async fn with_owners<Row: Owned>(&self, actor: Actor, page: Page<Row>) -> StoreResult<OwnedPage<Row>> {
        if self.listed_owner::<Row>(actor).is_some() {
            return Ok(OwnedPage { page, owners: BTreeMap::new() });
        }
        let ids: BTreeSet<UserId> = page.rows.iter().map(Row::owner).collect();
        let ids: Vec<UserId> = ids.into_iter().collect();
        let owners = self.store.read().await?.users().find_many(&ids).await?;
        Ok(OwnedPage { page, owners: owners.into_iter().map(|user| (user.id, user.email)).collect() })
    }

    /// The one of this id, if the actor may do this to it. `None`: there is none, which everybody is told. A refusal is recorded.
    pub(crate) async fn find_owned<Row: Owned, E: From<Denied> + From<StoreError>>(
        &self,
        actor: Actor,
        action: Action,
        id: Row::Id,
        client: &Client,
    ) -> Result<Option<Row>, E> {
        let found = Row::find(&mut *self.store.read().await?, id).await?;
        if let Some(row) = &found {
            self.permit(actor, action, Row::of(row.owner()), client).await?;
        }
        Ok(found)
    }

    /// The same, and a unit of work in which the actor does it.
    pub(crate) async fn begin_owned<Row: Owned, E: From<Denied> + From<StoreError>>(
        &self,
        actor: Actor,
        action: Action,
        id: Row::Id,
        client: &Client,
    ) -> Result<Option<(Row, Box<dyn UnitOfWork>)>, E> {
        let Some(row) = Row::find(&mut *self.store.read().await?, id).await? else { return Ok(None) };
        let work = self.begin::<E>(actor, action, Row::of(row.owner()), client).await?;
        Ok(Some((row, work)))
    }

    /// What the actor does to it.
    pub(crate) fn event_on<Row: Owned>(&self, kind: AuditKind, actor: Actor, row: &Row, client: &Client) -> AuditEvent {
        self.recorder.event(kind, client).between(actor, row.owner()).saying(Row::DETAIL, row.id())
    }

    /// The event of a change of these fields: where somebody else's row really changes.
    pub(crate) fn change_of<Row: Owned>(
        &self,
        kind: AuditKind,
        actor: Actor,
        row: &Row,
        fields: &[&str],
        client: &Client,
    ) -> Option<AuditEvent> {
        let is_told = row.owner() != actor.user && !fields.is_empty();
        is_told.then(|| self.event_on(kind, actor, row, client).saying(AuditDetail::Fields, fields.join(" ")))
    }
}
