//! What is done to any resource that users and organisations own: who may do it, and what is recorded of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
};

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Changes, Client, Email, Organization, OrganizationId,
    OrganizationName, OrganizationRole, Owner, Owners, Resource, User, UserId, can,
};
use uuid::Uuid;

use crate::{
    access::{Denied, Refused},
    core::Core,
    organizations::{self, OrganizationError},
    ports::{AtHand, OwnedRow, Page, PageRequest, Reference, Repositories, StoreError, StoreResult, UnitOfWork},
};

/// A resource that a user or an organisation owns. Superusers may do to it what its owner may.
pub trait Owned: OwnedRow {
    /// Why one can't be read, changed or deleted. A missing one is told before a foreign one.
    type Error: From<Missing> + From<Denied> + From<StoreError> + Send;

    /// Who may own one. The table has a constraint that says the same.
    const OWNERS: Owners = Owners::Either;
    /// Everybody's, as the access rules know them.
    const EVERYBODYS: Resource;
    /// Those of one owner, as the access rules know them.
    const OF: fn(Owner) -> Resource;
    /// By which an audit event names one.
    const DETAIL: AuditDetail;
    /// What is recorded when a superuser changes what is not theirs.
    const CHANGED: AuditKind;
    /// What is recorded when one is deleted, whoever does it.
    const DELETED: AuditKind;

    /// Whether this owner may have any.
    #[must_use]
    fn may_be_owned(owner: Owner) -> bool {
        Self::OWNERS.include(owner)
    }

    /// Whether the actor may make one: for the organisation at hand, or else for themselves.
    #[must_use]
    fn may_be_made(actor: Actor) -> bool {
        let owner = actor.at.map_or(Owner::from(actor.user), |at| at.organization.into());
        Self::may_be_owned(owner) && can(actor, Action::Create, Self::OF(owner))
    }
}

/// There is none of this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Not found")]
pub struct Missing;

/// What an owner is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerName {
    /// A user, by their address.
    User(Email),
    /// An organisation.
    Organization(OrganizationName),
}

/// A page of a list, and whose its rows are.
#[derive(Debug)]
pub struct OwnedPage<Row> {
    /// The rows.
    pub page: Page<Row>,
    /// What their owners are called, where everybody's rows are listed.
    pub owners: BTreeMap<Owner, OwnerName>,
}

/// One row, and whose it is.
#[derive(Debug)]
pub struct OwnedDetails<Row> {
    /// The row.
    pub row: Row,
    /// What its owner is called; `None` where that is the actor.
    pub owner: Option<OwnerName>,
    /// Its organisation, where it is that of one, and the actor is in it.
    pub at: Option<AtHand>,
}

