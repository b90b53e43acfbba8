//! Read the audit log.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use ironplate_domain::{
    Action, Actor, AuditEvent, AuditKind, Client, Email, OrganizationId, OrganizationName, Resource, Timestamp, UserId,
};

use super::Audit;
use crate::{
    access::Denied,
    fault::faults,
    operator::Operator,
    ports::{AuditCursor, AuditFilter, AuditOrder, AuditPage, AuditRequest, StoreError, StoreResult},
};

/// Events, and whom and what they are about.
#[derive(Debug)]
pub struct AuditListing {
    /// The events.
    pub page: AuditPage,
    /// The addresses of those among them who have an account, and may be told. Of others, the id is all there is.
    pub people: BTreeMap<UserId, Email>,
    /// What the organisations are called that events of several are within. Of one that was deleted, the id is all that is left.
    pub organizations: BTreeMap<OrganizationId, OrganizationName>,
}

/// What an export takes along: events that have all that is named here.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// At this moment or later.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Done by this user, or to them.
    pub person: Option<UserId>,
    /// Within this organisation.
    pub organization: Option<OrganizationId>,
    /// Of this kind.
    pub kind: Option<AuditKind>,
}

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// Only superusers see everybody's events.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { AuditError:
    Denied(denied) => denied.class(),
    Store(error) => error.class(),
}

impl Audit {
    /// A part of the list of all events.
    ///
    /// # Errors
    /// See [`AuditError`].
    pub async fn list(&self, actor: Actor, request: AuditRequest, client: &Client) -> Result<AuditListing, AuditError> {
        self.core.permit(actor, Action::List, Resource::Audit, client).await?;
        let mut reader = self.core.read_stale(actor).await?;
        let page = reader.audit().list(&request).await?;
        let people = reader.users().find_many(&people_in(&page)).await?;
        let organizations: BTreeSet<_> = page.events.iter().filter_map(|event| event.organization).collect();
        let organizations = reader.organizations().find_many(&organizations.into_iter().collect::<Vec<_>>()).await?;
        Ok(AuditListing {
            page,
            people: people.into_iter().map(|user| (user.id, user.email)).collect(),
            organizations: organizations.into_iter().map(|one| (one.id, one.name)).collect(),
        })
    }

    /// What the actor did and what was done to them, newest first, behind this place; at most `limit` events.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list_own(&self, actor: Actor, after: Option<AuditCursor>, limit: u32) -> StoreResult<AuditPage> {
        let page = |filter| AuditRequest { filter, order: AuditOrder::Newest, after, limit };
        let mut reader = self.core.read_stale(actor).await?;
        // Each has its index, which one list of both would not.
        let by = reader.audit().list(&page(AuditFilter { actor: Some(actor.user), ..Default::default() })).await?;
        let on = reader.audit().list(&page(AuditFilter { subject: Some(actor.user), ..Default::default() })).await?;
        let mut page = merged(by, on, limit);
        for event in &mut page.events {
            // Where somebody else was is nobody's business; where a stranger was, whom it was done to may know.
            if event.actor.is_some_and(|other| other != actor.user) {
                event.client = Client::default();
            }
        }
        Ok(page)
    }

    /// The next part of an export, oldest first: the wanted among the next `limit` events behind this place. For the operator,
    /// who reads the database anyway.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn export(&self, wanted: Wanted, after: Option<AuditCursor>, limit: u32) -> StoreResult<AuditPage> {
        let Wanted { since, until, person, organization, kind } = wanted;
        let filter = AuditFilter { organization, kind, since, until, ..Default::default() };
        let request = AuditRequest { filter, order: AuditOrder::Oldest, after, limit };
        let mut page = self.core.store.read().await?.audit().list(&request).await?;
        page.events.retain(|event| person.is_none() || event.actor == person || event.subject == person);
        Ok(page)
    }

    /// Records that the operator exports events: before, lest a broken export leave no trace.
    pub async fn note_export(&self, by: &Operator) {
        self.core.recorder.record_alone(by.does(self.core.recorder.event(AuditKind::AuditExported, &by.client))).await;
    }
}

/// Who did these events, and to whom they were done; each once.
pub(super) fn people_in(page: &AuditPage) -> Vec<UserId> {
    let ids: BTreeSet<UserId> = page.events.iter().flat_map(|event| [event.actor, event.subject]).flatten().collect();
    ids.into_iter().collect()
}

/// The newest of two lists that begin at the same place. Neither tells anything about what lies behind its end.
fn merged(one: AuditPage, other: AuditPage, limit: u32) -> AuditPage {
    let mut next = one.next.max(other.next);
    let mut events: Vec<AuditEvent> = one.events.into_iter().chain(other.events).collect();
    events.retain(|event| next.is_none_or(|next| AuditCursor::behind(event) >= next));
    events.sort_by_key(|event| Reverse(AuditCursor::behind(event)));
    events.dedup_by_key(|event| event.id);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if events.len() > limit {
        events.truncate(limit);
        next = events.last().map(AuditCursor::behind);
    }
    AuditPage { events, next }
}
