//! The organisations.

use async_trait::async_trait;
use ironplate_application::ports::{
    Constraint, OrganizationOrder, OrganizationRepository, Page, PageRequest, StoreError, StoreResult,
};
use ironplate_domain::{
    Changes, Invitation, Membership, Organization, OrganizationChanges, OrganizationId, Role, User, UserId,
};
use ironplate_testkit::paging;

use crate::{handle::Handle, records::Rows};

#[async_trait]
impl OrganizationRepository for Handle {
    async fn insert(&mut self, organization: &Organization) -> StoreResult<()> {
        self.call(|rows| {
            check_slug(rows, organization)?;
            if let Some(maker) = organization.created_by {
                rows.check_there::<User>(maker.0.as_bytes())?;
            }
            rows.insert(organization)
        })
    }

    async fn find(&mut self, id: OrganizationId) -> StoreResult<Option<Organization>> {
        self.call(|rows| rows.find(id.0.as_bytes()))
    }

    async fn find_many(&mut self, ids: &[OrganizationId]) -> StoreResult<Vec<Organization>> {
        self.call(|rows| rows.those(|organization: &Organization| ids.contains(&organization.id)))
    }

    /// Whoever writes is alone, so everything is locked.
    async fn lock(&mut self, id: OrganizationId) -> StoreResult<Option<Organization>> {
        OrganizationRepository::find(self, id).await
    }

    async fn lock_owned_by(&mut self, user: UserId) -> StoreResult<Vec<OrganizationId>> {
        let is_owned = |one: &Membership| one.user == user && one.role == Role::Owner;
        self.call(|rows| Ok(rows.those(is_owned)?.into_iter().map(|one| one.organization).collect()))
    }

    async fn update(&mut self, id: OrganizationId, changes: &OrganizationChanges) -> StoreResult<Option<Organization>> {
        self.call(|rows| {
            let Some(mut organization) = rows.find::<Organization>(id.0.as_bytes())? else { return Ok(None) };
            if !changes.is_empty() {
                changes.clone().apply_to(&mut organization);
                check_slug(rows, &organization)?;
                rows.put(&organization)?;
            }
            Ok(Some(organization))
        })
    }

    async fn delete(&mut self, id: OrganizationId) -> StoreResult<bool> {
        self.call(|rows| {
            rows.remove_owned_by(id.into())?;
            rows.remove_all(&rows.those(|membership: &Membership| membership.organization == id)?)?;
            rows.remove_all(&rows.those(|invitation: &Invitation| invitation.organization == id)?)?;
            rows.remove::<Organization>(id.0.as_bytes())
        })
    }

    async fn list(&mut self, page: &PageRequest<OrganizationOrder>) -> StoreResult<Page<Organization>> {
        let is_wanted = |organization: &Organization| is_found(organization, page.search.as_deref());
        self.call(|rows| Ok(paging::page(rows.those(is_wanted)?.iter(), page)))
    }
}

/// Whether name or slug contains the search text.
pub(crate) fn is_found(organization: &Organization, search: Option<&str>) -> bool {
    paging::contains([Some(organization.name.as_str()), Some(organization.slug.as_str())], search)
}

/// The slug is this organisation's or none's.
fn check_slug(rows: &Rows, organization: &Organization) -> StoreResult<()> {
    let Organization { id, slug, .. } = organization;
    let others = rows.those(|other: &Organization| other.slug == *slug && other.id != *id)?;
    if others.is_empty() { Ok(()) } else { Err(StoreError::Conflict(Constraint::OrganizationSlug)) }
}
