//! Find out who has the address of a message, for messages that were enqueued without looking.

use ironplate_domain::{AuditKind, Client, MailTemplate, Message, TokenPurpose, User, UserId};

use super::{Delivery, Outbox};
use crate::ports::{CLOCKS_APART, StoreResult, UnitOfWork};

impl Outbox {
    /// Completes the message. What was found is stored, so that a further attempt sends the very same mail; or the message
    /// is removed, when there is nobody to write to. The inner `Err` says why there is nothing to send.
    pub(super) async fn resolve(&self, mut message: Message) -> StoreResult<Result<Message, Delivery>> {
        if !message.is_unresolved() {
            return Ok(Ok(message));
        }
        let mut work = self.core.store.begin().await?;
        let holder = work.users().find_by_email(&message.to).await?;
        let holder = match holder {
            // Locked before any token of theirs is touched, and seen as they are then.
            Some(user) => work.users().lock(user.id).await?.filter(|user| user.email == message.to),
            None => None,
        };
        let is_owed = match message.template {
            MailTemplate::FinishSignUp => self.resolve_sign_up(&mut *work, &mut message, holder).await?,
            _ => self.resolve_recovery(&mut *work, &mut message, holder).await?,
        };
        if !work.outbox().resolve(&message).await? {
            // Not committed: the token that another worker's mail carries must stay in force.
            return Ok(Err(Delivery::LeaseLost));
        }
        if !is_owed {
            work.outbox().discard(message.id).await?;
        }
        work.commit().await?;
        Ok(if is_owed { Ok(message) } else { Err(Delivery::Dropped) })
    }

    async fn resolve_recovery(
        &self,
        work: &mut dyn UnitOfWork,
        message: &mut Message,
        holder: Option<User>,
    ) -> StoreResult<bool> {
        // Whose account is switched off could do nothing with the link.
        let Some(user) = holder.filter(|user| user.is_active) else { return Ok(false) };
        self.attach_newest_link(work, message, user).await
    }

    /// Whoever signed up gets a link to an account that is theirs once they follow it; whoever has an account is told so.
    async fn resolve_sign_up(
        &self,
        work: &mut dyn UnitOfWork,
        message: &mut Message,
        holder: Option<User>,
    ) -> StoreResult<bool> {
        let Some(user) = holder else {
            let user = User::new(UserId(self.core.secrets.id()), message.to.clone(), self.core.clock.now());
            work.users().insert(&user).await?;
            message.user = Some(user.id);
            work.audit().record(&self.core.recorder.event(AuditKind::SignUp, &Client::default()).on(user.id)).await?;
            self.core.mailer.attach_link(work, message, user.id).await?;
            return Ok(true);
        };
        if user.is_unclaimed() {
            // Nothing about it changes: whoever signs up proved nothing yet. Whom an administrator invited keeps the
            // invitation, and an account that does not go when a link to finish a sign-up expires.
            if work.one_time_tokens().current(user.id, TokenPurpose::FinishSignUp).await?.is_none() {
                message.template = MailTemplate::ResetPassword;
            }
            return self.attach_newest_link(work, message, user).await;
        }
        message.template = MailTemplate::AlreadyRegistered;
        message.user = Some(user.id);
        message.to = user.email;
        Ok(true)
    }

    /// Whether this message is the newest for its purpose: only then it gets a link, and is sent. Two workers may resolve messages
    /// in another order than that in which they were caused, and only the newest link may work.
    async fn attach_newest_link(
        &self,
        work: &mut dyn UnitOfWork,
        message: &mut Message,
        user: User,
    ) -> StoreResult<bool> {
        if let Some(purpose) = message.template.purpose() {
            let current = work.one_time_tokens().current(user.id, purpose).await?;
            // A token that a clock ahead of ours dated would be the newest until that day, so it does not count.
            let latest = self.core.clock.now().after(CLOCKS_APART);
            let is_newer = |created_at| created_at > message.created_at && created_at <= latest;
            if current.is_some_and(|token| is_newer(token.created_at)) {
                return Ok(false);
            }
        }
        // As the owner wrote it: spellings that compare equal here may be other mailboxes elsewhere.
        message.to = user.email;
        message.user = Some(user.id);
        self.core.mailer.attach_link(work, message, user.id).await?;
        Ok(true)
    }
}
