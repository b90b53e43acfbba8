//! A message: mail that is owed to somebody, from the moment it was caused until it was sent.

use std::{collections::BTreeMap, time::Duration};

use crate::{Email, SealedToken, Timestamp, TokenPurpose, UserId, id, named_enum};

id! {
    /// Names a [`Message`]; its `Message-ID` is made of it.
    MessageId
}

named_enum! {
    /// Which mail it is; named like the files of its template.
    pub enum MailTemplate {
        /// A link to set a new password. Queued for whoever has the address, which is looked up only when it is sent.
        ResetPassword = "reset_password",
        /// A link to set the first password of an account that an administrator made.
        SetPassword = "set_password",
        /// A link to finish signing up. Queued for whoever has the address, like [`ResetPassword`](Self::ResetPassword).
        FinishSignUp = "finish_sign_up",
        /// A link to prove the account's address.
        VerifyAddress = "verify_address",
        /// A link to prove a new address, sent to the new one.
        ConfirmNewAddress = "confirm_new_address",
        /// The address was changed, or is about to be: told to the old one.
        AddressChanged = "address_changed",
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// Somebody signed up with an address that has an account.
        AlreadyRegistered = "already_registered",
        /// Somebody logged in with a device that was not seen before.
        NewDevice = "new_device",
        /// A session was ended because a refresh token of it was used twice.
        SessionReuse = "session_reuse",
        /// A passkey or an authenticator app was added to the account.
        SecondFactorAdded = "second_factor_added",
        /// A passkey or an authenticator app of the account was removed.
        SecondFactorRemoved = "second_factor_removed",
        /// The account has new recovery codes.
        RecoveryCodesMade = "recovery_codes_made",
        /// A recovery code of the account was used.
        RecoveryCodeUsed = "recovery_code_used",
        /// Somebody took all second factors of the account away.
        SecondFactorsReset = "second_factors_reset",
        /// Somebody who knows the account's password shows wrong codes.
        SecondFactorGuessed = "second_factor_guessed",
        /// Two may have a passkey of the account.
        PasskeyCopied = "passkey_copied",
        /// The account was deleted.
        AccountDeleted = "account_deleted",
        /// A link to take a membership of an organisation. Sent to the address that was invited, whoever has it.
        Invitation = "invitation",
        /// Somebody took an invitation to an organisation: told to them.
        JoinedOrganization = "joined_organization",
        /// A member of an organisation has another role.
        RoleChanged = "role_changed",
        /// Somebody is no member of an organisation any more.
        RemovedFromOrganization = "removed_from_organization",
        /// An organisation has another owner: told to both.
        OwnershipMoved = "ownership_moved",
        /// An organisation asks its members for a second factor from now on: told to them.
        SecondFactorRequired = "second_factor_required",
        /// An organisation was deleted: told to its members.
        OrganizationDeleted = "organization_deleted",
        /// Does mail work?
        TestMail = "test_mail",
    }
}

impl MailTemplate {
    /// What the one-time token behind its link is good for; `None` when there is none.
    #[must_use]
    pub const fn purpose(self) -> Option<TokenPurpose> {
        match self {
            Self::ResetPassword => Some(TokenPurpose::ResetPassword),
            Self::SetPassword => Some(TokenPurpose::SetPassword),
            Self::FinishSignUp => Some(TokenPurpose::FinishSignUp),
            Self::VerifyAddress => Some(TokenPurpose::VerifyEmail),
            Self::ConfirmNewAddress => Some(TokenPurpose::ConfirmEmail),
            Self::AddressChanged
            | Self::PasswordChanged
            | Self::AlreadyRegistered
            | Self::NewDevice
            | Self::SessionReuse
            | Self::SecondFactorAdded
            | Self::SecondFactorRemoved
            | Self::RecoveryCodesMade
            | Self::RecoveryCodeUsed
            | Self::SecondFactorsReset
            | Self::SecondFactorGuessed
            | Self::PasskeyCopied
            | Self::AccountDeleted
            | Self::Invitation
            | Self::JoinedOrganization
            | Self::RoleChanged
            | Self::RemovedFromOrganization
            | Self::OwnershipMoved
            | Self::SecondFactorRequired
            | Self::OrganizationDeleted
            | Self::TestMail => None,
        }
    }

