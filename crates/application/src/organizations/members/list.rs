//! See who is in an organisation.

use ironplate_domain::{Action, Actor, Client, OrganizationId, Resource, Role, UserId};

use super::{MemberError, member};
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
        let mut reader = self.core.read_stale(actor).await?;
        find(&mut *reader, organization).await?;
        Ok(reader.memberships().list(organization, role, &page).await?)
    }

    /// One member of an organisation.
    ///
    /// # Errors
    /// See [`MemberError`].
    pub async fn read_member(
        &self,
        actor: Actor,
        organization: OrganizationId,
        user: UserId,
        client: &Client,
    ) -> Result<Member, MemberError> {
        let resource = Resource::MembersOf(organization, Role::Owner);
        self.core.permit_in(actor, Action::Read, resource, client).await.map_err(OrganizationError::from)?;
        let mut reader = self.core.store.read().await?;
        find(&mut *reader, organization).await?;
        let membership = reader.memberships().find(organization, user).await?.ok_or(MemberError::NotFound)?;
        let user = reader.users().find(user).await?.ok_or(MemberError::NotFound)?;
        Ok(member(user, membership.role, membership.created_at))
    }
}
