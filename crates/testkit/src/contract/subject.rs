//! The store under test, with what every check needs at hand.

use std::{sync::Arc, time::Duration};

use ironplate_application::ports::{
    Claim, Clock, ItemOrder, Lane, PageRequest, Repositories, Secrets, Store, UnitOfWork, UserOrder,
};
use ironplate_domain::{
    AuditEvent, AuditEventId, AuditKind, Item, ItemId, MailTemplate, Message, MessageId, OneTimeToken, Session,
    SessionId, Timestamp, TokenPurpose, User, UserId,
};

use crate::{FakeHasher, FixedClock, SeededSecrets, samples, user};

/// Does one call in a unit of work of its own and answers what the call, or else the commit, answered.
macro_rules! alone {
    ($subject:expr, $($call:tt)+) => {
        async {
            let mut work = $subject.store.begin().await?;
            let answer = work.$($call)+.await?;
            work.commit().await?;
            ironplate_application::ports::StoreResult::Ok(answer)
        }
        .await
    };
}

/// Does one call for reading.
macro_rules! seen {
    ($subject:expr, $($call:tt)+) => {
        $subject.read().await.$($call)+.await.expect("an answer")
    };
}

/// The call was refused because of this constraint.
macro_rules! assert_conflict {
    ($outcome:expr, $constraint:ident) => {
        let outcome = $outcome;
        let expected = ironplate_application::ports::Constraint::$constraint;
        assert!(
            matches!(&outcome, Err(ironplate_application::ports::StoreError::Conflict(found)) if *found == expected),
            "expected a conflict with {expected:?}, got {outcome:?}",
        );
    };
}

/// The call was refused with an internal error.
macro_rules! assert_internal {
    ($outcome:expr) => {
        let outcome = $outcome;
        assert!(matches!(&outcome, Err(ironplate_application::ports::StoreError::Internal(_))), "got {outcome:?}");
    };
}

pub(super) use {alone, assert_conflict, assert_internal, seen};

pub(super) struct Subject {
    pub(super) store: Arc<dyn Store>,
    ids: SeededSecrets,
    clock: FixedClock,
    hasher: FakeHasher,
}

impl Subject {
    pub(super) fn of(store: Arc<dyn Store>) -> Self {
        let (ids, clock, hasher) = (SeededSecrets::new(7), FixedClock::default(), FakeHasher::default());
        Self { store, ids, clock, hasher }
    }

    pub(super) async fn begin(&self) -> Box<dyn UnitOfWork> {
        self.store.begin().await.expect("a unit of work")
    }

    pub(super) async fn read(&self) -> Box<dyn Repositories> {
        self.store.read().await.expect("a handle for reading")
    }

    /// A user that is not stored, made a second and a microsecond after the sample before.
    pub(super) fn new_user(&self, email: &str) -> User {
        self.clock.advance(Duration::from_micros(1_000_001));
        user(email).build(UserId(self.ids.id()), self.clock.now(), &self.hasher)
    }

    /// An item that is not stored.
    pub(super) fn new_item(&self, owner: &User, title: &str) -> Item {
        self.clock.advance(Duration::from_micros(1_000_001));
        let (id, title) = (ItemId(self.ids.id()), samples::title(title));
        Item { id, owner: owner.id, title, description: None, created_at: self.clock.now() }
    }

    /// A session that is not stored.
    pub(super) fn new_session(&self, user: &User) -> Session {
        self.clock.advance(Duration::from_micros(1_000_001));
        samples::session(SessionId(self.ids.id()), user.id, self.clock.now())
    }

    /// An event that is not stored.
    pub(super) fn new_event(&self, kind: AuditKind) -> AuditEvent {
        self.clock.advance(Duration::from_micros(1_000_001));
        AuditEvent::new(AuditEventId(self.ids.id()), self.clock.now(), kind, &samples::client())
    }

    /// A token that is not stored, good for an hour.
    pub(super) fn new_token(&self, user: &User, purpose: TokenPurpose) -> OneTimeToken {
        self.clock.advance(Duration::from_micros(1_000_001));
        let (created_at, expires_at) = (self.clock.now(), self.clock.now().after(Duration::from_hours(1)));
        let (_, digest) = self.ids.token();
        OneTimeToken { digest, user: user.id, purpose, email: user.email.clone(), created_at, expires_at }
    }

    /// A message that is not stored, due when it was made.
    pub(super) fn new_message(&self, to: &str) -> Message {
        self.clock.advance(Duration::from_micros(1_000_001));
        let id = MessageId(self.ids.id());
        Message::new(id, MailTemplate::PasswordChanged, samples::email(to), self.clock.now())
    }

