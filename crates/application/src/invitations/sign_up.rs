//! Sign up by the link of an invitation.

use ironplate_domain::{
    AuditKind, Client, FullName, Invitation, Password, PasswordHash, TokenSecret, User, UserChanges, UserId,
};

use super::{
    Invitations,
    join::{InvitationError, InvitationKey},
};
use crate::{
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    new_passwords::{NewPasswordError, PasswordOwner},
    ports::{Constraint, OwnOrganization, StoreError, UnitOfWork},
};

/// What the holder of the link wants.
#[derive(Debug)]
pub struct InvitedSignUp {
    /// The secret of the link.
    pub token: TokenSecret,
    /// Their password.
    pub password: Password,
    /// How they want to be called.
    pub full_name: Option<FullName>,
}

/// Whoever signed up, and what they are a member of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// Their account.
    pub user: User,
    /// The organisation, and what they are in it.
    pub joined: OwnOrganization,
}

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum InvitedSignUpError {
    /// As for whoever has an account.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// The address has an account.
    #[error("The user with this email already exists in the system")]
    EmailTaken,
    /// An administrator made an account for the address, and switched it off.
    #[error("Inactive user")]
    Inactive,
    /// The password is weak, or could not be hashed.
    #[error(transparent)]
    Password(#[from] NewPasswordError),
}

faults! { InvitedSignUpError:
    Invitation(error) => error.class(),
    // As at any other sign-up.
    EmailTaken => Kind::Invalid.coded("email_taken").about_no_field(),
    Inactive => Kind::Invalid.coded("inactive_user").about_no_field(),
    Password(error) => error.class(),
}

impl From<StoreError> for InvitedSignUpError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserEmail) => Self::EmailTaken,
            error => InvitationError::from(error).into(),
        }
    }
}

impl From<LimitError> for InvitedSignUpError {
    fn from(error: LimitError) -> Self {
        InvitationError::from(error).into()
    }
}

impl Invitations {
    /// Makes the account that an invitation is for, with its address proved, and a member of the organisation: all or nothing. It
    /// works whoever may sign up otherwise. An account that nobody claimed yet is claimed, as by the link in its own mail: it
    /// keeps its rights and its name.
    ///
    /// # Errors
    /// See [`InvitedSignUpError`].
    pub async fn sign_up(&self, command: InvitedSignUp, client: &Client) -> Result<NewMember, InvitedSignUpError> {
        self.core.limiter.take_for_range(Limit::SignUpPerAddress, client).await?;
        let key = InvitationKey::Link(command.token.clone());
        self.take_permit(&key, client).await?;
        let outcome = self.try_sign_up(command, &key, client).await;
        self.core.recorder.refusal_of(self.core.recorder.event(AuditKind::SignUp, client), outcome).await
    }

    async fn try_sign_up(
        &self,
        command: InvitedSignUp,
        key: &InvitationKey,
        client: &Client,
    ) -> Result<NewMember, InvitedSignUpError> {
        let InvitedSignUp { password, full_name, .. } = command;
        // Only to spare the hash; what counts is asked again below.
        let invitation = self.named(key).await?;
        let holder = self.core.store.read().await?.users().find_by_email(&invitation.email).await?;
        let claimed = claimable(holder, &invitation)?;
        let full_name = claimed.and_then(|user| user.full_name).or(full_name);
        let owner = PasswordOwner { email: &invitation.email, full_name: full_name.as_ref() };
        let password_hash = self.core.passwords.hash("password", password, owner).await?;

        let mut work = self.core.store.begin().await?;
        let user = self.claim_or_insert(&mut *work, &invitation, full_name, password_hash).await?;
        let joined = self.join(&mut *work, &invitation, self.digest(key), &user, client).await?;
        work.audit().record(&self.core.recorder.event(AuditKind::SignUp, client).by_and_on(user.id)).await?;
        work.commit().await?;
        Ok(NewMember { user, joined })
    }

    /// The account of the invitation's address, with this password.
    async fn claim_or_insert(
        &self,
        work: &mut dyn UnitOfWork,
        invitation: &Invitation,
        full_name: Option<FullName>,
        password_hash: PasswordHash,
    ) -> Result<User, InvitedSignUpError> {
        let holder = match work.users().find_by_email(&invitation.email).await? {
            Some(holder) => work.users().lock(holder.id).await?.filter(|holder| holder.email == invitation.email),
            None => None,
        };
        let Some(holder) = claimable(holder, invitation)? else {
            let (id, now) = (UserId(self.core.secrets.id()), self.core.clock.now());
            let user = User::new(id, invitation.email.clone(), now);
            let user = User { full_name, password_hash: Some(password_hash), is_verified: true, ..user };
            work.users().insert(&user).await?;
            return Ok(user);
        };
        let changes = UserChanges {
            full_name: holder.full_name.is_none().then_some(full_name),
            password_hash: Some(password_hash),
            is_verified: Some(true),
            ..UserChanges::default()
        };
        work.one_time_tokens().revoke_all_for(holder.id).await?;
        Ok(work.users().update(holder.id, &changes).await?.unwrap_or(holder))
    }
}

/// The account of the invitation's address, if it is to be claimed; `None` when there is none. One of another spelling is not: that
/// may be another mailbox elsewhere.
fn claimable(holder: Option<User>, invitation: &Invitation) -> Result<Option<User>, InvitedSignUpError> {
    match holder {
        None => Ok(None),
        Some(user) if !user.is_unclaimed() || user.email.as_str() != invitation.email.as_str() => {
            Err(InvitedSignUpError::EmailTaken)
        }
        Some(user) if !user.is_active => Err(InvitedSignUpError::Inactive),
        Some(user) => Ok(Some(user)),
    }
}
