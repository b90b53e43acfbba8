//! See who is in an organisation.

use ironplate_domain::{Action, Actor, Client, OrganizationId, Resource, Role};

use crate::{
    organizations::{OrganizationError, Organizations, look::find},
    ports::{Member, MemberOrder, Page, PageRequest},
};

impl Organizations {
    /// One page of the members of an organisation, of one role if one is given.
    ///
    /// # Errors
    /// See [`OrganizationError`].
    pub async fn list_members(
        &self,
        actor: Actor,
        organization: OrganizationId,
        role: Option<Role>,
        page: PageRequest<MemberOrder>,
        client: &Client,
    ) -> Result<Page<Member>, OrganizationError> {
        // Who may see those of the highest role may see all.
        self.core.permit_in(actor, Action::List, Resource::MembersOf(organization, Role::Owner), client).await?;
        let mut reader = self.core.store.read().await?;
        find(&mut *reader, organization).await?;
        Ok(reader.memberships().list(organization, role, &page).await?)
    }
}
