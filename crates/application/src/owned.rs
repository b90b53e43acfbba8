//! What resources that users own have in common: who may do what to one of them, and what is recorded of it.

use std::collections::{BTreeMap, BTreeSet};

use ironplate_domain::{Action, Actor, AuditDetail, AuditEvent, AuditKind, Client, Email, Resource, UserId, can};

use crate::{
    access::Denied,
    core::Core,
    ports::{OwnedRow, Page, StoreError, StoreResult, UnitOfWork},
};

/// A resource that one user owns for good. Superusers may do to it what its owner may.
pub(crate) trait Owned: OwnedRow {
    /// Everybody's, as the access rules know them.
    const EVERYBODYS: Resource;
    /// Those of one user, as the access rules know them.
    const OF: fn(UserId) -> Resource;
    /// By which an audit event names one.
    const DETAIL: AuditDetail;
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

/// Whose rows the actor may list: everybody's (`None`) for a superuser, else their own.
pub(crate) fn listed_owner<Row: Owned>(actor: Actor) -> Option<UserId> {
    (!can(actor, Action::List, Row::EVERYBODYS)).then_some(actor.user)
}

impl Core {
    /// The page, with the owners of everybody's rows for people to read.
    pub(crate) async fn with_owners<Row: Owned>(&self, actor: Actor, page: Page<Row>) -> StoreResult<OwnedPage<Row>> {
        if listed_owner::<Row>(actor).is_some() {
            return Ok(OwnedPage { page, owners: BTreeMap::new() });
        }
        let ids: BTreeSet<UserId> = page.rows.iter().map(|row| row.owner()).collect();
        let ids: Vec<UserId> = ids.into_iter().collect();
        let owners = self.store.read().await?.users().find_many(&ids).await?;
        Ok(OwnedPage { page, owners: owners.into_iter().map(|user| (user.id, user.email)).collect() })
    }

    /// The one of this id, if the actor may do this to it. That there is none is told to everybody; a refusal is recorded.
    pub(crate) async fn find_owned<Row: Owned, E: From<Missing> + From<Denied> + From<StoreError>>(
        &self,
        actor: Actor,
        action: Action,
        id: Row::Id,
        client: &Client,
    ) -> Result<Row, E> {
        let row = Row::repository(&mut *self.store.read().await?).find(id).await?.ok_or(Missing)?;
        self.permit(actor, action, Row::OF(row.owner()), client).await?;
        Ok(row)
    }

    /// The same, and a unit of work in which the actor does it.
    pub(crate) async fn begin_owned<Row: Owned, E: From<Missing> + From<Denied> + From<StoreError>>(
        &self,
        actor: Actor,
        action: Action,
        id: Row::Id,
        client: &Client,
    ) -> Result<(Row, Box<dyn UnitOfWork>), E> {
        let row = Row::repository(&mut *self.store.read().await?).find(id).await?.ok_or(Missing)?;
        let work = self.begin::<E>(actor, action, Row::OF(row.owner()), client).await?;
        Ok((row, work))
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
