//! How often somebody may invite, and be invited.

use ironplate_domain::{Actor, Client, Email, OrganizationId};

use super::Invitations;
use crate::limits::{Attempt, Limit, LimitError, Permit};

/// What one invitation takes, whether it is sent for the first time or again.
pub(super) struct Permits(Vec<Permit>);

/// Whose limit was met.
pub(super) enum Unpermitted {
    /// The inviter's, or the organisation's: nobody else can be invited, either. Or permits could not be counted.
    Sender(LimitError),
    /// The one of whoever has the address.
    Recipient(LimitError),
}

impl From<Unpermitted> for LimitError {
    fn from(unpermitted: Unpermitted) -> Self {
        match unpermitted {
            Unpermitted::Sender(error) | Unpermitted::Recipient(error) => error,
        }
    }
}

impl Invitations {
    /// Takes all permits for an invitation to this address, or none.
    pub(super) async fn take_permits(
        &self,
        actor: Actor,
        organization: OrganizationId,
        to: &Email,
        client: &Client,
    ) -> Result<Permits, Unpermitted> {
        let attempt = Attempt { client, actor: Some(actor.user), subject: None };
        let recipient = self.core.limiter.take(Limit::InvitationsPerRecipient, to.canonical(), attempt).await;
        let mut permits = Permits(vec![recipient.map_err(Unpermitted::Recipient)?]);
        let (account, organization) = (actor.user.to_string(), organization.to_string());
        for (limit, whose) in
            [(Limit::InvitationsPerAccount, account), (Limit::InvitationsPerOrganization, organization)]
        {
            match self.core.limiter.take(limit, &whose, attempt).await {
                Ok(permit) => permits.0.push(permit),
                Err(error) => {
                    self.give_back(permits).await.map_err(Unpermitted::Sender)?;
                    return Err(Unpermitted::Sender(error));
                }
            }
        }
        Ok(permits)
    }

    /// For an invitation that was not sent after all.
    pub(super) async fn give_back(&self, Permits(permits): Permits) -> Result<(), LimitError> {
        for permit in permits {
            self.core.limiter.give_back(permit).await?;
        }
        Ok(())
    }
}
