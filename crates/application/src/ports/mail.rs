//! Mail on its way out: from a template to a mail server.

use async_trait::async_trait;
use ironplate_domain::{Email, Fact, Facts, MailTemplate, MessageId, Timestamp};
use secrecy::SecretString;

use super::BoxError;

/// What a template can say.
#[derive(Debug, Clone)]
pub struct TemplateContext {
    /// Which mail.
    pub template: MailTemplate,
    /// The account's address.
    pub to: Email,
    /// What it says.
    pub facts: Facts,
    /// The link of its button, secret if it acts on an account. Every mail has one; most lead to a page of the web
    /// client.
    pub link: SecretString,
    /// When it was caused.
    pub created_at: Timestamp,
}

impl TemplateContext {
    /// What it says about this, if it does.
    #[must_use]
    pub fn fact(&self, fact: Fact) -> Option<&str> {
        self.facts.get(&fact).map(String::as_str)
    }
}

/// A mail as a person reads it. Neither prints: a text may hold a live link.
#[derive(Clone)]
pub struct RenderedMail {
    /// One line, without control characters.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// A complete HTML document.
    pub html: String,
}

/// A template that can't be rendered.
#[derive(Debug, thiserror::Error)]
#[error("the template {template} can't be rendered")]
pub struct RenderError {
    /// The template's name.
    pub template: &'static str,
    /// What is wrong with it.
    #[source]
    pub source: BoxError,
}

/// Makes mail from templates.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait MailRenderer: Send + Sync {
    /// Fills a template in.
    ///
    /// # Errors
    /// The template is at fault; it may be mended while the mail waits.
    fn render(&self, context: &TemplateContext) -> Result<RenderedMail, RenderError>;
}

/// A mail as the transport takes it.
#[derive(Clone)]
pub struct OutgoingMail {
    /// The stable part of its `Message-ID`.
    pub id: MessageId,
    /// To whom.
    pub to: Email,
    /// Its `Date`.
    pub date: Timestamp,
    /// What it says.
    pub content: RenderedMail,
    /// Which attempt this is, from 1 on. Transports wait longer for a recipient at each.
    pub attempt: u32,
}

/// Why a mail was not sent. Holds nothing of its content.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The mail server is out of reach, or takes no mail from us: what befalls one mail now befalls all.
    #[error("{reason}")]
    Unavailable {
        /// Which server: its host and port.
        server: String,
        /// Why.
        reason: String,
    },
    /// It may work later: no answer in time, a refusal for now (4xx) or one that is about us rather than the mail.
    #[error("{0}")]
    Passing(String),
    /// The server refused this recipient or this message for good (5xx), or it can't be written as a mail at all.
    #[error("{0}")]
    Permanent(String),
}

/// Hands mail over to whoever delivers it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait MailTransport: Send + Sync {
    /// Sends one mail. Bounded in time; after `Ok` the other side has taken responsibility for it. Sent again, the same
    /// mail bears the same `Message-ID`.
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError>;
}
