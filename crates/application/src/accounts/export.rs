//! Take along all that is stored about oneself.

use ironplate_domain::{
    Actor, AuditEvent, AuditKind, Client, Item, KnownClient, MailTemplate, Message, MessageId, OneTimeToken, Session,
    SessionId, TokenPurpose, User,
};

use super::Accounts;
use crate::{
    audit::Audit,
    fault::{Kind, faults},
    items::ItemOrder,
    limits::{Limit, LimitError},
    ports::{AuditCursor, Cursor, ListOrder, PageRequest, Store, StoreError, StoreResult},
};

/// Rows of one part at the most, so that memory has a bound.
const PART: u32 = 500;

/// Why there is nothing to take along.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The account was deleted meanwhile.
    #[error("User not found")]
    NotFound,
    /// It was asked for too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ExportError:
    NotFound => Kind::NotFound.coded("user_not_found"),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

/// A piece of what is stored about a user. The pieces come in this order; those of one sort may be several.
#[derive(Debug)]
pub enum ExportPart {
    /// The account itself.
    Account(User),
    /// Sessions, also those that are over and still kept.
    Sessions(Vec<Session>),
    /// The clients by which they are known again.
    Clients(Vec<KnownClient>),
    /// Mailed links that still work; without their secrets, which are not stored.
    Links(Vec<OneTimeToken>),
    /// Items.
    Items(Vec<Item>),
    /// Mail that waits, was sent or was given up.
    Messages(Vec<Message>),
    /// What they did and what was done to them.
    Events(Vec<AuditEvent>),
}

impl ExportPart {
    /// The table that it is of.
    #[must_use]
    pub const fn table(&self) -> &'static str {
        match self {
            Self::Account(_) => "users",
            Self::Sessions(_) => "sessions",
            Self::Clients(_) => "known_clients",
            Self::Links(_) => "one_time_tokens",
            Self::Items(_) => "items",
            Self::Messages(_) => "outbox",
            Self::Events(_) => "audit_events",
        }
    }
}

/// An export that is under way; see [`Accounts::export`].
pub struct Export {
    accounts: Accounts,
    user: User,
    next: Next,
}

enum Next {
    Account,
    Sessions(Option<SessionId>),
    Clients,
    Links,
    Items(Option<Cursor>),
    Messages(Option<MessageId>),
    Events(Option<AuditCursor>),
    Nothing,
}

impl Accounts {
    /// Begins to collect all that is stored about the actor, to be taken piece by piece. That it began is recorded.
    ///
    /// # Errors
    /// See [`ExportError`].
    pub async fn export(&self, actor: Actor, client: &Client) -> Result<Export, ExportError> {
        self.core.limiter.take_for_user(Limit::ExportPerAccount, actor.user, client).await?;
        let mut work = self.core.store.begin().await?;
        let user = work.users().find(actor.user).await?.ok_or(ExportError::NotFound)?;
        work.audit().record(&self.core.recorder.event(AuditKind::DataExported, client).by_and_on(user.id)).await?;
        work.commit().await?;
        Ok(Export { accounts: self.clone(), user, next: Next::Account })
    }
}

impl Export {
    /// The next piece; `None` when that was all.
    ///
    /// # Errors
    /// Storage failed; what was given so far is incomplete.
    pub async fn next(&mut self) -> StoreResult<Option<ExportPart>> {
        let part = match &self.next {
            Next::Account => (ExportPart::Account(self.user.clone()), Next::Sessions(None)),
            Next::Sessions(after) => self.sessions(*after).await?,
            Next::Clients => (self.clients().await?, Next::Links),
            Next::Links => (self.links().await?, Next::Items(None)),
            Next::Items(after) => self.items(after.clone()).await?,
            Next::Messages(after) => self.messages(*after).await?,
            Next::Events(after) => self.events(*after).await?,
            Next::Nothing => return Ok(None),
        };
        self.next = part.1;
        Ok(Some(part.0))
    }

    fn store(&self) -> &dyn Store {
        &*self.accounts.core.store
    }

    async fn sessions(&self, after: Option<SessionId>) -> StoreResult<(ExportPart, Next)> {
        let rows = self.store().read().await?.sessions().history_of(self.user.id, after, PART).await?;
        let next = last_of_a_full_part(&rows).map_or(Next::Clients, |last| Next::Sessions(Some(last.id)));
        Ok((ExportPart::Sessions(rows), next))
    }

    async fn clients(&self) -> StoreResult<ExportPart> {
        Ok(ExportPart::Clients(
            self.store().read().await?.known_clients().list_for(self.user.id, KnownClient::MOST).await?,
        ))
    }

    async fn links(&self) -> StoreResult<ExportPart> {
        let (mut reader, mut links) = (self.store().read().await?, Vec::new());
        for purpose in TokenPurpose::ALL {
            links.extend(reader.one_time_tokens().current(self.user.id, purpose).await?);
        }
        Ok(ExportPart::Links(links))
    }

    async fn items(&self, after: Option<Cursor>) -> StoreResult<(ExportPart, Next)> {
        let order = ItemOrder::Oldest;
        let page = PageRequest { order, search: None, after, skip: 0, limit: PART };
        let page = self.store().read().await?.items().list(Some(self.user.id), &page).await?;
        let last = page.rows.last().filter(|_| page.more).map(|item| order.cursor(item));
        let next = last.map_or(Next::Messages(None), |last| Next::Items(Some(last)));
        Ok((ExportPart::Items(page.rows), next))
    }

    async fn messages(&self, after: Option<MessageId>) -> StoreResult<(ExportPart, Next)> {
        let mut rows = self.store().read().await?.outbox().list_for(self.user.id, after, PART).await?;
        let next = last_of_a_full_part(&rows).map_or(Next::Events(None), |last| Next::Messages(Some(last.id)));
        // An address that is not proved may be somebody else's: whether a link went there tells whether it has an account.
        rows.retain(|message| message.template != MailTemplate::ConfirmNewAddress || message.to == self.user.email);
        Ok((ExportPart::Messages(rows), next))
    }

    async fn events(&self, after: Option<AuditCursor>) -> StoreResult<(ExportPart, Next)> {
        let audit = Audit::new(&self.accounts.core);
        let page = audit.list_own(self.user.actor(), after, PART).await?;
        let next = page.next.map_or(Next::Nothing, |next| Next::Events(Some(next)));
        Ok((ExportPart::Events(page.events), next))
    }
}

/// Behind a part that is not full, nothing follows.
fn last_of_a_full_part<Row>(rows: &[Row]) -> Option<&Row> {
    rows.last().filter(|_| u32::try_from(rows.len()).is_ok_and(|count| count >= PART))
}
