//! What stands before every new second factor.

use ironplate_domain::{Actor, Client, PasswordAttempt, User};

use super::{SecondFactors, take::has_second_factor};
use crate::{
    access::Unproved,
    fault::{Class, Fault, Kind, faults},
    ports::{StoreError, UnitOfWork},
    sessions::{ConfirmSessionError, SessionProof, Sessions},
};

/// Nobody proved yet that the address of the account is theirs. Whoever has the mailbox may take the account over, and is asked for
/// nothing that was there before: it may be a stranger's. So nobody relies on a first second factor until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Confirm your email address first, by the link that was mailed to you")]
pub struct UnprovedAddress;

impl Fault for UnprovedAddress {
    fn class(&self) -> Class {
        Kind::Conflict.coded("email_unverified").about_no_field()
    }
}

impl UnprovedAddress {
    /// Whether this user has one already, or may have the first.
    pub(super) fn check(user: &User, has_one: bool) -> Result<(), Self> {
        if has_one || user.is_verified { Ok(()) } else { Err(Self) }
    }
}

/// Why nothing is added to a password.
#[derive(Debug, thiserror::Error)]
pub enum BeginFactorError {
    /// The first second factor needs the password beside it.
    #[error("Enter your password, too: this is the first thing that is asked for beside it")]
    PasswordRequired,
    /// The password is not right, or can't be checked now.
    #[error(transparent)]
    Password(#[from] ConfirmSessionError),
    /// Who the user is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { BeginFactorError:
    PasswordRequired => Kind::Invalid.coded("password_required").about(&["password"]),
    Password(error) => error.class(),
    Unproved(error) => error.class(),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// Opens a unit of work that may add a second factor. Where there is none, the password belongs to it, which proves as well who
    /// acts: whoever took over a session, a minute after its log-in, must not lock its owner out with a factor of theirs.
    pub(super) async fn begin_adding(
        &self,
        actor: Actor,
        password: Option<PasswordAttempt>,
        client: &Client,
    ) -> Result<(Box<dyn UnitOfWork>, User), BeginFactorError> {
        let mut is_proved = false;
        if let Some(password) = password
            && !has_second_factor(&mut *self.core.store.read().await?, actor.user).await?
        {
            self.confirm_by_password(actor, password, client).await?;
            is_proved = true;
        }
        let (mut work, user) = self.core.begin_proved(actor).await?;
        if !is_proved && !has_second_factor(&mut *work, user.id).await? {
            return Err(BeginFactorError::PasswordRequired);
        }
        Ok((work, user))
    }

    async fn confirm_by_password(
        &self,
        actor: Actor,
        password: PasswordAttempt,
        client: &Client,
    ) -> Result<(), BeginFactorError> {
        let session = actor.session.ok_or(Unproved::SessionOver)?;
        let user = self.core.store.read().await?.users().find(actor.user).await?.ok_or(Unproved::SessionOver)?;
        let proof = SessionProof::Password(password);
        Ok(Sessions::new(&self.core).confirm(&user, session, proof, client).await?)
    }
}