    /// Whether its link has a secret, and acts on something.
    #[must_use]
    pub const fn acts(self) -> bool {
        self.purpose().is_some() || matches!(self, Self::Invitation)
    }

    /// Whether it tells of something that an intruder may have done. It is sent also when the account is deleted meanwhile,
    /// which may have been the intruder, too.
    #[must_use]
    pub const fn is_notice(self) -> bool {
        matches!(
            self,
            Self::AddressChanged
                | Self::PasswordChanged
                | Self::NewDevice
                | Self::SessionReuse
                | Self::SecondFactorAdded
                | Self::SecondFactorRemoved
                | Self::RecoveryCodesMade
                | Self::RecoveryCodeUsed
                | Self::SecondFactorsReset
                | Self::SecondFactorGuessed
                | Self::PasskeyCopied
        )
    }
}

named_enum! {
    /// Something that a mail says and that is no secret.
    pub enum Fact {
        /// The address that an account changed or will change to.
        NewAddress = "new_address",
        /// `true` when that change still waits for its confirmation.
        IsPending = "is_pending",
        /// Until when the link works, as RFC 3339.
        ExpiresAt = "expires_at",
        /// The device of a session, in plain words.
        Device = "device",
        /// The address that a session was opened or used from.
        Address = "address",
        /// What somebody calls their passkey or their authenticator app.
        Factor = "factor",
        /// Which of them it is, `passkey` or `authenticator_app`.
        FactorKind = "factor_kind",
        /// How many recovery codes are left.
        Left = "left",
        /// What an organisation is called.
        Organization = "organization",
        /// What somebody is in it, by the role's name.
        Role = "role",
        /// The address of whoever owns it from now on, told to whoever did before.
        NewOwner = "new_owner",
        /// The address of whoever did it. Missing where that was whoever has the command line.
        By = "by",
    }
}

/// What a mail says besides its link.
pub type Facts = BTreeMap<Fact, String>;

named_enum! {
    /// Where a message is on its way.
    pub enum MessageState {
        /// To be sent when it is due.
        Queued = "queued",
        /// In the hands of a worker; due again when the worker's lease runs out.
        Sending = "sending",
        /// Handed over to the mail server.
        Sent = "sent",
        /// Given up; an operator may retry it.
        Dead = "dead",
    }
}

/// A mail in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Identity, and the stable part of its `Message-ID`.
    pub id: MessageId,
    /// Which mail.
    pub template: MailTemplate,
    /// To whom.
    pub to: Email,
    /// Whose account it is about, whatever address it goes to: only they see it, and it goes with the account. `None`: about
    /// nobody's, or for whoever has the address, who is not looked up yet.
    pub user: Option<UserId>,
    /// What it says.
    pub facts: Facts,
    /// The secret of its link, for this message alone. Gone once the message was sent.
    pub sealed_token: Option<SealedToken>,
    /// When it was caused; its `Date`.
    pub created_at: Timestamp,
    /// Where it is on its way.
    pub state: MessageState,
    /// How often a worker claimed it.
    pub attempts: u32,
    /// When a worker may claim it; while one has it, when another one may.
    pub due_at: Timestamp,
    /// When it was sent or given up.
    pub finished_at: Option<Timestamp>,
    /// What went wrong the last time, for the operator.
    pub last_error: Option<String>,
}

impl Message {
    /// A message that is due at once.
    #[must_use]
    pub fn new(id: MessageId, template: MailTemplate, to: Email, now: Timestamp) -> Self {
        Self {
            id,
            template,
            to,
            user: None,
            facts: Facts::new(),
            sealed_token: None,
            created_at: now,
            state: MessageState::Queued,
            attempts: 0,
            due_at: now,
            finished_at: None,
            last_error: None,
        }
    }

    /// It is about the account of this user.
    #[must_use]
    pub fn about(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    /// It also says this.
    #[must_use]
    pub fn saying(mut self, fact: Fact, text: impl Into<String>) -> Self {
        self.facts.insert(fact, text.into());
        self
    }

    /// Nobody looked up yet who has the address; see [`MailTemplate::ResetPassword`].
    #[must_use]
    pub fn is_unresolved(&self) -> bool {
        self.template.purpose().is_some() && self.sealed_token.is_none()
    }

    /// Whether it is still to be sent, or a worker has it in hand.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        matches!(self.state, MessageState::Queued | MessageState::Sending)
    }

