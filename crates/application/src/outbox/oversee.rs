//! What superusers see of the outbox.

use ironplate_domain::{Action, Actor, Client, Fact, Message, MessageId, MessageState, Resource, TokenSecret};

use super::Outbox;
use crate::{
    access::Denied,
    fault::{Kind, faults},
    ports::{Count, MessageOrder, Page, PageRequest, RenderError, RenderedMail, StoreError, TemplateContext},
};

/// In place of the secret of a link, which nobody but the addressee may have.
const PLACEHOLDER: &str = "this-is-an-example-that-opens-nothing";

/// Messages of one state, and how many there are of each.
#[derive(Debug)]
pub struct OutboxListing {
    /// The messages.
    pub page: Page<Message>,
    /// How many there are of each state, in the order of [`MessageState::ALL`].
    pub counts: [(MessageState, Count); 4],
}

/// A message, and what it says.
pub struct MessageDetails {
    /// The message.
    pub message: Message,
    /// The mail, with an example in place of its link; or why its template can't be rendered.
    pub mail: Result<RenderedMail, RenderError>,
}

/// Why nothing is seen or done.
#[derive(Debug, thiserror::Error)]
pub enum OverseeError {
    /// Only superusers look after mail.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such message, or not any more.
    #[error("Message not found")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { OverseeError:
    Denied(denied) => denied.class(),
    NotFound => Kind::NotFound.coded("message_not_found"),
    Store(error) => error.class(),
}

impl Outbox {
    /// One page of the messages of this state.
    ///
    /// # Errors
    /// See [`OverseeError`].
    pub async fn oversee(
        &self,
        actor: Actor,
        state: MessageState,
        page: PageRequest<MessageOrder>,
        client: &Client,
    ) -> Result<OutboxListing, OverseeError> {
        self.core.permit(actor, Action::List, Resource::Outbox, client).await?;
        let mut counts = MessageState::ALL.map(|state| (state, Count::Exactly(0)));
        for (state, count) in &mut counts {
            let none = PageRequest { limit: 0, skip: 0, ..page.clone() };
            *count = self.list(Some(*state), &none).await?.count;
        }
        Ok(OutboxListing { page: self.list(Some(state), &page).await?, counts })
    }

    /// The message of this id, and what it says. No live link is made or opened.
    ///
    /// # Errors
    /// See [`OverseeError`].
    pub async fn look(&self, actor: Actor, id: MessageId, client: &Client) -> Result<MessageDetails, OverseeError> {
        self.core.permit(actor, Action::Read, Resource::Outbox, client).await?;
        let message = self.find(id).await?.ok_or(OverseeError::NotFound)?;
        let template = message.template;
        let mut facts = message.facts.clone();
        if let Some(purpose) = template.purpose() {
            // Looked up only when it is sent; an example until then.
            let expires_at = message.created_at.after(self.core.policy.lifetimes.of(purpose));
            facts.entry(Fact::ExpiresAt).or_insert_with(|| expires_at.to_string());
        }
        let link = self.core.policy.links.of(template, Some(&TokenSecret::new(PLACEHOLDER)));
        let context = TemplateContext { template, to: message.to.clone(), facts, link, created_at: message.created_at };
        Ok(MessageDetails { mail: self.core.renderer.render(&context), message })
    }
}
