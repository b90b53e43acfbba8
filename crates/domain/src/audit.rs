//! The audit log: what happened, who did it, to whom, and how it ended.

use std::{collections::BTreeMap, fmt};

use crate::{Actor, Changes, Client, OrganizationId, Timestamp, User, UserChanges, UserId, catalogue, id, named_enum};

id! {
    /// Names an [`AuditEvent`].
    AuditEventId
}

catalogue! {
    /// What happened. [`description`](Self::description) tells more, and `docs/SECURITY.md` lists them all.
    AuditKind:
    LogIn = "session.log_in", "Log-in": "Somebody logged in, or failed to; a failure names the account if there is one.";
    SecondFactorAsked = "session.second_factor_asked", "Code asked for at a log-in": "Somebody gave the right password, and was asked for a second factor.";
    SessionConfirmed = "session.confirmed", "Asked again who it is": "Somebody proved once more who they are, inside of a session; or failed to.";
    LogOut = "session.log_out", "Log-out": "Somebody ended the session that they used.";
    SessionRevoked = "session.revoked", "Device logged out": "A session was ended from another one, or by a superuser.";
    SessionsRevoked = "session.all_revoked", "All devices logged out": "All sessions of an account were ended, perhaps but for the one in use.";
    RefreshReused = "session.refresh_reused", "Refresh token used twice": "A refresh token was used again after its successor: the session was ended.";
    RefreshRefused = "session.refresh_refused", "Refresh refused": "Somebody showed a refresh token that is not known, or whose session is over.";
    SignUp = "account.sign_up", "Sign-up": "Somebody made an account, or asked for the link to make one.";
    ProfileChanged = "account.changed", "Profile changed": "Somebody changed their own name or address.";
    EmailChangeRequested = "account.email_change_requested", "New address asked for": "Somebody asked for a new address, which waits for its confirmation.";
    EmailVerified = "account.email_verified", "Address confirmed": "A mailed link proved an address; a change that waited for it took place.";
    VerificationRequested = "account.verification_requested", "Link to confirm the address asked for": "Somebody asked for another verification mail.";
    PasswordChanged = "account.password_changed", "Password changed": "Somebody changed their password, knowing the current one, or failed to.";
    RecoveryRequested = "account.recovery_requested", "Link for a new password asked for": "Somebody asked for a link to reset a password. For whom is found out when it is mailed.";
    PasswordReset = "account.password_reset", "Password set by a link": "A mailed link set a password, or was refused.";
    SecondFactorAdded = "second_factor.added", "Second factor added": "Somebody added a passkey, or showed the first code of an authenticator app: it is asked for from then on; or failed to.";
    SecondFactorRenamed = "second_factor.renamed", "Second factor renamed": "Somebody called a passkey or an authenticator app otherwise.";
    SecondFactorRemoved = "second_factor.removed", "Second factor removed": "Somebody removed a passkey or an authenticator app of theirs.";
    RecoveryCodesMade = "second_factor.recovery_codes_made", "Recovery codes made": "Somebody got new recovery codes, with their first second factor or in the place of older ones.";
    RecoveryCodeUsed = "second_factor.recovery_code_used", "Recovery code used": "Somebody used up a recovery code in the place of a code.";
    SecondFactorsReset = "second_factor.reset", "Second factors reset": "A superuser, the operator, or whoever proved for the first time whose the address is, took all second factors and recovery codes of an account away.";
    TrustedDeviceAdded = "trusted_device.added", "Device trusted": "Somebody showed a second factor, and chose not to be asked for it again on this device for a time.";
    TrustedDeviceRemoved = "trusted_device.removed", "Device no longer trusted": "Somebody removed a trusted device of theirs: it is asked for a second factor again.";
    TrustedDevicesRemoved = "trusted_device.all_removed", "No device trusted any more": "All trusted devices of an account were removed: by hand, or by logging out everywhere.";
    PasskeyCountWentBack = "passkey.count_went_back", "Passkey perhaps copied": "A passkey signed that says to have signed less often than before, so that two may have it: it was refused.";
    DataExported = "account.exported", "Data exported": "Somebody downloaded all that is stored about them.";
    AccountDeleted = "account.deleted", "Own account deleted": "Somebody deleted their own account, or failed to.";
    UserCreated = "user.created", "User created": "A superuser, or the operator, made an account.";
    UserChanged = "user.changed", "User changed": "A superuser, or the operator, changed an account: its address, name, password, rights or state.";
    UserImported = "user.imported", "User imported": "The operator brought an account in from another system, with the password that it had there.";
    UserDeleted = "user.deleted", "User deleted": "A superuser, or the operator, deleted an account.";
    UnclaimedRemoved = "user.unclaimed_removed", "Unclaimed account removed": "An account that nobody ever claimed made room for whoever proved its address, or for a superuser, or its link expired.";
    ItemsImported = "item.imported", "Items imported": "The operator brought items of a user in from another system.";
    ItemChanged = "item.changed", "Item of somebody changed": "A superuser changed somebody's item.";
    ItemDeleted = "item.deleted", "Item deleted": "Somebody deleted an item of theirs, or a superuser somebody's.";
    ItemMoved = "item.moved", "Item moved": "Somebody made an item another owner's. Noted within each organisation that it left or came to.";
    OrganizationCreated = "organization.created", "Organisation made": "Somebody made an organisation, and became its owner; or was refused that.";
    OrganizationChanged = "organization.changed", "Organisation changed": "Somebody changed the name or the slug of an organisation.";
    OrganizationDeleted = "organization.deleted", "Organisation deleted": "Somebody deleted an organisation with all that it had: by itself, or with the account of its only owner.";
    MemberInvited = "organization.member_invited", "Invitation sent": "Somebody invited somebody to an organisation, one event an address; or was refused that.";
    InvitationResent = "organization.invitation_resent", "Invitation sent again": "Somebody sent an invitation again: with a new link, and as theirs from then on.";
    InvitationRevoked = "organization.invitation_revoked", "Invitation revoked": "Somebody took an invitation back.";
    InvitationDeclined = "organization.invitation_declined", "Invitation declined": "Whoever was invited declined; by the link, they need not have an account.";
    MemberJoined = "organization.member_joined", "Invitation accepted": "Somebody took an invitation, and is a member of the organisation; or was refused that.";
    MemberLeft = "organization.member_left", "Organisation left": "A member left an organisation, or went with their account.";
    MemberRemoved = "organization.member_removed", "Member removed": "Somebody removed a member from an organisation.";
    RoleChanged = "organization.role_changed", "Role changed": "Somebody gave a member of an organisation another role.";
    OwnershipMoved = "organization.ownership_moved", "Ownership moved": "Somebody made a member the owner of an organisation, in their own place if they were one.";
    PermissionRefused = "permission.refused", "Tried without permission": "Somebody tried what they may not do.";
    Throttled = "request.throttled", "Tried too often": "Somebody tried something too often. Noted once a minute for each client and limit.";
    TestMailRequested = "mail.test_requested", "Test mail asked for": "A superuser asked for a test mail.";
    MessageRetried = "outbox.retried", "Mail queued again": "Mail that waited or was given up was queued anew.";
    MessageDiscarded = "outbox.discarded", "Mail discarded": "A message was removed from the outbox.";
    LimitsCleared = "limits.cleared", "Limits cleared": "The operator gave permits of limits back: those of an address, of an account, or all.";
    AuditExported = "audit.exported", "Audit log exported": "The operator exported audit events.";
}

