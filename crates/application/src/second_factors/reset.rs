//! Take all second factors of somebody away, who has lost them and their recovery codes.

use ironplate_domain::{Action, Actor, AuditEvent, AuditKind, Client, Fact, MailTemplate, Resource, User, UserId};

use super::SecondFactors;
use crate::{
    access::{Asked, Denied, Unproved},
    core::Core,
    fault::{Kind, faults},
    operator::Operator,
    ports::{StoreError, StoreResult, UnitOfWork},
};

/// Why they stay.
#[derive(Debug, thiserror::Error)]
pub enum ResetSecondFactorsError {
    /// Only superusers reach those of others.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// One's own are removed one by one, by whoever proved lately who they are.
    #[error("Super users are not allowed to reset their own second factors")]
    Oneself,
    /// Who the actor is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// There is no such user.
    #[error("User not found")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ResetSecondFactorsError:
    Denied(denied) => denied.class(),
    Unproved(error) => error.class(),
    Oneself => Kind::Forbidden.coded("superuser_resets_self"),
    NotFound => Kind::NotFound.coded("user_not_found"),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// Takes second factors and recovery codes of somebody else away, ends all their sessions, and tells them by mail. Where there
    /// are none, nothing is done.
    ///
    /// # Errors
    /// See [`ResetSecondFactorsError`].
    pub async fn reset(&self, actor: Actor, of: UserId, client: &Client) -> Result<(), ResetSecondFactorsError> {
        self.core.permit(actor, Action::Administer, Resource::User(of), client).await?;
        let event = self.core.recorder.event(AuditKind::SecondFactorsReset, client).between(actor, of);
        let outcome = if of == actor.user {
            Err(ResetSecondFactorsError::Oneself)
        } else {
            self.try_reset(Some(actor), of, &event).await
        };
        self.core.recorder.refusal_of(event, outcome).await
    }

    /// The same for the command line only.
    ///
    /// # Errors
    /// See [`ResetSecondFactorsError`].
    pub async fn reset_by_operator(&self, of: UserId, by: &Operator) -> Result<(), ResetSecondFactorsError> {
        let event = by.does(self.core.recorder.event(AuditKind::SecondFactorsReset, &by.client)).on(of);
        let outcome = self.try_reset(None, of, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_reset(
        &self,
        actor: Option<Actor>,
        of: UserId,
        event: &AuditEvent,
    ) -> Result<(), ResetSecondFactorsError> {
        let resource = Resource::User(of);
        let begun = self.core.begin_for::<ResetSecondFactorsError>(actor, Action::Administer, resource, &event.client);
        let mut work = begun.await?;
        if let Some(actor) = actor {
            self.core.check_proved(&mut *work, actor, Asked::Everybody).await?;
        }
        let user = work.users().lock(of).await?.ok_or(ResetSecondFactorsError::NotFound)?;
        let by = match actor {
            Some(actor) => work.users().find(actor.user).await?,
            None => None,
        };
        if !self.core.forget_second_factors(&mut *work, &user, by.as_ref(), event).await? {
            return Ok(());
        }
        self.core.log_out_everywhere(&mut *work, of, None).await?;
        work.commit().await?;
        Ok(())
    }
}

impl Core {
    /// Takes all second factors, recovery codes and trusted devices of a user away, who is locked and is told who did it (`None`: whoever has the
    /// command line), and records it. `false`: there were none.
    pub(crate) async fn forget_second_factors(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        by: Option<&User>,
        event: &AuditEvent,
    ) -> StoreResult<bool> {
        let apps = work.authenticator_apps().remove_all_for(user.id).await?;
        let passkeys = work.passkeys().remove_all_for(user.id).await?;
        if apps + passkeys == 0 {
            return Ok(false);
        }
        work.recovery_codes().replace(user.id, &[], self.clock.now()).await?;
        work.trusted_devices().remove_all_for(user.id).await?;
        let notice = self.mailer.message(MailTemplate::SecondFactorsReset, &user.email).about(user.id);
        let notice = match by {
            Some(by) => notice.saying(Fact::By, by.email.as_str()),
            None => notice,
        };
        self.mailer.enqueue(work, &notice).await?;
        work.audit().record(event).await?;
        Ok(true)
    }
}