/// The service of a resource that users and organisations own. What is its own, such as how one is made, stands beside the resource.
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
        Row::repository(&mut *self.core.read_stale(actor).await?).list(listed_owner::<Row>(actor), &page).await
    }

    /// One page of all that one owner has; or of everybody's (`None`), with what their owners are called.
    ///
    /// # Errors
    /// See [`OrganizationError`].
    pub async fn list_with_owners(
        &self,
        actor: Actor,
        of: Option<Owner>,
        page: PageRequest<Row::Order>,
        client: &Client,
    ) -> Result<OwnedPage<Row>, OrganizationError> {
        if let Some(Owner::Organization(organization)) = of {
            let page = self.list_of(actor, organization, page, client).await?;
            return Ok(OwnedPage { page, owners: BTreeMap::new() });
        }
        let resource = of.map_or(Row::EVERYBODYS, Row::OF);
        self.core.permit(actor, Action::List, resource, client).await.map_err(Refused::from)?;
        let mut reader = self.core.read_stale(actor).await?;
        let page = Row::repository(&mut *reader).list(of, &page).await?;
        let owners = match of {
            None => names(&mut *reader, page.rows.iter().map(OwnedRow::owner).collect()).await?,
            Some(_) => BTreeMap::new(),
        };
        Ok(OwnedPage { page, owners })
    }

    /// One page of all that an organisation owns.
    ///
    /// # Errors
    /// See [`OrganizationError`].
    pub async fn list_of(
        &self,
        actor: Actor,
        organization: OrganizationId,
        page: PageRequest<Row::Order>,
        client: &Client,
    ) -> Result<Page<Row>, OrganizationError> {
        let owner = Owner::from(organization);
        self.core.permit_in(actor, Action::List, Row::OF(owner), client).await?;
        let mut reader = self.core.read_stale(actor).await?;
        // Whoever is in it knows that it is there.
        if actor.role_in(organization).is_none() {
            organizations::find(&mut *reader, organization).await?;
        }
        Ok(Row::repository(&mut *reader).list(Some(owner), &page).await?)
    }

    /// What those are called that these rows refer to, by their ids. Whoever may see a row may see that.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn titles_referred_to(&self, rows: &[Row]) -> StoreResult<BTreeMap<Uuid, String>> {
        let references: Vec<_> = rows.iter().flat_map(OwnedRow::references).collect();
        let found = Reference::summaries(&references, &mut *self.core.store.read().await?).await?;
        Ok(found.into_iter().map(|found| (found.id, found.title)).collect())
    }

    /// The one of this id.
    ///
    /// # Errors
    /// See [`Owned::Error`].
    pub async fn read(&self, actor: Actor, id: Row::Id, client: &Client) -> Result<Row, Row::Error> {
        let (row, actor) = self.find(actor, id).await?;
        self.core.permit(actor, Action::Read, Row::OF(row.owner()), client).await?;
        Ok(row)
    }

    /// The one of this id with whose it is, for whoever may do this to it.
    ///
    /// # Errors
    /// See [`Owned::Error`].
    pub async fn look(
        &self,
        actor: Actor,
        id: Row::Id,
        action: Action,
        client: &Client,
    ) -> Result<OwnedDetails<Row>, Row::Error> {
        let (row, actor) = self.find(actor, id).await?;
        self.core.permit(actor, action, Row::OF(row.owner()), client).await?;
        let mut reader = self.core.store.read().await?;
        let (owner, at) = match row.owner() {
            Owner::User(user) if user == actor.user => (None, None),
            Owner::User(user) => (reader.users().find(user).await?.map(OwnerName::from), None),
            Owner::Organization(id) => {
                let organization = reader.organizations().find(id).await?;
                let name = organization.clone().map(OwnerName::from);
                let at = actor.at.filter(|at| at.organization == id).zip(organization);
                let at = at.map(|(at, organization)| AtHand { organization, role: at.role, is_barred: at.is_barred });
                (name, at)
            }
        };
        Ok(OwnedDetails { row, owner, at })
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
        let (before, actor, work) = self.begin(actor, Action::Update, id, client).await?;
        self.change(work, actor, &before, changes, client).await
    }

    /// Deletes one for good.
    ///
    /// # Errors
    /// See [`Owned::Error`]. Of two simultaneous requests one succeeds.
    pub async fn delete(&self, actor: Actor, id: Row::Id, client: &Client) -> Result<(), Row::Error> {
        let (row, actor, mut work) = self.begin(actor, Action::Delete, id, client).await?;
        if !Row::repository(&mut *work).delete(id, row.owner()).await? {
            return Err(Missing.into());
        }
        work.audit().record(&self.event(Row::DELETED, actor, &row, client)).await?;
        work.commit().await?;
        Ok(())
    }

    /// The one of this id, the actor in the role that they have in its organisation, and a unit of work in which they may do this to
    /// it: until it ends, nobody takes the role from them. That there is none is told to everybody; a refusal is recorded.
    pub(crate) async fn begin(
        &self,
        actor: Actor,
        action: Action,
        id: Row::Id,
        client: &Client,
    ) -> Result<(Row, Actor, Box<dyn UnitOfWork>), Row::Error> {
        let (row, actor) = self.find(actor, id).await?;
        let resource = Row::OF(row.owner());
        let mut work = self.core.begin::<Row::Error>(actor, action, resource, client).await?;
        let Some(organization) = row.owner().organization() else { return Ok((row, actor, work)) };
        let role = work.memberships().hold(organization, actor.user).await?;
        // Whether they lack a second factor was asked before: nobody takes that away from them meanwhile.
        let actor = actor.within(role.map(|role| OrganizationRole { organization, role, is_barred: false }));
        if can(actor, action, resource) {
            return Ok((row, actor, work));
        }
        drop(work);
        match role {
            None => Err(Missing.into()),
            Some(_) => {
                Err(self.core.refuse(actor, action.name(), resource.name(), Some(row.owner()), client).await.into())
            }
        }
    }

    /// Carries changes out in the unit of work, records them where the actor may only as a superuser, and commits.
    pub(crate) async fn change(
        &self,
        mut work: Box<dyn UnitOfWork>,
        actor: Actor,
        before: &Row,
        changes: Row::Changes,
        client: &Client,
    ) -> Result<Row, Row::Error> {
        let row = Row::repository(&mut *work).update(before.id(), before.owner(), &changes).await?.ok_or(Missing)?;
        let fields = changes.beyond(before).fields();
        if actor.administers(Action::Update, Row::OF(row.owner())) && !fields.is_empty() {
            let event = self.event(Row::CHANGED, actor, &row, client).saying(AuditDetail::Fields, fields.join(" "));
            work.audit().record(&event).await?;
        }
        work.commit().await?;
        Ok(row)
    }

    /// The one of this id, and the actor in the role that they have in its organisation. To whom that is a strange one, it is not
    /// there, and nothing is recorded: as if it were nobody's.
    pub(crate) async fn find(&self, actor: Actor, id: Row::Id) -> Result<(Row, Actor), Row::Error> {
        let found = Row::repository(&mut *self.core.store.read().await?).find_for(id, actor.user).await?;
        let (row, role) = found.ok_or(Missing)?;
        let is_strange = row.owner().organization().is_some() && role.is_none();
        if is_strange && !actor.is_superuser {
            return Err(Missing.into());
        }
        Ok((row, actor.within(role)))
    }

    fn event(&self, kind: AuditKind, actor: Actor, row: &Row, client: &Client) -> AuditEvent {
        let event = self.core.recorder.event(kind, client).by(actor.user).saying(Row::DETAIL, row.id());
        AuditEvent { subject: row.owner().user(), organization: row.owner().organization(), ..event }
    }
}

