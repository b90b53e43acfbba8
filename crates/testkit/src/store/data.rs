//! The tables, and the rules that writes may break.

use std::collections::BTreeMap;

use ironplate_application::ports::{Constraint, StoreError, StoreResult};
use ironplate_domain::{
    AuditEvent, AuditEventId, Email, Generation, Item, ItemId, KnownClient, Message, MessageId, MessageState,
    OneTimeToken, Replaced, Session, SessionId, SessionKeys, User, UserId, Worker, WorkerId,
};

#[derive(Debug, Clone, Default)]
pub(super) struct Data {
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) items: BTreeMap<ItemId, Item>,
    pub(super) sessions: BTreeMap<SessionId, StoredSession>,
    /// In the order in which they were issued.
    pub(super) one_time_tokens: Vec<OneTimeToken>,
    pub(super) outbox: BTreeMap<MessageId, Message>,
    pub(super) audit: BTreeMap<AuditEventId, AuditEvent>,
    pub(super) known_clients: Vec<(UserId, KnownClient)>,
    pub(super) workers: BTreeMap<WorkerId, Worker>,
}

#[derive(Debug, Clone)]
pub(super) struct StoredSession {
    pub(super) session: Session,
    pub(super) keys: SessionKeys,
    pub(super) replaced: Option<Replaced>,
    pub(super) generation: Generation,
}

impl Data {
    pub(super) fn insert_user(&mut self, user: &User) -> StoreResult<()> {
        self.check_email(user.id, &user.email)?;
        insert(&mut self.users, user.id, user)
    }

    pub(super) fn insert_item(&mut self, item: &Item) -> StoreResult<()> {
        self.check_user(item.owner, Constraint::ItemOwner)?;
        insert(&mut self.items, item.id, item)
    }

    pub(super) fn insert_session(&mut self, session: &Session, keys: &SessionKeys) -> StoreResult<()> {
        self.check_user(session.user, Constraint::SessionUser)?;
        if self.sessions.values().any(|other| other.keys.secret == keys.secret) {
            return Err(StoreError::Internal("the secret is taken".into()));
        }
        let stored =
            StoredSession { session: session.clone(), keys: *keys, replaced: None, generation: Generation::default() };
        insert(&mut self.sessions, session.id, &stored)
    }

    pub(super) fn insert_event(&mut self, event: &AuditEvent) -> StoreResult<()> {
        insert(&mut self.audit, event.id, event)
    }

    /// Takes the place of the user's older one of the same purpose.
    pub(super) fn issue_token(&mut self, token: &OneTimeToken) -> StoreResult<()> {
        self.check_user(token.user, Constraint::TokenUser)?;
        self.one_time_tokens.retain(|older| older.user != token.user || older.purpose != token.purpose);
        if self.one_time_tokens.iter().any(|other| other.digest == token.digest) {
            return Err(StoreError::Internal("the digest is taken".into()));
        }
        self.one_time_tokens.push(token.clone());
        Ok(())
    }

    pub(super) fn insert_message(&mut self, message: &Message) -> StoreResult<()> {
        let is_over = matches!(message.state, MessageState::Sent | MessageState::Dead);
        if is_over != message.finished_at.is_some() {
            return Err(StoreError::Internal("a message is finished when it is sent or dead".into()));
        }
        self.check_addressee(message)?;
        insert(&mut self.outbox, message.id, message)
    }

    /// Takes along what belongs to the user.
    pub(super) fn delete_user(&mut self, id: UserId) -> bool {
        self.items.retain(|_, item| item.owner != id);
        self.sessions.retain(|_, stored| stored.session.user != id);
        self.one_time_tokens.retain(|token| token.user != id);
        self.known_clients.retain(|(user, _)| *user != id);
        self.outbox.retain(|_, message| message.user != Some(id));
        self.users.remove(&id).is_some()
    }

    /// The address is `id`'s or nobody's.
    pub(super) fn check_email(&self, id: UserId, email: &Email) -> StoreResult<()> {
        match self.user_by_email(email) {
            Some(user) if user.id != id => Err(StoreError::Conflict(Constraint::UserEmail)),
            _ => Ok(()),
        }
    }

    pub(super) fn user_by_email(&self, email: &Email) -> Option<&User> {
        self.users.values().find(|user| user.email == *email)
    }

    /// A message is about nobody, or about a user that exists.
    pub(super) fn check_addressee(&self, message: &Message) -> StoreResult<()> {
        message.user.map_or(Ok(()), |user| self.check_user(user, Constraint::MessageUser))
    }

    pub(super) fn check_user(&self, id: UserId, constraint: Constraint) -> StoreResult<()> {
        if self.users.contains_key(&id) { Ok(()) } else { Err(StoreError::Conflict(constraint)) }
    }
}

fn insert<Id: Ord, Row: Clone>(table: &mut BTreeMap<Id, Row>, id: Id, row: &Row) -> StoreResult<()> {
    if table.contains_key(&id) {
        return Err(StoreError::Internal("the id is taken".into()));
    }
    table.insert(id, row.clone());
    Ok(())
}