    pub(super) async fn user(&self, email: &str) -> User {
        let user = self.new_user(email);
        self.store_users(&[&user]).await;
        user
    }

    pub(super) async fn superuser(&self, email: &str) -> User {
        let user = User { is_superuser: true, ..self.new_user(email) };
        self.store_users(&[&user]).await;
        user
    }

    pub(super) async fn item(&self, owner: &User, title: &str) -> Item {
        let item = self.new_item(owner, title);
        self.store_items(&[&item]).await;
        item
    }

    pub(super) async fn session(&self, user: &User) -> Session {
        let session = self.new_session(user);
        self.store_sessions(&[&session]).await;
        session
    }

    pub(super) async fn token(&self, user: &User, purpose: TokenPurpose) -> OneTimeToken {
        let token = self.new_token(user, purpose);
        alone!(self, one_time_tokens().issue(&token)).expect("a new token");
        token
    }

    pub(super) async fn message(&self, to: &str) -> Message {
        let message = self.new_message(to);
        self.store_messages(&[&message]).await;
        message
    }

    /// Claims everything that is due at `now`, until `lease_until`; those first that were tried before.
    pub(super) async fn claim(&self, now: Timestamp, lease_until: Timestamp) -> Vec<Message> {
        let mut claimed = self.claim_from(Lane::Retries, now, lease_until, 1_000).await;
        claimed.extend(self.claim_from(Lane::Untried, now, lease_until, 1_000).await);
        claimed
    }

    /// Claims so many in one lane.
    pub(super) async fn claim_from(
        &self,
        lane: Lane,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Vec<Message> {
        let claim = Claim { lane, now, lease_until, passing_over: Vec::new(), limit };
        alone!(self, outbox().claim_due(&claim)).expect("what is due")
    }

    pub(super) async fn store_users(&self, users: &[&User]) {
        let mut work = self.begin().await;
        for user in users {
            work.users().insert(user).await.expect("a new user");
        }
        work.commit().await.expect("a commit");
    }

    pub(super) async fn store_items(&self, items: &[&Item]) {
        let mut work = self.begin().await;
        for item in items {
            work.items().insert(item).await.expect("a new item");
        }
        work.commit().await.expect("a commit");
    }

    pub(super) async fn store_sessions(&self, sessions: &[&Session]) {
        let mut work = self.begin().await;
        for session in sessions {
            work.sessions().insert(session, &samples::session_keys(session)).await.expect("a new session");
        }
        work.commit().await.expect("a commit");
    }

    pub(super) async fn store_messages(&self, messages: &[&Message]) {
        let mut work = self.begin().await;
        for message in messages {
            work.outbox().enqueue(message).await.expect("a new message");
        }
        work.commit().await.expect("a commit");
    }

    /// The message as it is stored, which must be there.
    pub(super) async fn stored_message(&self, id: MessageId) -> Message {
        seen!(self, outbox().find(id)).expect("the message")
    }

    /// The session as it is stored.
    pub(super) async fn stored_session(&self, session: &Session) -> Option<Session> {
        let holder = seen!(self, sessions().find_holder(session.user, session.id));
        holder.expect("the session's user").session
    }
}

/// The first hundred rows.
pub(super) fn all<Order>(order: Order) -> PageRequest<Order> {
    PageRequest { order, search: None, after: None, skip: 0, limit: 100 }
}

/// The first hundred users with this text.
pub(super) fn users_with(search: &str) -> PageRequest<UserOrder> {
    PageRequest { search: Some(search.to_owned()), ..all(UserOrder::Email) }
}

/// The first hundred items with this text.
pub(super) fn items_with(search: &str) -> PageRequest<ItemOrder> {
    PageRequest { search: Some(search.to_owned()), ..all(ItemOrder::Title) }
}

/// Users are equal when their addresses compare equal; here the spelling counts too.
pub(super) fn assert_same(found: Option<&User>, expected: &User) {
    assert_eq!(found, Some(expected));
    assert_eq!(found.map(|user| user.email.as_str()), Some(expected.email.as_str()));
}

/// As above, for messages.
pub(super) fn assert_same_message(found: &Message, expected: &Message) {
    assert_eq!(found, expected);
    assert_eq!(found.to.as_str(), expected.to.as_str());
}

/// So many microseconds later; earlier, if they are negative.
pub(super) fn later(moment: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(moment.micros() + micros)
}
