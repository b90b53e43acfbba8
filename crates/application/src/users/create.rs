//! Create a user on somebody's behalf.

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Client, Email, FullName, MailTemplate, Password, Resource, User,
    UserId,
};

use super::Users;
use crate::{
    access::{Asked, Denied, Unproved},
    fault::{Kind, faults},
    new_passwords::{NewPasswordError, PasswordOwner},
    ports::{Constraint, StoreError},
    unclaimed,
};

/// The account to make.
#[derive(Debug)]
pub struct CreateUser {
    /// The user's address, and what they log in with.
    pub email: Email,
    /// Their first password; without one they can't log in before they set one by the link in their mail.
    pub password: Option<Password>,
    /// How they are called.
    pub full_name: Option<FullName>,
    /// Whether they can log in.
    pub is_active: bool,
    /// Whether they administer users.
    pub is_superuser: bool,
    /// Whether the creator vouches that the address is theirs.
    pub is_verified: bool,
}

impl CreateUser {
    /// Somebody who is invited: without privilege, and so far without a password, a proved address or a name.
    #[must_use]
    pub const fn new(email: Email) -> Self {
        Self { email, password: None, full_name: None, is_active: true, is_superuser: false, is_verified: false }
    }
}

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// Only superusers create users.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Who the actor is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// Another account has this address, in any spelling.
    #[error("The user with this email already exists in the system.")]
    EmailTaken,
    /// The operator switched mail off, so nobody can be asked to set one.
    #[error("A password is needed: mail is switched off in the configuration")]
    PasswordRequired,
    /// Storage failed.
    #[error(transparent)]
    Store(StoreError),
    /// The password is weak, or could not be hashed.
    #[error(transparent)]
    Password(#[from] NewPasswordError),
}

impl From<StoreError> for CreateUserError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserEmail) => Self::EmailTaken,
            error => Self::Store(error),
        }
    }
}

faults! { CreateUserError:
    Denied(denied) => denied.class(),
    Unproved(error) => error.class(),
    // Not `Conflict`: the same answer as at sign-up.
    EmailTaken => Kind::Invalid.coded("email_taken").about(&["email"]),
    PasswordRequired => Kind::Invalid.coded("password_required").about(&["password"]),
    Store(error) => error.class(),
    Password(error) => error.class(),
}

/// Whether the new user gets mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Welcome {
    /// A link to set a password.
    Mail,
    /// Nothing: the account is for a machine or a test, or its owner is at the keyboard.
    Silence,
}

impl Users {
    /// Creates an account with the given rights and welcomes its owner by mail: both or neither. The mail holds no
    /// password, but a link to set one. An account that nobody claimed yet gives way.
    ///
    /// # Errors
    /// [`CreateUserError::EmailTaken`] is the database's word, so it holds for simultaneous requests too.
    pub async fn create(
        &self,
        actor: Actor,
        command: CreateUser,
        welcome: Welcome,
        client: &Client,
    ) -> Result<User, CreateUserError> {
        self.core.permit(actor, Action::Create, Resource::Users, client).await?;
        let event = self.core.recorder.event(AuditKind::UserCreated, client).by(actor.user);
        let outcome = self.insert(Some(actor), command, welcome, event.clone()).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    /// Records the event on the user with it. Without an actor it is the operator's doing, and no permission is asked.
    pub(super) async fn insert(
        &self,
        actor: Option<Actor>,
        command: CreateUser,
        welcome: Welcome,
        event: AuditEvent,
    ) -> Result<User, CreateUserError> {
        let CreateUser { email, password, full_name, is_active, is_superuser, is_verified } = command;
        if password.is_none() && !self.core.policy.sends_mail {
            return Err(CreateUserError::PasswordRequired);
        }
        let password_hash = match password {
            Some(password) => {
                let owner = PasswordOwner { email: &email, full_name: full_name.as_ref() };
                Some(self.core.passwords.hash("password", password, owner).await?)
            }
            None => None,
        };
        let user = User::new(UserId(self.core.secrets.id()), email, self.core.clock.now());
        let user = User { full_name, password_hash, is_active, is_superuser, is_verified, ..user };
        let mut work =
            self.core.begin_for::<CreateUserError>(actor, Action::Create, Resource::Users, &event.client).await?;
        if let Some(actor) = actor.filter(|_| is_superuser) {
            self.core.check_proved(&mut *work, actor, Asked::ByPolicy).await?;
        }
        let given_way = self.core.recorder.event(AuditKind::UnclaimedRemoved, &event.client);
        // By whom, as the creation says.
        let given_way = AuditEvent { actor: event.actor, details: event.details.clone(), ..given_way };
        unclaimed::give_way(&mut *work, &user.email, given_way).await?;
        work.users().insert(&user).await?;
        if welcome == Welcome::Mail {
            self.core.mailer.enqueue_link(&mut *work, MailTemplate::SetPassword, user.id, &user.email).await?;
        }
        let event = event.on(user.id).saying(AuditDetail::IsSuperuser, is_superuser);
        work.audit().record(&event.saying(AuditDetail::IsActive, is_active)).await?;
        work.commit().await?;
        Ok(user)
    }
}
