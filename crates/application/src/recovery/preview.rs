//! Look at the mail that a recovery sends.

use ironplate_domain::{Action, Actor, Email, Fact, Facts, MailTemplate, Resource, TokenPurpose, TokenSecret, can};

use super::Recovery;
use crate::{
    fault::{Fault, Kind},
    ports::{RenderError, RenderedMail, StoreError, TemplateContext},
};

/// Why there is nothing to look at.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// Only superusers look.
    #[error("The user doesn't have enough privileges")]
    Denied,
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

impl Fault for PreviewError {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied => Kind::Denied,
            Self::NotFound => Kind::NotFound,
            Self::Store(error) => error.kind(),
            Self::Render(_) => Kind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied => "not_enough_privileges",
            Self::NotFound => "user_not_found",
            Self::Store(error) => error.code(),
            Self::Render(_) => "internal_error",
        }
    }
}

impl Recovery {
    /// The mail as this user would get it now, with a placeholder in place of the token: no live link is made.
    ///
    /// # Errors
    /// See [`PreviewError`]; `None` stands for a text that is no address.
    pub async fn preview(&self, actor: Actor, email: Option<&Email>) -> Result<RenderedMail, PreviewError> {
        if !can(actor, Action::Administer, Resource::Users) {
            return Err(PreviewError::Denied);
        }
        let email = email.ok_or(PreviewError::NotFound)?;
        let user = self.store.read().await?.users().find_by_email(email).await?.ok_or(PreviewError::NotFound)?;
        let now = self.clock.now();
        let expires_at = now.after(self.mailer.policy.lifetimes.of(TokenPurpose::ResetPassword));
        let template = MailTemplate::ResetPassword;
        let context = TemplateContext {
            template,
            to: user.email,
            facts: Facts::from([(Fact::ExpiresAt, expires_at.to_string())]),
            link: self.links.of(template, Some(&TokenSecret::new("preview-without-a-token"))),
            created_at: now,
        };
        Ok(self.renderer.render(&context)?)
    }
}
