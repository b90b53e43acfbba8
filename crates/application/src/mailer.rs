//! Mail as use cases cause it: enqueued in their own unit of work, with the token behind its link.

use std::sync::Arc;

use ironplate_domain::{
    Email, Fact, Invitation, MailTemplate, Message, MessageId, OneTimeToken, Organization, TokenSecret, User, UserId,
};
use ironplate_measure::{SpanKind, traced};
use secrecy::SecretString;

use crate::{
    core::Ports,
    policy::Policy,
    ports::{Clock, Secrets, StoreResult, TokenSealer, UnitOfWork},
};

/// Enqueues mail. Nothing is sent before the unit of work is committed, and nothing if it is not.
#[derive(Clone)]
pub(crate) struct Mailer {
    clock: Arc<dyn Clock>,
    secrets: Arc<dyn Secrets>,
    sealer: Arc<dyn TokenSealer>,
    policy: Arc<Policy>,
}

impl Mailer {
    pub(crate) fn new(ports: &Ports, policy: &Arc<Policy>) -> Self {
        let Ports { clock, secrets, sealer, .. } = ports.clone();
        Self { clock, secrets, sealer, policy: policy.clone() }
    }

    /// A message that is not enqueued yet.
    pub(crate) fn message(&self, template: MailTemplate, to: &Email) -> Message {
        Message::new(MessageId(self.secrets.id()), template, to.clone(), self.clock.now())
    }

    /// Enqueues mail whose link acts on nothing, or whose addressee is looked up when it is sent.
    pub(crate) async fn enqueue(&self, work: &mut dyn UnitOfWork, message: &Message) -> StoreResult<()> {
        if !self.policy.sends_mail {
            return Ok(());
        }
        traced(SpanKind::Enqueued(message.id.0), message.template.name(), work.outbox().enqueue(message)).await
    }

    /// The same for many.
    pub(crate) async fn enqueue_all(&self, work: &mut dyn UnitOfWork, messages: &[Message]) -> StoreResult<()> {
        if self.policy.sends_mail { work.outbox().enqueue_all(messages).await } else { Ok(()) }
    }

    /// Enqueues mail with a link for this user, and stores the token behind it. Their older links of this purpose are
    /// worthless from here on.
    pub(crate) async fn enqueue_link(
        &self,
        work: &mut dyn UnitOfWork,
        template: MailTemplate,
        user: UserId,
        to: &Email,
    ) -> StoreResult<()> {
        if !self.policy.sends_mail {
            return Ok(());
        }
        let mut message = self.message(template, to).about(user);
        self.attach_link(work, &mut message, user).await?;
        self.enqueue(work, &message).await
    }

    /// The same work without the mail, for a link that nobody gets: neither the answer nor its time may tell that.
    pub(crate) async fn withhold_link(
        &self,
        work: &mut dyn UnitOfWork,
        template: MailTemplate,
        user: UserId,
        to: &Email,
    ) -> StoreResult<()> {
        if !self.policy.sends_mail {
            return Ok(());
        }
        self.attach_link(work, &mut self.message(template, to), user).await
    }

    /// Stores a new token of the template's purpose for this user and the message's address, and seals its secret into
    /// the message. The user must be locked, or new.
    pub(crate) async fn attach_link(
        &self,
        work: &mut dyn UnitOfWork,
        message: &mut Message,
        user: UserId,
    ) -> StoreResult<()> {
        let Some(purpose) = message.template.purpose() else { return Ok(()) };
        let (secret, digest) = self.secrets.token();
        let expires_at = self.clock.now().after(self.policy.lifetimes.of(purpose));
        let (email, created_at) = (message.to.clone(), message.created_at);
        let token = OneTimeToken { digest, user, purpose, email, created_at, expires_at };
        work.one_time_tokens().issue(&token).await?;
        message.sealed_token = Some(self.sealer.seal(message.id, &secret));
        message.facts.insert(Fact::ExpiresAt, expires_at.to_string());
        Ok(())
    }

    /// The mail with the link to take this invitation, whose digest is the secret's. Whoever has the address is not looked up, so
    /// it is about nobody's account. It says by what address who invites is reached, and not what they call themselves: to a
    /// stranger that would be an advertisement.
    pub(crate) fn invitation(
        &self,
        invitation: &Invitation,
        secret: &TokenSecret,
        organization: &Organization,
        by: &Email,
    ) -> Message {
        let message = self.message(MailTemplate::Invitation, &invitation.email);
        let message = message
            .saying(Fact::Organization, organization.name.as_str())
            .saying(Fact::Role, invitation.role.name())
            .saying(Fact::By, by.as_str())
            .saying(Fact::ExpiresAt, invitation.expires_at.to_string());
        Message { sealed_token: Some(self.sealer.seal(message.id, secret)), ..message }
    }

