//! Look at the mail that a recovery sends.

use ironplate_domain::{Action, Actor, Client, Email, Fact, Facts, MailTemplate, Resource, TokenPurpose, TokenSecret};

use super::Recovery;
use crate::{
    access::Denied,
    fault::{Kind, faults},
    ports::{RenderError, RenderedMail, StoreError, TemplateContext},
};

/// Why there is nothing to look at.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// Only superusers look.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Nobody has this address.
    #[error("The user with this username does not exist in the system.")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The template failed.
    #[error(transparent)]
    Render(#[from] RenderError),
}

faults! { PreviewError:
    Denied(denied) => denied.class(),
    NotFound => Kind::NotFound.coded("user_not_found"),
    Store(error) => error.class(),
    Render(_) => Kind::Internal.coded("internal_error"),
}

impl Recovery {
    /// The mail as this user would get it now, with a placeholder in place of the token: no live link is made.
    ///
    /// # Errors
    /// See [`PreviewError`]; `None` stands for a text that is no address.
    pub async fn preview(
        &self,
        actor: Actor,
        email: Option<&Email>,
        client: &Client,
    ) -> Result<RenderedMail, PreviewError> {
        self.core.permit(actor, Action::Administer, Resource::Users, client).await?;
        let email = email.ok_or(PreviewError::NotFound)?;
        let user = self.core.store.read().await?.users().find_by_email(email).await?.ok_or(PreviewError::NotFound)?;
        let now = self.core.clock.now();
        let expires_at = now.after(self.core.policy.lifetimes.of(TokenPurpose::ResetPassword));
        let template = MailTemplate::ResetPassword;
        let context = TemplateContext {
            template,
            to: user.email,
            facts: Facts::from([(Fact::ExpiresAt, expires_at.to_string())]),
            link: self.core.policy.links.of(template, Some(&TokenSecret::new("preview-without-a-token"))),
            created_at: now,
        };
        Ok(self.core.renderer.render(&context)?)
    }
}
