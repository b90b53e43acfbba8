//! The store under test, with what every check needs at hand.

use std::{sync::Arc, time::Duration};

use ironplate_application::ports::{
    Beside, Claim, Clock, Lane, Page, PageRequest, Repositories, Secrets, Store, StoreResult, UnitOfWork,
};
use ironplate_domain::{
    AuditEvent, AuditEventId, AuditKind, Invitation, InvitationId, MailTemplate, Membership, Message, MessageId,
    OneTimeToken, Organization, OrganizationId, Owner, Role, Session, SessionId, Timestamp, TokenPurpose, User, UserId,
};
use uuid::Uuid;

use super::{OwnerKind, lists::Listed, rows::Row};
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

/// A store that is empty at first, and where the samples for it come from.
pub struct Subject {
    pub(super) store: Arc<dyn Store>,
    owners: OwnerKind,
    ids: Arc<SeededSecrets>,
    clock: FixedClock,
    hasher: FakeHasher,
}

impl Subject {
    pub(super) fn of(store: Arc<dyn Store>) -> Self {
        Self::at(Arc::new(SeededSecrets::new(7)), FixedClock::default(), store)
    }

    /// Whose rows are of such owners.
    pub(super) fn owned_by(owners: OwnerKind, store: Arc<dyn Store>) -> Self {
        Self { owners, ..Self::of(store) }
    }

    /// With samples that have these ids, and were made a moment after this clock.
    pub(crate) fn at(ids: Arc<SeededSecrets>, clock: FixedClock, store: Arc<dyn Store>) -> Self {
        Self { store, owners: OwnerKind::User, ids, clock, hasher: FakeHasher::default() }
    }

    pub(super) async fn begin(&self) -> Box<dyn UnitOfWork> {
        self.store.begin().await.expect("a unit of work")
    }

    pub(super) async fn read(&self) -> Box<dyn Repositories> {
        self.store.read().await.expect("a handle for reading")
    }

    /// Stores these rows in a unit of its own.
    pub(crate) async fn store<R: Row>(&self, rows: &[&R]) {
        let mut work = self.begin().await;
        for row in rows {
            row.prepare(self, &mut *work).await.expect("what it refers to");
            row.insert(&mut *work).await.expect("a new row");
        }
        work.commit().await.expect("a commit");
    }

    /// The row as it is stored.
    pub(crate) async fn find<R: Row>(&self, row: &R) -> Option<R> {
        row.find(&mut *self.read().await).await.expect("an answer")
    }

    /// The page that was asked for.
    pub(super) async fn list<R: Listed>(&self, owner: Option<Owner>, page: PageRequest<R::Order>) -> Page<R> {
        R::list(&mut *self.read().await, owner, &page).await.expect("a page")
    }

    /// A user or an organisation that may own such rows; stored, unless nobody owns them.
    pub(super) async fn owner<R: Row>(&self) -> Owner {
        let owner = self.new_owner();
        if R::OWNER.is_some() {
            self.store_owner(owner).await;
        }
        owner
    }

    /// One that is not stored.
    pub(super) fn new_owner(&self) -> Owner {
        let id = self.ids.id();
        match self.owners {
            OwnerKind::User => UserId(id).into(),
            OwnerKind::Organization => OrganizationId(id).into(),
        }
    }

    /// Adds a user or an organisation of this id.
    pub(super) async fn insert_owner(&self, owner: Owner, work: &mut dyn Repositories) -> StoreResult<()> {
        match owner {
            Owner::User(_) => self.user_of(owner).insert(work).await,
            Owner::Organization(id) => Organization { id, ..self.new_organization("owner") }.insert(work).await,
        }
    }

    /// The user who is this owner of rows that no organisation has; not stored.
    pub(super) fn user_of(&self, owner: Owner) -> User {
        let id = owner.user().expect("rows of this room are users'");
        User { id, ..self.new_user(&format!("{id}@example.com")) }
    }

    /// The same in a unit of its own.
    pub(super) async fn store_owner(&self, owner: Owner) {
        let mut work = self.begin().await;
        self.insert_owner(owner, &mut *work).await.expect("a new owner");
        work.commit().await.expect("a commit");
    }

    /// Removes the user or the organisation of this id; whether there was one.
    pub(super) async fn delete_owner(&self, owner: Owner) -> StoreResult<bool> {
        let mut work = self.store.begin().await?;
        let was_there = match owner {
            Owner::User(id) => work.users().delete(id).await?,
            Owner::Organization(id) => {
                work.organizations().lock(id).await?;
                work.organizations().delete(id).await?
            }
        };
        work.commit().await?;
        Ok(was_there)
    }