    /// What follows when an address was changed without its owner's confirmation: the old links are worthless, the old
    /// address is told, and the new one gets a link to prove it.
    pub(crate) async fn follow_address_change(
        &self,
        work: &mut dyn UnitOfWork,
        before: &User,
        after: &User,
    ) -> StoreResult<()> {
        work.one_time_tokens().revoke_all_for(after.id).await?;
        let notice = self.message(MailTemplate::AddressChanged, &before.email).about(after.id);
        let notice = notice.saying(Fact::NewAddress, after.email.as_str());
        self.enqueue(work, &notice).await?;
        // Whoever was invited still needs a password, and setting one proves the address, too.
        let needs_password = after.password_hash.is_none();
        let template = if needs_password { MailTemplate::SetPassword } else { MailTemplate::VerifyAddress };
        self.enqueue_link(work, template, after.id, &after.email).await
    }
}

/// The addresses of the pages that mailed links lead to. They begin with a configured host, whatever a request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// Where people reach the product: `https://app.example.com`, without a slash at the end.
    pub frontend_host: String,
    /// Where the dashboard is reached, which has every page: the same, unless a web client lives there and the server elsewhere.
    pub dashboard_host: String,
    /// The paths of those pages that this web client has itself.
    pub client_pages: Vec<&'static str>,
}

impl Default for Links {
    fn default() -> Self {
        let here = "http://127.0.0.1:8000";
        Self { frontend_host: here.to_owned(), dashboard_host: here.to_owned(), client_pages: Vec::new() }
    }
}

impl Links {
    /// Where a mail of this template leads; `secret` is the token behind the link, if it has one.
    pub(crate) fn of(&self, template: MailTemplate, secret: Option<&TokenSecret>) -> SecretString {
        let client = || format!("{}/", self.frontend_host);
        let page = match template {
            MailTemplate::ResetPassword | MailTemplate::SetPassword | MailTemplate::FinishSignUp => "/reset-password",
            MailTemplate::VerifyAddress | MailTemplate::ConfirmNewAddress => "/verify-email",
            MailTemplate::Invitation => "/invitation",
            MailTemplate::AlreadyRegistered => return self.page("/login").into(),
            MailTemplate::PasskeyCopied | MailTemplate::SecondFactorRequired => return self.security().into(),
            MailTemplate::AddressChanged
            | MailTemplate::PasswordChanged
            | MailTemplate::NewDevice
            | MailTemplate::SessionReuse
            | MailTemplate::SecondFactorAdded
            | MailTemplate::SecondFactorRemoved
            | MailTemplate::RecoveryCodesMade
            | MailTemplate::RecoveryCodeUsed
            | MailTemplate::SecondFactorsReset
            | MailTemplate::SecondFactorGuessed => return self.page("/recover-password").into(),
            MailTemplate::AccountDeleted
            | MailTemplate::JoinedOrganization
            | MailTemplate::RoleChanged
            | MailTemplate::RemovedFromOrganization
            | MailTemplate::OwnershipMoved
            | MailTemplate::OrganizationDeleted
            | MailTemplate::TestMail => return client().into(),
        };
        let Some(secret) = secret else { return client().into() };
        format!("{}?token={}", self.page(page), secret.expose()).into()
    }

    /// Where people log in who are asked for more than a password, whatever web client there is.
    pub(crate) fn log_in(&self) -> String {
        format!("{}/dashboard/log-in", self.dashboard_host)
    }

    /// Where people see and remove what they log in by.
    pub(crate) fn security(&self) -> String {
        format!("{}/dashboard/settings/security", self.dashboard_host)
    }

    fn page(&self, path: &str) -> String {
        let host = if self.client_pages.contains(&path) { &self.frontend_host } else { &self.dashboard_host };
        format!("{host}{path}")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_page_that_the_web_client_lacks_is_the_dashboards_wherever_that_is() {
        let links = Links {
            frontend_host: "https://app.example.com".to_owned(),
            dashboard_host: "https://api.example.com".to_owned(),
            client_pages: vec!["/login", "/reset-password"],
        };
        let secret = TokenSecret::new("s");
        for (template, link) in [
            (MailTemplate::ResetPassword, "https://app.example.com/reset-password?token=s"),
            (MailTemplate::VerifyAddress, "https://api.example.com/verify-email?token=s"),
            (MailTemplate::Invitation, "https://api.example.com/invitation?token=s"),
            (MailTemplate::AlreadyRegistered, "https://app.example.com/login"),
            (MailTemplate::NewDevice, "https://api.example.com/recover-password"),
            (MailTemplate::PasskeyCopied, "https://api.example.com/dashboard/settings/security"),
            (MailTemplate::AccountDeleted, "https://app.example.com/"),
        ] {
            assert_eq!(links.of(template, Some(&secret)).expose_secret(), link);
        }
    }
}
