//! The organisations of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{OrganizationOrder, OrganizationRepository, Page, PageRequest, StoreResult};
use ironplate_domain::{Changes, Organization, OrganizationChanges, OrganizationId, Role, UserId};

use super::{FakeStore, Handle, data::insert};
use crate::paging;

impl FakeStore {
    /// Every organisation that is stored, by id.
    #[must_use]
    pub fn organizations(&self) -> Vec<Organization> {
        self.committed().organizations.values().cloned().collect()
    }
}

#[async_trait]
impl OrganizationRepository for Handle {
    async fn insert(&mut self, organization: &Organization) -> StoreResult<()> {
        self.write(|data| {
            data.check_slug(organization)?;
            if let Some(maker) = organization.created_by {
                data.check_locked_user(maker)?;
            }
            insert(&mut data.organizations, organization.id, organization)
        })
    }

    async fn find(&mut self, id: OrganizationId) -> StoreResult<Option<Organization>> {
        self.look(|data| data.organizations.get(&id).cloned())
    }

    async fn find_many(&mut self, ids: &[OrganizationId]) -> StoreResult<Vec<Organization>> {
        self.look(|data| ids.iter().filter_map(|id| data.organizations.get(id)).cloned().collect())
    }

    async fn lock(&mut self, id: OrganizationId) -> StoreResult<Option<Organization>> {
        OrganizationRepository::find(self, id).await
    }

    async fn lock_owned_by(&mut self, user: UserId) -> StoreResult<Vec<OrganizationId>> {
        self.look(|data| {
            let owned = data.memberships.values().filter(|one| one.user == user && one.role == Role::Owner);
            owned.map(|one| one.organization).collect()
        })
    }

    async fn update(&mut self, id: OrganizationId, changes: &OrganizationChanges) -> StoreResult<Option<Organization>> {
        self.write(|data| {
            let Some(mut organization) = data.organizations.get(&id).cloned() else { return Ok(None) };
            changes.clone().apply_to(&mut organization);
            data.check_slug(&organization)?;
            data.organizations.insert(id, organization.clone());
            Ok(Some(organization))
        })
    }

    async fn delete(&mut self, id: OrganizationId) -> StoreResult<bool> {
        self.write(|data| Ok(data.delete_organization(id)))
    }

    async fn list(&mut self, page: &PageRequest<OrganizationOrder>) -> StoreResult<Page<Organization>> {
        self.look(|data| {
            let matching = data.organizations.values().filter(|one| is_found(one, page.search.as_deref()));
            paging::page(matching, page)
        })
    }
}

/// Whether name or slug contains the search text.
pub(super) fn is_found(organization: &Organization, search: Option<&str>) -> bool {
    paging::contains([Some(organization.name.as_str()), Some(organization.slug.as_str())], search)
}
