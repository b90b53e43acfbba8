//! Read what happened within an organisation.

use std::collections::BTreeMap;

use ironplate_domain::{Action, Actor, Client, OrganizationId, Resource};

use super::{Audit, AuditListing, list::people_in};
use crate::{
    organizations::{self, OrganizationError},
    ports::{AuditFilter, AuditRequest},
};

impl Audit {
    /// A part of the list of events within an organisation, whatever organisation the request names. Whoever is a member now is
    /// told by address, and of everybody else the id alone is: a stranger who tried to get in must not become known by that. Where
    /// somebody was, they alone are told.
    ///
    /// # Errors
    /// See [`OrganizationError`].
    pub async fn list_within(
        &self,
        actor: Actor,
        organization: OrganizationId,
        request: AuditRequest,
        client: &Client,
    ) -> Result<AuditListing, OrganizationError> {
        self.core.permit_in(actor, Action::List, Resource::AuditOf(organization.into()), client).await?;
        let mut reader = self.core.read_stale(actor).await?;
        organizations::find(&mut *reader, organization).await?;
        let filter = AuditFilter { organization: Some(organization), ..request.filter };
        let mut page = reader.audit().list(&AuditRequest { filter, ..request }).await?;
        let members = reader.memberships().addresses_of(organization, &people_in(&page)).await?;
        for event in page.events.iter_mut().filter(|event| event.actor != Some(actor.user)) {
            event.client = Client::default();
        }
        let people = members.into_iter().map(|member| (member.user, member.email)).collect();
        Ok(AuditListing { page, people, organizations: BTreeMap::new() })
    }
}
