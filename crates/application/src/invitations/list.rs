//! See whom an organisation invited.

use std::collections::{BTreeMap, BTreeSet};

use ironplate_domain::{Action, Actor, Client, Email, Invitation, OrganizationId, Resource, UserId};

use super::Invitations;
use crate::{
    organizations::{self, OrganizationError},
    ports::{InvitationOrder, Page, PageRequest},
};

/// A page of invitations, with their inviters for people to read.
#[derive(Debug)]
pub struct InvitationPage {
    /// The invitations.
    pub page: Page<Invitation>,
    /// The addresses of those who sent them.
    pub inviters: BTreeMap<UserId, Email>,
}

impl Invitations {
    /// One page of the invitations of an organisation, expired or not.
    ///
    /// # Errors
    /// See [`OrganizationError`].
    pub async fn list(
        &self,
        actor: Actor,
        organization: OrganizationId,
        page: PageRequest<InvitationOrder>,
        client: &Client,
    ) -> Result<InvitationPage, OrganizationError> {
        self.core.permit_in(actor, Action::List, Resource::InvitationsOf(organization), client).await?;
        let mut reader = self.core.store.read().await?;
        organizations::find(&mut *reader, organization).await?;
        let page = reader.invitations().list(organization, &page).await?;
        let inviters: BTreeSet<UserId> = page.rows.iter().map(|invitation| invitation.invited_by).collect();
        let inviters = reader.users().find_many(&inviters.into_iter().collect::<Vec<_>>()).await?;
        Ok(InvitationPage { page, inviters: inviters.into_iter().map(|user| (user.id, user.email)).collect() })
    }
}