/// What these owners are called.
async fn names(
    store: &mut (dyn Repositories + '_),
    owners: BTreeSet<Owner>,
) -> StoreResult<BTreeMap<Owner, OwnerName>> {
    let users: Vec<UserId> = owners.iter().filter_map(|owner| owner.user()).collect();
    let organizations: Vec<OrganizationId> = owners.iter().filter_map(|owner| owner.organization()).collect();
    let users = store.users().find_many(&users).await?;
    let organizations = store.organizations().find_many(&organizations).await?;
    let users = users.into_iter().map(|user| (Owner::from(user.id), OwnerName::from(user)));
    Ok(users.chain(organizations.into_iter().map(|one| (one.id.into(), one.into()))).collect())
}

impl OwnerName {
    /// As people read it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::User(email) => email.as_str(),
            Self::Organization(name) => name.as_str(),
        }
    }
}

impl From<User> for OwnerName {
    fn from(user: User) -> Self {
        Self::User(user.email)
    }
}

impl From<Organization> for OwnerName {
    fn from(organization: Organization) -> Self {
        Self::Organization(organization.name)
    }
}

/// Whose rows the actor may list: everybody's (`None`) for a superuser, else their own.
fn listed_owner<Row: Owned>(actor: Actor) -> Option<Owner> {
    (!can(actor, Action::List, Row::EVERYBODYS)).then_some(actor.user.into())
}
