//! All that is stored about a user.

use ironplate_domain::{Message, OneTimeToken};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AuditEventPublic, ExportedSession, ItemPublic, UserPublic};

/// All that is stored about a user.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the document, which is written piece by piece")]
pub(crate) struct AccountExport {
    account: UserPublic,
    sessions: Vec<ExportedSession>,
    links: Vec<ExportedLink>,
    items: Vec<ItemPublic>,
    messages: Vec<ExportedMessage>,
    events: Vec<AuditEventPublic>,
}

/// A mailed link that still works.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedLink {
    purpose: &'static str,
    /// Where it was mailed to.
    email: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<OneTimeToken> for ExportedLink {
    fn from(token: OneTimeToken) -> Self {
        Self {
            purpose: token.purpose.name(),
            email: token.email.into(),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.to_string(),
        }
    }
}

/// A mail that waits, was sent or was given up.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedMessage {
    id: Uuid,
    template: &'static str,
    to: String,
    state: &'static str,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
}

impl From<Message> for ExportedMessage {
    fn from(message: Message) -> Self {
        Self {
            id: message.id.0,
            template: message.template.name(),
            to: message.to.into(),
            state: message.state.name(),
            created_at: message.created_at.to_string(),
            finished_at: message.finished_at.map(|moment| moment.to_string()),
        }
    }
}
