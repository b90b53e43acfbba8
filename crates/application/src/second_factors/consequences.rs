//! What follows when a second factor is added or removed.

use ironplate_domain::{
    Actor, AuditDetail, AuditKind, Client, Fact, FactorName, MailTemplate, RecoveryCode, User, UserId,
};
use uuid::Uuid;

use super::{ProvedBy, SecondFactors, has_second_factor};
use crate::ports::{StoreResult, UnitOfWork};

/// A passkey or an app, as owners and events are told of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Factor<'a> {
    pub(super) kind: ProvedBy,
    pub(super) id: Uuid,
    pub(super) name: &'a FactorName,
}

impl SecondFactors {
    /// With their first one, all other sessions of a user end, so that whoever has one is asked for it; and they get codes for when it
    /// is lost. The user is locked.
    pub(super) async fn protect(
        &self,
        work: &mut dyn UnitOfWork,
        actor: Actor,
        client: &Client,
    ) -> StoreResult<Vec<RecoveryCode>> {
        let ended = work.sessions().revoke_all_for(actor.user, actor.session, self.core.clock.now()).await?;
        if ended > 0 {
            let event = self.core.recorder.event(AuditKind::SessionsRevoked, client).by_and_on(actor.user);
            work.audit().record(&event.saying(AuditDetail::Count, ended)).await?;
        }
        self.new_codes(work, actor.user, client).await
    }

    /// Tells and records that there is one more.
    pub(super) async fn note_added(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        factor: Factor<'_>,
        client: &Client,
    ) -> StoreResult<()> {
        self.tell(work, MailTemplate::SecondFactorAdded, user, factor).await?;
        self.record(work, AuditKind::SecondFactorAdded, user.id, factor, client).await
    }

    /// Whether a user, who is locked, has none left and must have one: then what was removed stays.
    pub(super) async fn leaves_bare(&self, work: &mut dyn UnitOfWork, user: &User) -> StoreResult<bool> {
        Ok(self.core.policy.second_factor.covers(user) && !has_second_factor(work, user.id).await?)
    }

    /// Tells and records that it is gone; trusted devices go with it, and with the last one the recovery codes, too. The user is
    /// locked.
    pub(super) async fn note_removed(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        factor: Factor<'_>,
        client: &Client,
    ) -> StoreResult<()> {
        work.trusted_devices().remove_all_for(user.id).await?;
        if !has_second_factor(work, user.id).await? {
            work.recovery_codes().replace(user.id, &[], self.core.clock.now()).await?;
        }
        self.tell(work, MailTemplate::SecondFactorRemoved, user, factor).await?;
        self.record(work, AuditKind::SecondFactorRemoved, user.id, factor, client).await
    }

    async fn tell(
        &self,
        work: &mut dyn UnitOfWork,
        template: MailTemplate,
        user: &User,
        factor: Factor<'_>,
    ) -> StoreResult<()> {
        let notice = self.core.mailer.message(template, &user.email).about(user.id);
        let notice = notice.saying(Fact::Factor, factor.name.as_str()).saying(Fact::FactorKind, factor.kind.name());
        self.core.mailer.enqueue(work, &notice).await
    }

    async fn record(
        &self,
        work: &mut dyn UnitOfWork,
        kind: AuditKind,
        user: UserId,
        factor: Factor<'_>,
        client: &Client,
    ) -> StoreResult<()> {
        let event = self.core.recorder.event(kind, client).by_and_on(user);
        work.audit().record(&event.saying(AuditDetail::Factor, factor.id)).await
    }
}
