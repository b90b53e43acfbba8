//! Change one's own name or address.

use ironplate_domain::{
    Actor, AuditKind, Changes, Client, Email, Fact, FullName, MailTemplate, SessionId, User, UserChanges,
};

use super::Accounts;
use crate::{
    access::{Asked, Unproved},
    fault::{Kind, faults},
    limits::{Attempt, Limit, LimitError},
    policy::RegistrationMode,
    ports::{Constraint, StoreError, StoreResult, UnitOfWork},
    second_factors::has_second_factor,
};

/// What the user wants changed; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct ChangeProfile {
    /// A new address.
    pub email: Option<Email>,
    /// A new name, or none at all (`Some(None)`).
    pub full_name: Option<Option<FullName>>,
}

impl From<ChangeProfile> for UserChanges {
    fn from(command: ChangeProfile) -> Self {
        let ChangeProfile { email, full_name } = command;
        Self { email, full_name, ..Self::default() }
    }
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeProfileError {
    /// Another account has this address, in any spelling.
    #[error("User with this email already exists")]
    EmailTaken,
    /// The account was deleted meanwhile.
    #[error("User not found")]
    NotFound,
    /// The session was ended meanwhile, or who the actor is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ChangeProfileError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserEmail) => Self::EmailTaken,
            // Whoever had the address is gone since it was looked up: a second try finds it free.
            StoreError::Conflict(Constraint::MessageUser) => {
                Self::Store(StoreError::Unavailable("the address was given up at this very moment".into()))
            }
            error => Self::Store(error),
        }
    }
}

faults! { ChangeProfileError:
    EmailTaken => Kind::Conflict.coded("email_taken").about(&["email"]),
    NotFound => Kind::NotFound.coded("user_not_found"),
    Unproved(error) => error.class(),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

impl Accounts {
    /// Changes the actor's own profile and answers the user as it is then.
    ///
    /// A new address is verified by a mail to it, and the old one is told. Where new addresses have to be confirmed, as those of
    /// whoever has a second factor, the old one stays in force until the link in that mail is followed.
    ///
    /// # Errors
    /// [`ChangeProfileError::EmailTaken`] is the database's word, so it holds for simultaneous requests too; for an
    /// address that waits for its confirmation, the word then counts.
    pub async fn change_profile(
        &self,
        actor: Actor,
        session: SessionId,
        command: ChangeProfile,
        client: &Client,
    ) -> Result<User, ChangeProfileError> {
        let outcome = self.try_change_profile(actor, session, command, client).await;
        let event = self.core.recorder.event(AuditKind::ProfileChanged, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_change_profile(
        &self,
        actor: Actor,
        session: SessionId,
        command: ChangeProfile,
        client: &Client,
    ) -> Result<User, ChangeProfileError> {
        self.take_permits(actor.by(session), &command, client).await?;
        let mut changes = UserChanges::from(command);
        let mut work = self.core.store.begin().await?;
        let before = work.users().lock(actor.user).await?.ok_or(ChangeProfileError::NotFound)?;
        match changes.email.take() {
            Some(email) if email != before.email => {
                // Nor does whoever waits for the lock while the account's owner sets a new password leave a change behind.
                self.core.check_proved(&mut *work, actor.by(session), Asked::ByPolicy).await?;
                if self.waits_for_confirmation(&mut *work, actor).await? {
                    self.owe_confirmation(&mut *work, &before, &email).await?;
                    let event = self.core.recorder.event(AuditKind::EmailChangeRequested, client);
                    work.audit().record(&event.by_and_on(actor.user)).await?;
                } else {
                    changes = changes.with_unproved_email(email);
                }
            }
            // Another spelling of the same address.
            email => changes.email = email,
        }
        let changes = changes.beyond(&before);
        let user = work.users().update(actor.user, &changes).await?.ok_or(ChangeProfileError::NotFound)?;
        if user.email != before.email {
            self.core.mailer.follow_address_change(&mut *work, &before, &user).await?;
        }
        if !changes.is_empty() {
            let event = self.core.recorder.event(AuditKind::ProfileChanged, client).by_and_on(actor.user);
            work.audit().record(&event.saying_changes(&changes, &before)).await?;
        }
        work.commit().await?;
        Ok(user)
    }

    /// Each change is an event that is kept for long; a new address makes mail to it, too, whose owner may not want it. Whoever has
    /// to prove first who they are pays nothing.
    async fn take_permits(
        &self,
        actor: Actor,
        command: &ChangeProfile,
        client: &Client,
    ) -> Result<(), ChangeProfileError> {
        let changes = UserChanges::from(command.clone());
        let mut reader = self.core.store.read().await?;
        let Some(user) = reader.users().find(actor.user).await? else { return Ok(()) };
        let new_address = changes.email.clone().filter(|email| *email != user.email);
        if new_address.is_some() {
            self.core.check_proved(&mut *reader, actor, Asked::ByPolicy).await?;
        }
        drop(reader);
        if !changes.beyond(&user).is_empty() {
            self.core.limiter.take_for_user(Limit::ProfileChangePerAccount, actor.user, client).await?;
        }
        let Some(email) = new_address else { return Ok(()) };
        self.core.limiter.take_for_user(Limit::EmailChangePerAccount, actor.user, client).await?;
        Ok(self.core.limiter.take_for_mailbox(&email, Attempt::of(actor.user, client)).await?)
    }

    /// Whether a new address counts only once its link was followed. So it is where the operator says so, and for whoever has a second
    /// factor: whoever has the mailbox of an address that nobody proved takes the account over, second factors or not.
    async fn waits_for_confirmation(&self, work: &mut dyn UnitOfWork, actor: Actor) -> StoreResult<bool> {
        let policy = &self.core.policy;
        Ok(policy.confirms_new_addresses() || (policy.sends_mail && has_second_factor(work, actor.user).await?))
    }

    async fn owe_confirmation(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        email: &Email,
    ) -> Result<(), ChangeProfileError> {
        // A courtesy: whether it is still free counts when it is confirmed, and by then an unclaimed account gives way.
        let holder = work.users().find_by_email(email).await?.filter(|holder| !holder.is_unclaimed());
        match holder {
            None => self.core.mailer.enqueue_link(work, MailTemplate::ConfirmNewAddress, user.id, email).await?,
            // Where sign-up does not tell who has an account, this does not, either: the change seems to wait for its link.
            Some(holder) if self.core.policy.registration == RegistrationMode::VerifyFirst => {
                let told = self.core.mailer.message(MailTemplate::AlreadyRegistered, &holder.email).about(holder.id);
                self.core.mailer.enqueue(work, &told).await?;
                self.core.mailer.withhold_link(work, MailTemplate::ConfirmNewAddress, user.id, email).await?;
            }
            Some(_) => return Err(ChangeProfileError::EmailTaken),
        }
        let notice = self.core.mailer.message(MailTemplate::AddressChanged, &user.email).about(user.id);
        let notice = notice.saying(Fact::NewAddress, email.as_str()).saying(Fact::IsPending, "true");
        self.core.mailer.enqueue(work, &notice).await?;
        Ok(())
    }
}
