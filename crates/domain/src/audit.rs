//! The audit log: what happened, who did it, to whom, and how it ended.

use std::{collections::BTreeMap, fmt};

use crate::{Actor, AuditEventId, Client, Timestamp, User, UserChanges, UserId, catalogue};

catalogue! {
    /// What happened. [`description`](Self::description) tells more, and `docs/SECURITY.md` lists them all.
    AuditKind:
    LogIn = "session.log_in": "Somebody logged in, or failed to; a failure names the account if there is one.";
    LogOut = "session.log_out": "Somebody ended the session that they used.";
    SessionRevoked = "session.revoked": "A session was ended from another one, or by a superuser.";
    SessionsRevoked = "session.all_revoked": "All sessions of an account were ended, perhaps but for the one in use.";
    RefreshReused = "session.refresh_reused": "A refresh token was used again after its successor: the session was ended.";
    RefreshRefused = "session.refresh_refused": "Somebody showed a refresh token that is not known, or whose session is over.";
    SignUp = "account.sign_up": "Somebody made an account, or asked for the link to make one.";
    ProfileChanged = "account.changed": "Somebody changed their own name or address.";
    EmailChangeRequested = "account.email_change_requested": "Somebody asked for a new address, which waits for its confirmation.";
    EmailVerified = "account.email_verified": "A mailed link proved an address; a change that waited for it took place.";
    VerificationRequested = "account.verification_requested": "Somebody asked for another verification mail.";
    PasswordChanged = "account.password_changed": "Somebody changed their password, knowing the current one, or failed to.";
    RecoveryRequested = "account.recovery_requested": "Somebody asked for a link to reset a password. For whom is found out when it is mailed.";
    PasswordReset = "account.password_reset": "A mailed link set a password, or was refused.";
    DataExported = "account.exported": "Somebody downloaded all that is stored about them.";
    AccountDeleted = "account.deleted": "Somebody deleted their own account, or failed to: with a wrong password, for one.";
    UserCreated = "user.created": "A superuser, or the operator, made an account.";
    UserChanged = "user.changed": "A superuser changed an account: its address, name, password, rights or state.";
    UserDeleted = "user.deleted": "A superuser deleted an account.";
    UnclaimedRemoved = "user.unclaimed_removed": "An account that nobody ever claimed made room for whoever proved its address, or for a superuser, or its link expired.";
    ItemChanged = "item.changed": "A superuser changed somebody's item.";
    ItemDeleted = "item.deleted": "A superuser deleted somebody's item.";
    PermissionRefused = "permission.refused": "Somebody tried what they may not do.";
    Throttled = "request.throttled": "Somebody tried something too often. Noted once a minute for each client and limit.";
    TestMailRequested = "mail.test_requested": "A superuser asked for a test mail.";
    MessageRetried = "outbox.retried": "Mail that waited or was given up was queued anew.";
    MessageDiscarded = "outbox.discarded": "A message was removed from the outbox.";
    AuditExported = "audit.exported": "The operator exported audit events.";
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditOutcome {
    /// It took effect.
    Success,
    /// It was refused, and changed nothing.
    Failure,
}

impl AuditOutcome {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Success, Self::Failure];

    /// The name by which it is stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    /// The outcome of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// Something that an event also says. Never a secret, never an address or a name: events outlive the accounts they are
/// about, so that they hold nothing of a person but what [`Client`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditDetail {
    /// Why it failed: the `code` of the answer.
    Reason,
    /// The session that it is about.
    Session,
    /// How the session shows itself, `token` or `cookie`.
    SessionKind,
    /// The names of the fields that changed.
    Fields,
    /// What was tried.
    Action,
    /// What it was tried on.
    Resource,
    /// The limit that was met.
    Limit,
    /// The message that it is about.
    Message,
    /// How many it was about.
    Count,
    /// Whether the account can be used: before and after, or at first.
    IsActive,
    /// Whether the account administers others: before and after, or at first.
    IsSuperuser,
    /// Whether its address is proved: before and after, or at first.
    IsVerified,
    /// The item that it is about.
    Item,
    /// By what name the operator is logged in to the machine.
    Operator,
    /// How many like it were not recorded since the last one that was, by the same server.
    PassedOver,
}

