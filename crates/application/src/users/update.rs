//! Change somebody's account.

use ironplate_domain::{
    Action, Actor, AuditEvent, AuditKind, Changes, Client, Email, FullName, MailTemplate, Password, PasswordHash,
    Resource, SessionId, User, UserChanges, UserId,
};

use super::{Users, superusers};
use crate::{
    access::{Asked, Denied, Unproved},
    fault::{Kind, faults},
    new_passwords::{NewPasswordError, PasswordOwner},
    organizations::SoleOwnership,
    ports::{Constraint, StoreError},
    second_factors::has_second_factor,
};

/// What to change; `None` leaves a field as it is.
#[derive(Debug, Default)]
pub struct UpdateUser {
    /// A new address.
    pub email: Option<Email>,
    /// A new name, or none at all (`Some(None)`).
    pub full_name: Option<Option<FullName>>,
    /// A new password.
    pub password: Option<Password>,
    /// Activate or deactivate.
    pub is_active: Option<bool>,
    /// Promote or demote.
    pub is_superuser: Option<bool>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateUserError {
    /// Only superusers change others.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Who the actor is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// There is no such user.
    #[error("The user with this id does not exist in the system")]
    NotFound,
    /// Another account has this address, in any spelling.
    #[error("User with this email already exists")]
    EmailTaken,
    /// Nobody would be left to administer.
    #[error("The last active superuser can't be demoted, deactivated or deleted")]
    LastSuperuser,
    /// Nobody else could go on with these organisations.
    #[error("The user is the only owner of {0}. Make somebody else an owner first, or delete them")]
    SoleOwner(SoleOwnership),
    /// Storage failed.
    #[error(transparent)]
    Store(StoreError),
    /// The password is weak, or could not be hashed.
    #[error(transparent)]
    Password(#[from] NewPasswordError),
}

impl From<StoreError> for UpdateUserError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::UserEmail) => Self::EmailTaken,
            error => Self::Store(error),
        }
    }
}

impl From<SoleOwnership> for UpdateUserError {
    fn from(organizations: SoleOwnership) -> Self {
        Self::SoleOwner(organizations)
    }
}

faults! { UpdateUserError:
    Denied(denied) => denied.class(),
    Unproved(error) => error.class(),
    NotFound => Kind::NotFound.coded("user_not_found"),
    EmailTaken => Kind::Conflict.coded("email_taken").about(&["email"]),
    LastSuperuser => Kind::Conflict.coded("last_superuser").about(&["is_superuser"]),
    SoleOwner(_) => Kind::Conflict.coded("sole_owner").about(&["is_active"]),
    Store(error) => error.class(),
    Password(error) => error.class(),
}

impl Users {
    /// Changes the user and answers them as they are then. A new password, a deactivation and a demotion end the user's
    /// sessions; `session`, the actor's own, outlives a change of the actor's own password. The user is told by mail of a
    /// new password and of a new address, which counts at once and is yet to be proved.
    ///
    /// # Errors
    /// See [`UpdateUserError`]; a missing user is reported before a taken address.
    pub async fn update(
        &self,
        actor: Actor,
        session: SessionId,
        id: UserId,
        command: UpdateUser,
        client: &Client,
    ) -> Result<User, UpdateUserError> {
        self.core.permit(actor, Action::Administer, Resource::User(id), client).await?;
        let event = self.core.recorder.event(AuditKind::UserChanged, client).between(actor, id);
        let outcome = self.try_update(Some((actor, session)), id, command, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    /// Without an actor it is the operator's doing.
    pub(super) async fn try_update(
        &self,
        actor: Option<(Actor, SessionId)>,
        id: UserId,
        command: UpdateUser,
        event: &AuditEvent,
    ) -> Result<User, UpdateUserError> {
        let UpdateUser { email, full_name, password, is_active, is_superuser } = command;
        let password_hash = self.hash_password(id, password, email.as_ref(), full_name.as_ref()).await?;
        let changes = UserChanges { email, full_name, password_hash, is_active, is_superuser, is_verified: None };
        self.change(actor, id, changes, event).await
    }

    pub(super) async fn change(
        &self,
        actor: Option<(Actor, SessionId)>,
        id: UserId,
        changes: UserChanges,
        event: &AuditEvent,
    ) -> Result<User, UpdateUserError> {
        let (by, resource) = (actor.map(|(actor, _)| actor), Resource::User(id));
        let mut work = self.core.begin_for::<UpdateUserError>(by, Action::Administer, resource, &event.client).await?;
        if changes.takes_superuser_away() && superusers::is_last(&mut *work, id).await? {
            return Err(UpdateUserError::LastSuperuser);
        }
        let before = work.users().lock(id).await?.ok_or(UpdateUserError::NotFound)?;
        let changes = match changes.email {
            Some(ref email) if *email != before.email => UserChanges { is_verified: Some(false), ..changes },
            _ => changes,
        };
        let changes = changes.beyond(&before);
        if let Some(by) = by.filter(|_| changes.touch_access()) {
            // Whoever has the new mailbox gets past second factors: as if these were reset.
            let opens = changes.email.is_some() && has_second_factor(&mut *work, id).await?;
            let asked = if opens { Asked::Everybody } else { Asked::ByPolicy };
            self.core.check_proved(&mut *work, by, asked).await?;
        }
        if changes.is_active == Some(false) {
            self.core.check_ownership::<UpdateUserError>(&mut *work, id).await?;
        }
        let user = work.users().update(id, &changes).await?.ok_or(UpdateUserError::NotFound)?;
        if changes.end_sessions_of(&before) {
            // One's own new password spares the session that set it; a lost rank spares none.
            let own = actor.filter(|(actor, _)| id == actor.user && !changes.takes_superuser_away());
            let keep = own.map(|(_, session)| session);
            self.core.log_out_everywhere(&mut *work, id, keep).await?;
        }
        if changes.is_superuser == Some(true) {
            work.trusted_devices().remove_all_for(id).await?;
        }
        if changes.password_hash.is_some() {
            work.one_time_tokens().revoke_all_for(id).await?;
            let notice = self.core.mailer.message(MailTemplate::PasswordChanged, &before.email).about(id);
            self.core.mailer.enqueue(&mut *work, &notice).await?;
        }
        if user.email != before.email {
            self.core.mailer.follow_address_change(&mut *work, &before, &user).await?;
        }
        if !changes.is_empty() {
            work.audit().record(&event.clone().saying_changes(&changes, &before)).await?;
        }
        work.commit().await?;
        Ok(user)
    }

    async fn hash_password(
        &self,
        id: UserId,
        password: Option<Password>,
        new_email: Option<&Email>,
        new_name: Option<&Option<FullName>>,
    ) -> Result<Option<PasswordHash>, UpdateUserError> {
        let Some(password) = password else { return Ok(None) };
        let user = self.core.store.read().await?.users().find(id).await?.ok_or(UpdateUserError::NotFound)?;
        let full_name = new_name.unwrap_or(&user.full_name).as_ref();
        let owner = PasswordOwner { email: new_email.unwrap_or(&user.email), full_name };
        Ok(Some(self.core.passwords.hash("password", password, owner).await?))
    }
}