    /// Whether this attempt still has it in hand.
    #[must_use]
    pub fn is_held_by(&self, attempt: u32) -> bool {
        self.state == MessageState::Sending && self.attempts == attempt
    }

    /// A worker has it in hand until then, for one attempt more.
    pub fn claim(&mut self, lease_until: Timestamp) {
        self.state = MessageState::Sending;
        self.attempts += 1;
        self.due_at = lease_until;
    }

    /// The attempt found out whom it goes to, and what it says.
    pub fn resolve(&mut self, resolved: Self) {
        let Self { template, to, user, facts, sealed_token, .. } = resolved;
        (self.template, self.to, self.user) = (template, to, user);
        (self.facts, self.sealed_token) = (facts, sealed_token);
    }

    /// The attempt succeeded.
    pub fn mark_sent(&mut self, now: Timestamp) {
        self.state = MessageState::Sent;
        self.sealed_token = None;
        self.finished_at = Some(now);
    }

    /// The attempt failed for this reason; the next one may begin then.
    pub fn mark_failed(&mut self, error: &str, due_at: Timestamp) {
        self.state = MessageState::Queued;
        self.due_at = due_at;
        self.last_error = Some(storable(error));
    }

    /// The attempt failed for good, for this reason.
    pub fn mark_dead(&mut self, error: &str, now: Timestamp) {
        self.state = MessageState::Dead;
        self.finished_at = Some(now);
        self.last_error = Some(storable(error));
    }

    /// Whether it waits for its next attempt, or was given up.
    #[must_use]
    pub fn can_be_retried(&self) -> bool {
        matches!(self.state, MessageState::Queued | MessageState::Dead)
    }

    /// Due now, as if it had never been tried.
    pub fn retry(&mut self, now: Timestamp) {
        self.state = MessageState::Queued;
        self.attempts = 0;
        self.due_at = now;
        self.finished_at = None;
        self.last_error = None;
    }

    /// Nothing waits longer between two attempts.
    pub const LONGEST_BACK_OFF: Duration = Duration::from_hours(1);

    /// How long to wait before the next attempt after this one failed: `first`, doubled with every attempt, at most an
    /// hour, of which the message's own share lies between half and all. Messages that failed together come back apart.
    #[must_use]
    pub fn back_off(&self, first: Duration) -> Duration {
        let doublings = self.attempts.saturating_sub(1).min(20);
        let whole = first.saturating_mul(1 << doublings).min(Self::LONGEST_BACK_OFF);
        // The last bits of the id are random; the attempt keeps two messages from meeting again and again.
        let (_, random) = self.id.0.as_u64_pair();
        let share = random.rotate_left(self.attempts % 64) % 1_000;
        whole / 2 + whole / 2 * u32::try_from(share).unwrap_or(0) / 1_000
    }
}

/// As all databases can keep it, one of which has no NUL.
fn storable(error: &str) -> String {
    error.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn message(id: u128, attempts: u32) -> Message {
        let to = Email::parse("ann@example.com").unwrap();
        let message =
            Message::new(MessageId(Uuid::from_u128(id)), MailTemplate::TestMail, to, Timestamp::from_seconds(0));
        Message { attempts, ..message }
    }

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        for (attempts, most) in [(1, 10), (2, 20), (3, 40), (9, 2_560), (10, 3_600), (11, 3_600), (1_000, 3_600)] {
            for id in [0, 7, u128::MAX, 0x0190_1234_5678_7abc_8def_0123_4567_89ab] {
                let wait = message(id, attempts).back_off(Duration::from_secs(10));
                assert!(wait <= Duration::from_secs(most), "{attempts}: {wait:?}");
                assert!(wait >= Duration::from_secs(most) / 2, "{attempts}: {wait:?}");
            }
        }
    }

    #[test]
    fn messages_that_failed_together_come_back_apart() {
        let waits: std::collections::BTreeSet<_> =
            (0..100_u128).map(|n| message(n * 0x9E37_79B9_7F4A_7C15, 5).back_off(Duration::from_secs(10))).collect();
        assert!(waits.len() > 90, "{}", waits.len());
    }
}