impl AuditDetail {
    /// All there are.
    pub const ALL: [Self; 15] = [
        Self::Reason,
        Self::Session,
        Self::SessionKind,
        Self::Fields,
        Self::Action,
        Self::Resource,
        Self::Limit,
        Self::Message,
        Self::Count,
        Self::IsActive,
        Self::IsSuperuser,
        Self::IsVerified,
        Self::Item,
        Self::Operator,
        Self::PassedOver,
    ];

    /// The name by which it is stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::Session => "session",
            Self::SessionKind => "session_kind",
            Self::Fields => "fields",
            Self::Action => "action",
            Self::Resource => "resource",
            Self::Limit => "limit",
            Self::Message => "message",
            Self::Count => "count",
            Self::IsActive => "is_active",
            Self::IsSuperuser => "is_superuser",
            Self::IsVerified => "is_verified",
            Self::Item => "item",
            Self::Operator => "operator",
            Self::PassedOver => "passed_over",
        }
    }

    /// The detail of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detail| detail.name() == name)
    }
}

/// What an event says besides its columns.
pub type AuditDetails = BTreeMap<AuditDetail, String>;

/// Something that happened. Once recorded it is never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Identity.
    pub id: AuditEventId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: AuditKind,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Who did it, if that is known. An id that no account has any more is a pseudonym.
    pub actor: Option<UserId>,
    /// Whose account it was done to, if it was done to one.
    pub subject: Option<UserId>,
    /// What else there is to say.
    pub details: AuditDetails,
    /// Where the request came from.
    pub client: Client,
}

impl AuditEvent {
    /// Something that took effect, done by nobody known and to nobody.
    #[must_use]
    pub fn new(id: AuditEventId, at: Timestamp, kind: AuditKind, client: &Client) -> Self {
        let (outcome, details, client) = (AuditOutcome::Success, AuditDetails::new(), client.clone());
        Self { id, at, kind, outcome, actor: None, subject: None, details, client }
    }

    /// Done by this user.
    #[must_use]
    pub fn by(self, actor: UserId) -> Self {
        Self { actor: Some(actor), ..self }
    }

    /// Done to this user.
    #[must_use]
    pub fn on(self, subject: UserId) -> Self {
        Self { subject: Some(subject), ..self }
    }

    /// Done by this user to themselves.
    #[must_use]
    pub fn by_and_on(self, user: UserId) -> Self {
        self.by(user).on(user)
    }

    /// Done by this actor to this user.
    #[must_use]
    pub fn between(self, actor: Actor, subject: UserId) -> Self {
        self.by(actor.user).on(subject)
    }

    /// It was refused, with this code.
    #[must_use]
    pub fn failed(self, reason: &str) -> Self {
        Self { outcome: AuditOutcome::Failure, ..self }.saying(AuditDetail::Reason, reason)
    }

    /// It also says what changed of this user: the fields, and of rights and state the old and the new value.
    #[must_use]
    pub fn saying_changes(self, changes: &UserChanges, before: &User) -> Self {
        let values = [
            (AuditDetail::IsActive, before.is_active, changes.is_active),
            (AuditDetail::IsSuperuser, before.is_superuser, changes.is_superuser),
            (AuditDetail::IsVerified, before.is_verified, changes.is_verified),
        ];
        let event = self.saying(AuditDetail::Fields, changes.fields().join(" "));
        values.into_iter().fold(event, |event, (detail, old, new)| match new {
            Some(new) => event.saying(detail, format_args!("{old} -> {new}")),
            None => event,
        })
    }

    /// It also says this.
    #[must_use]
    pub fn saying(mut self, detail: AuditDetail, text: impl fmt::Display) -> Self {
        self.details.insert(detail, format!("{text}"));
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_known_again() {
        assert!(AuditKind::ALL.iter().all(|it| AuditKind::from_name(it.name()) == Some(*it)));
        assert!(AuditOutcome::ALL.into_iter().all(|it| AuditOutcome::from_name(it.name()) == Some(it)));
        assert!(AuditDetail::ALL.into_iter().all(|it| AuditDetail::from_name(it.name()) == Some(it)));
        assert_eq!(AuditKind::from_name("session"), None);
    }

    #[test]
    fn every_kind_has_a_name_of_its_own_and_a_description() {
        let names: BTreeSet<_> = AuditKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), AuditKind::ALL.len());
        assert!(AuditKind::ALL.iter().all(|kind| kind.description().ends_with('.')));
    }
}
