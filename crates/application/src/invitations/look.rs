//! See what one is invited to.

use std::collections::BTreeMap;

use ironplate_domain::{Client, Email, Invitation, Organization, OrganizationId, TokenSecret, User};

use super::{
    Invitations,
    join::{InvitationError, InvitationKey, inviter_of},
};
use crate::ports::{Repositories, StoreResult};

/// An invitation as whoever is invited sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The invitation.
    pub invitation: Invitation,
    /// To which organisation.
    pub organization: Organization,
    /// Where whoever sent it is reached.
    pub invited_by: Email,
}

/// The same as whoever has the link sees it, who has the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedOffer {
    /// What is offered.
    pub offer: Offer,
    /// Whether the address has an account that somebody claimed: they log in, and others sign up.
    pub has_account: bool,
    /// Whether the address is that of whoever looks; `None` when they are not logged in.
    pub is_yours: Option<bool>,
}

impl Invitations {
    /// So many are shown of those that wait for somebody.
    const SHOWN: u32 = 100;

    /// What a link offers, if it still works. Nothing is used up: mail scanners look, too. `by` is whoever is logged in.
    ///
    /// # Errors
    /// See [`InvitationError`].
    pub async fn look(
        &self,
        secret: &TokenSecret,
        by: Option<&User>,
        client: &Client,
    ) -> Result<LinkedOffer, InvitationError> {
        let key = InvitationKey::Link(secret.clone());
        self.take_permit(&key, client).await?;
        let invitation = self.named(&key).await?;
        let mut reader = self.core.store.read().await?;
        let organization = reader.organizations().find(invitation.organization).await?;
        let organization = organization.ok_or(InvitationError::NotFound)?;
        let holder = reader.users().find_by_email(&invitation.email).await?;
        let is_yours = by.map(|user| user.email == invitation.email);
        let offer = offer(&mut *reader, invitation, organization).await?.ok_or(InvitationError::NotFound)?;
        Ok(LinkedOffer { offer, has_account: holder.is_some_and(|user| !user.is_unclaimed()), is_yours })
    }

    /// What waits for a user: the invitations to their address, if it is proved.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn received(&self, user: &User) -> StoreResult<Vec<Offer>> {
        if !user.is_verified {
            return Ok(Vec::new());
        }
        let mut reader = self.core.store.read().await?;
        let waiting = reader.invitations().list_for(&user.email, self.core.clock.now(), Self::SHOWN).await?;
        let ids: Vec<OrganizationId> = waiting.iter().map(|invitation| invitation.organization).collect();
        let organizations = reader.organizations().find_many(&ids).await?;
        let mut organizations: BTreeMap<_, _> = organizations.into_iter().map(|one| (one.id, one)).collect();
        let mut offers = Vec::new();
        for invitation in waiting {
            // An organisation has one invitation to an address.
            if let Some(organization) = organizations.remove(&invitation.organization) {
                offers.extend(offer(&mut *reader, invitation, organization).await?);
            }
        }
        Ok(offers)
    }
}

/// The offer, if it is worth something.
async fn offer(
    store: &mut (dyn Repositories + '_),
    invitation: Invitation,
    organization: Organization,
) -> StoreResult<Option<Offer>> {
    let inviter = inviter_of(store, &invitation).await?;
    Ok(inviter.map(|inviter| Offer { invitation, organization, invited_by: inviter.email }))
}