named_enum! {
    /// How it ended.
    pub enum AuditOutcome {
        /// It took effect.
        Success = "success",
        /// It was refused, and changed nothing.
        Failure = "failure",
    }
}

catalogue! {
    /// Something that an event also says. Never a secret, an email address or a user's name: events outlive the accounts they are
    /// about, so that they hold nothing of a user but what [`Client`] tells.
    AuditDetail:
    Reason = "reason", "Reason": "Why it failed: the `code` of the answer.";
    Session = "session", "Session": "The session that it is about.";
    SessionKind = "session_kind", "Kind of session": "How the session shows itself, `token` or `cookie`.";
    Fields = "fields", "Changed": "The names of the fields that changed.";
    Action = "action", "Action": "What was tried.";
    Resource = "resource", "On": "What it was tried on.";
    Limit = "limit", "Limit": "The limit that was met.";
    Whose = "whose", "Whose": "Whose limits: `all`, `account` (whose events it is among), `no account`, or a network address.";
    Message = "message", "Message": "The message that it is about.";
    Count = "count", "How many": "How many it was about.";
    IsActive = "is_active", "Active": "Whether the account can be used: before and after, or at first.";
    IsSuperuser = "is_superuser", "Superuser": "Whether the account administers others: before and after, or at first.";
    IsVerified = "is_verified", "Verified": "Whether its address is proved: before and after, or at first.";
    Role = "role", "Role": "A member's role: the one that they get, or before and after.";
    Invitation = "invitation", "Invitation": "The invitation that it is about.";
    SecondFactor = "second_factor", "Proved by": "What was shown beside the password, or in its place: `passkey`, `authenticator_app` or `recovery_code`; or `trusted_device`, where that stood in.";
    Factor = "factor", "Second factor": "The passkey or the authenticator app that it is about.";
    TrustedDevice = "trusted_device", "Trusted device": "The trusted device that it is about.";
    Owner = "owner", "Owner": "Whose it was, and whose it is: `user …` or `organization …`.";
    Item = "item", "Item": "The item that it is about.";
    Operator = "operator", "Operator": "By what name the operator is logged in to the machine.";
    PassedOver = "passed_over", "More like it before": "How many like it were not recorded since the last one that was, by the same server.";
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
    /// Within which organisation, if it was within one. An id that none has any more is a pseudonym.
    pub organization: Option<OrganizationId>,
    /// What else there is to say.
    pub details: AuditDetails,
    /// Where the request came from.
    pub client: Client,
}

impl AuditEvent {
    /// Something that took effect, done by nobody known, to nobody, and within no organisation.
    #[must_use]
    pub fn new(id: AuditEventId, at: Timestamp, kind: AuditKind, client: &Client) -> Self {
        let (outcome, details, client) = (AuditOutcome::Success, AuditDetails::new(), client.clone());
        Self { id, at, kind, outcome, actor: None, subject: None, organization: None, details, client }
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

    /// Done within this organisation.
    #[must_use]
    pub fn within(self, organization: OrganizationId) -> Self {
        Self { organization: Some(organization), ..self }
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
    use super::*;

    #[test]
    fn every_kind_has_a_description() {
        assert!(AuditKind::ALL.iter().all(|kind| kind.description().ends_with('.')));
    }
}
