//! A mail of each sort, to try templates on.

use std::{sync::LazyLock, time::Duration};

use ironplate_application::ports::TemplateContext;
use ironplate_domain::{Email, Fact, Facts, MailTemplate, Timestamp};

/// 2026-11-22T06:09:00Z.
const MOMENT: Timestamp = Timestamp::from_seconds(1_795_327_740);

const HOST: &str = "https://app.example.com";

/// As long as real ones, and of no use.
const TOKEN: &str = "sample-0123456789-0123456789-0123456789-012";

static EMAILS: LazyLock<(Email, Email)> = LazyLock::new(|| {
    let email = |text: &str| Email::from_stored(text.to_owned(), text.to_owned());
    (email("ann@example.com"), email("ann@example.org"))
});

/// Sample mails.
#[derive(Debug, Clone, Copy)]
pub struct Samples;

impl Samples {
    /// At least one of each template; where a template says one of two things, one of each.
    #[must_use]
    pub fn all() -> Vec<TemplateContext> {
        let done = Self::of(MailTemplate::AddressChanged);
        let mut pending = done.clone();
        pending.facts.insert(Fact::IsPending, "true".to_owned());
        let mut from_nowhere = Self::of(MailTemplate::NewDevice);
        from_nowhere.facts.remove(&Fact::Address);
        let mut handed_over = Self::of(MailTemplate::OwnershipMoved);
        handed_over.facts.insert(Fact::NewOwner, EMAILS.1.to_string());
        let mut by_operator = Self::of(MailTemplate::OrganizationDeleted);
        by_operator.facts.remove(&Fact::By);
        let mut last_code = Self::of(MailTemplate::RecoveryCodeUsed);
        last_code.facts.insert(Fact::Left, "0".to_owned());
        last_code.facts.remove(&Fact::Address);
        let mut reset_by = Self::of(MailTemplate::SecondFactorsReset);
        reset_by.facts.insert(Fact::By, EMAILS.1.to_string());
        let mut reset_by_link = reset_by.clone();
        reset_by_link.facts.insert(Fact::By, reset_by.to.to_string());
        let of_passkey = [MailTemplate::SecondFactorAdded, MailTemplate::SecondFactorRemoved].map(|template| {
            let mut mail = Self::of(template);
            mail.facts.insert(Fact::FactorKind, "passkey".to_owned());
            mail
        });
        let others = [pending, from_nowhere, handed_over, by_operator, last_code, reset_by, reset_by_link]
            .into_iter()
            .chain(of_passkey);
        MailTemplate::ALL.into_iter().map(Self::of).chain(others).collect()
    }

    /// A mail of this template.
    #[must_use]
    pub fn of(template: MailTemplate) -> TemplateContext {
        let (old, new) = &*EMAILS;
        let mut facts = Facts::new();
        if template.acts() {
            let lifetime = Duration::from_hours(48);
            facts.insert(Fact::ExpiresAt, MOMENT.after(lifetime).to_string());
        }
        if template == MailTemplate::AddressChanged {
            facts.insert(Fact::NewAddress, new.to_string());
        }
        if matches!(
            template,
            MailTemplate::NewDevice
                | MailTemplate::SessionReuse
                | MailTemplate::RecoveryCodeUsed
                | MailTemplate::SecondFactorGuessed
                | MailTemplate::PasskeyCopied
        ) {
            facts.insert(Fact::Device, "Firefox on Windows".to_owned());
        }
        if matches!(template, MailTemplate::NewDevice | MailTemplate::RecoveryCodeUsed) {
            facts.insert(Fact::Address, "203.0.113.7".to_owned());
        }
        if matches!(
            template,
            MailTemplate::SecondFactorAdded | MailTemplate::SecondFactorRemoved | MailTemplate::PasskeyCopied
        ) {
            facts.insert(Fact::Factor, "Ann’s phone".to_owned());
        }
        if matches!(template, MailTemplate::SecondFactorAdded | MailTemplate::SecondFactorRemoved) {
            facts.insert(Fact::FactorKind, "authenticator_app".to_owned());
        }
        if template == MailTemplate::RecoveryCodeUsed {
            facts.insert(Fact::Left, "9".to_owned());
        }
        if is_of_organization(template) {
            facts.insert(Fact::Organization, "Acme & Söhne".to_owned());
            facts.insert(Fact::Role, "admin".to_owned());
            facts.insert(Fact::By, new.to_string());
        }
        let to = if template == MailTemplate::ConfirmNewAddress { new } else { old };
        TemplateContext { template, to: to.clone(), facts, link: link(template).into(), created_at: MOMENT }
    }
}

fn is_of_organization(template: MailTemplate) -> bool {
    matches!(
        template,
        MailTemplate::Invitation
            | MailTemplate::JoinedOrganization
            | MailTemplate::RoleChanged
            | MailTemplate::RemovedFromOrganization
            | MailTemplate::OwnershipMoved
            | MailTemplate::SecondFactorRequired
            | MailTemplate::OrganizationDeleted
    )
}

fn link(template: MailTemplate) -> String {
    let page = match template {
        MailTemplate::ResetPassword | MailTemplate::SetPassword | MailTemplate::FinishSignUp => "reset-password",
        MailTemplate::VerifyAddress | MailTemplate::ConfirmNewAddress => "verify-email",
        MailTemplate::Invitation => "invitation",
        MailTemplate::AddressChanged
        | MailTemplate::PasswordChanged
        | MailTemplate::NewDevice
        | MailTemplate::SessionReuse
        | MailTemplate::SecondFactorAdded
        | MailTemplate::SecondFactorRemoved
        | MailTemplate::RecoveryCodesMade
        | MailTemplate::RecoveryCodeUsed
        | MailTemplate::SecondFactorsReset
        | MailTemplate::SecondFactorGuessed => return format!("{HOST}/recover-password"),
        MailTemplate::AlreadyRegistered => return format!("{HOST}/login"),
        MailTemplate::PasskeyCopied | MailTemplate::SecondFactorRequired => {
            return format!("{HOST}/dashboard/settings/security");
        }
        MailTemplate::AccountDeleted
        | MailTemplate::JoinedOrganization
        | MailTemplate::RoleChanged
        | MailTemplate::RemovedFromOrganization
        | MailTemplate::OwnershipMoved
        | MailTemplate::OrganizationDeleted
        | MailTemplate::TestMail => return format!("{HOST}/"),
    };
    format!("{HOST}/{page}?token={TOKEN}")
}