    pub(super) async fn has_owner(&self, owner: Owner) -> bool {
        match owner {
            Owner::User(id) => seen!(self, users().find(id)).is_some(),
            Owner::Organization(id) => seen!(self, organizations().find(id)).is_some(),
        }
    }

    /// A unit of work in which a call failed.
    pub(super) async fn failed_unit(&self) -> Box<dyn UnitOfWork> {
        let twin = self.user("twin@example.com").await;
        let mut work = self.begin().await;
        assert_conflict!(work.users().insert(&self.new_user(twin.email.canonical())).await, UserEmail);
        work
    }

    /// An id, and a moment that is a second and a microsecond after the one before.
    pub(super) fn id_and_time(&self) -> (Uuid, Timestamp) {
        self.clock.advance(Duration::from_micros(1_000_001));
        (self.ids.id(), self.clock.now())
    }

    /// A number that was not there before.
    pub(super) fn number(&self) -> i64 {
        self.id_and_time().1.micros()
    }

    /// A user that is not stored, made a second and a microsecond after the sample before.
    pub(super) fn new_user(&self, email: &str) -> User {
        self.clock.advance(Duration::from_micros(1_000_001));
        user(email).build(UserId(self.ids.id()), self.clock.now(), &self.hasher)
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

    /// An organisation that is not stored, made by nobody.
    pub(super) fn new_organization(&self, name: &str) -> Organization {
        let (id, created_at) = self.id_and_time();
        let slug = samples::slug(&format!("o-{}", created_at.micros()));
        Organization {
            id: OrganizationId(id),
            name: samples::text(name),
            slug,
            requires_second_factor: false,
            created_by: None,
            created_at,
        }
    }

    /// An invitation that is not stored, good for an hour, to be a member.
    pub(super) fn new_invitation(&self, organization: OrganizationId, by: UserId, email: &str) -> Invitation {
        let (id, created_at) = self.id_and_time();
        let (_, digest) = self.ids.token();
        let (id, email) = (InvitationId(id), samples::email(email));
        let expires_at = created_at.after(Duration::from_hours(1));
        Invitation { id, organization, email, role: Role::Member, invited_by: by, digest, created_at, expires_at }
    }

    pub(super) async fn organization(&self, name: &str) -> Organization {
        let organization = self.new_organization(name);
        self.store(&[&organization]).await;
        organization
    }

    /// A new member.
    pub(super) async fn join(&self, organization: &Organization, user: &User, role: Role) -> Membership {
        let created_at = self.id_and_time().1;
        let membership = Membership { organization: organization.id, user: user.id, role, created_at };
        assert!(alone!(self, memberships().add(&membership, &user.email)).expect("an answer"), "{membership:?}");
        membership
    }

    /// Somebody new who is a member.
    pub(super) async fn member(&self, organization: &Organization, role: Role, email: &str) -> User {
        let user = self.user(email).await;
        self.join(organization, &user, role).await;
        user
    }

    pub(super) async fn invitation(&self, organization: &Organization, by: &User, email: &str) -> Invitation {
        let invitation = self.new_invitation(organization.id, by.id, email);
        assert!(alone!(self, invitations().add(&invitation, invitation.created_at)).expect("an answer"));
        invitation
    }

    pub(super) async fn user(&self, email: &str) -> User {
        let user = self.new_user(email);
        self.store(&[&user]).await;
        user
    }

    pub(super) async fn superuser(&self, email: &str) -> User {
        let user = User { is_superuser: true, ..self.new_user(email) };
        self.store(&[&user]).await;
        user
    }

    pub(super) async fn session(&self, user: &User) -> Session {
        let session = self.new_session(user);
        self.store(&[&session]).await;
        session
    }

    pub(super) async fn token(&self, user: &User, purpose: TokenPurpose) -> OneTimeToken {
        let token = self.new_token(user, purpose);
        alone!(self, one_time_tokens().issue(&token)).expect("a new token");
        token
    }

    pub(super) async fn message(&self, to: &str) -> Message {
        let message = self.new_message(to);
        self.store(&[&message]).await;
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

    /// The message as it is stored, which must be there.
    pub(super) async fn stored_message(&self, id: MessageId) -> Message {
        seen!(self, outbox().find(id)).expect("the message")
    }

    /// The session as it is stored.
    pub(super) async fn stored_session(&self, session: &Session) -> Option<Session> {
        let holder = seen!(self, sessions().find_holder(session.user, session.id, Beside::NOTHING));
        holder.expect("the session's user").session
    }
}

/// The first hundred rows.
pub(super) fn all<Order>(order: Order) -> PageRequest<Order> {
    PageRequest { order, search: None, after: None, skip: 0, limit: 100 }
}

/// So many microseconds later; earlier, if they are negative.
pub(super) fn later(moment: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(moment.micros() + micros)
}
