//! How often something may be tried.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use ironplate_domain::{
    AuditDetail, AuditEvent, AuditKind, Client, Email, OrganizationId, TokenSecret, UserId, catalogue,
};
use ironplate_measure::figures;

use crate::{
    audit::Recorder,
    core::Ports,
    fault::{Kind, faults},
    policy::Policy,
    ports::{Bucket, ClientHistory, Clock, Decision, Quota, RateLimiter, Secrets, StoreError, StoreResult},
};

catalogue! {
    /// Something that is limited, each by its own number; `config/default.toml` has the numbers.
    Limit:
    LogInPerAddress = "log_in_per_address": "Log-ins from one range of addresses, failed or not.";
    LogInPerAccount = "log_in_per_account": "Failed log-ins to one account, wherever they come from.";
    LogInPerKnownClient = "log_in_per_known_client": "More failed log-ins to an account that met its limit, from one range of addresses that it was used from.";
    SecondFactorPerAccount = "second_factor_per_account": "Wrong codes of authenticator apps for one account, wherever they come from: by whoever knows its password.";
    SecondFactorPerKnownClient = "second_factor_per_known_client": "More wrong codes for an account that met its limit, from one range of addresses that it was used from.";
    SecondFactorLongTerm = "second_factor_long_term": "Wrong codes of authenticator apps for one account over months, from wherever it was not used from: six digits are guessed in time.";
    RecoveryCodePerAddress = "recovery_code_per_address": "Recovery codes shown from one range of addresses, right or wrong.";
    EnrolmentsPerAccount = "enrolments_per_account": "Authenticator apps and passkeys that one account begins to add.";
    PasskeyChallengesPerAddress = "passkey_challenges_per_address": "Log-ins by passkey, and confirmations by one, that begin from one range of addresses.";
    SignUpPerAddress = "sign_up_per_address": "Sign-ups from one range of addresses.";
    RecoveryPerAddress = "recovery_per_address": "Requests for a recovery mail from one range of addresses.";
    MailPerRecipient = "mail_per_recipient": "Mail that its owner may not have asked for, to one mailbox: recoveries, sign-ups that are verified first, new addresses to be proved.";
    ResetPerAddress = "reset_per_address": "Passwords set by mailed links from one range of addresses.";
    EmailChangePerAccount = "email_change_per_account": "New addresses asked for by one account.";
    VerificationPerAddress = "verification_per_address": "Mailed links followed to prove an address, from one range of addresses.";
    VerificationPerAccount = "verification_per_account": "Requests for another verification mail for one account.";
    RefreshPerAddress = "refresh_per_address": "Refreshes of sessions from one range of addresses.";
    ProfileChangePerAccount = "profile_change_per_account": "Changes of one account's name or address.";
    PasswordChangePerAccount = "password_change_per_account": "Changes of one account's password, and tries with a wrong current one.";
    OrganizationsPerAccount = "organizations_per_account": "Organisations made by one account, and tries to: they tell which slugs are taken.";
    OrganizationChangesPerAccount = "organization_changes_per_account": "Changes of organisations and of what their members are, and tries to, by one account: members are told of them by mail, and a new slug tells which are taken.";
    InvitationsPerAccount = "invitations_per_account": "Invitations sent by one account, again or for the first time.";
    InvitationsPerOrganization = "invitations_per_organization": "Invitations sent to one organisation, by all of its members.";
    InvitationsPerRecipient = "invitations_per_recipient": "Invitations to one mailbox, to all organisations.";
    InvitationsPerAddress = "invitations_per_address": "Mailed links of invitations looked at, accepted, declined and signed up by, from one range of addresses.";
    ExportPerAccount = "export_per_account": "Downloads of all that is stored about one account.";
}

/// A limit that was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Throttle {
    /// How many permits there are in all.
    pub permits: u32,
    /// When the next one is there.
    pub retry_after: Duration,
    /// When all of them are there again.
    pub reset_after: Duration,
}

impl fmt::Display for Throttle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded up, as in the header: whoever comes back then finds a permit.
        let seconds = self.retry_after.as_millis().div_ceil(1_000).max(1);
        let (count, unit) = match seconds {
            0..120 => (seconds, "second"),
            120..7_200 => (seconds.div_ceil(60), "minute"),
            _ => (seconds.div_ceil(3_600), "hour"),
        };
        let plural = if count == 1 { "" } else { "s" };
        write!(out, "Too many attempts. Please try again in {count} {unit}{plural}")
    }
}

/// Why there was no permit.
#[derive(Debug, thiserror::Error)]
pub enum LimitError {
    /// All of them are taken.
    #[error("{0}")]
    Throttled(Throttle),
    /// They could not be counted.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { LimitError:
    Throttled(throttle) => Kind::Throttled(*throttle).coded("too_many_attempts"),
    Store(error) => error.class(),
}

/// One throttled client is recorded so often at the most: a flood must not fill the audit log.
const RECORDED: Quota = Quota { permits: 1, period: Duration::from_mins(1) };

/// Of so many new devices and places one account's owner is told by mail: one who travels would read of nothing else.
const NEW_DEVICES: Quota = Quota { permits: 1, period: Duration::from_hours(1) };

/// Of a passkey that was perhaps copied its owner is told by mail so often.
const COPIES: Quota = Quota { permits: 1, period: Duration::from_hours(24) };

/// Of wrong codes one account's owner is told by mail so often: whoever shows them knows the password.
const GUESSES: Quota = Quota { permits: 1, period: Duration::from_hours(24) };

/// Of an organisation that asks for second factors its members are told by mail so often: whoever owns it may say so, take it back
/// and say it again.
const REQUIREMENTS: Quota = Quota { permits: 1, period: Duration::from_hours(24) };

/// Counts attempts against the limits in force.
#[derive(Clone)]
pub(crate) struct Limiter {
    permits: Arc<dyn RateLimiter>,
    clock: Arc<dyn Clock>,
    secrets: Arc<dyn Secrets>,
    policy: Arc<Policy>,
    recorder: Recorder,
}

/// A permit that was granted, to be kept or given back.
#[must_use = "a permit is kept by dropping it on purpose"]
#[derive(Debug)]
pub(crate) struct Permit(Vec<(Bucket, Quota)>);

impl Permit {
    /// For what is not limited.
    pub(crate) const NONE: Self = Self(Vec::new());
}

/// Who tries something, and on whose account, as far as that is known.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) client: &'a Client,
    pub(crate) actor: Option<UserId>,
    pub(crate) subject: Option<UserId>,
}

impl<'a> Attempt<'a> {
    /// By somebody unknown, on nobody's account.
    pub(crate) fn by(client: &'a Client) -> Self {
        Self { client, actor: None, subject: None }
    }

    /// By somebody unknown, on this account if there is one.
    pub(crate) fn on(client: &'a Client, subject: Option<UserId>) -> Self {
        Self { client, actor: None, subject }
    }

    /// By this user, on their own account.
    pub(crate) fn of(user: UserId, client: &'a Client) -> Self {
        Self { client, actor: Some(user), subject: Some(user) }
    }
}

impl Limiter {
    pub(crate) fn new(ports: &Ports, policy: &Arc<Policy>, recorder: &Recorder) -> Self {
        let Ports { limiter: permits, clock, secrets, .. } = ports.clone();
        Self { permits, clock, secrets, policy: policy.clone(), recorder: recorder.clone() }
    }

    /// Takes a permit of each range of addresses that the client is in. Whoever has no address is on this machine, and not
    /// limited.
    pub(crate) async fn take_for_range(&self, limit: Limit, client: &Client) -> Result<(), LimitError> {
        let mut taken = Vec::new();
        for (range, share) in client.ranges() {
            match self.take_share(limit, share, &range.to_string(), Attempt::by(client)).await {
                Ok(permit) => taken.push(permit),
                Err(error) => {
                    for permit in taken {
                        self.give_back(permit).await?;
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Takes a permit of a user for something on their own account.
    pub(crate) async fn take_for_user(&self, limit: Limit, user: UserId, client: &Client) -> Result<(), LimitError> {
        let _kept = self.take(limit, &user.to_string(), Attempt::of(user, client)).await?;
        Ok(())
    }

    /// Takes a permit for mail to this mailbox that its owner may not have asked for.
    pub(crate) async fn take_for_mailbox(&self, to: &Email, attempt: Attempt<'_>) -> Result<(), LimitError> {
        let _kept = self.take(Limit::MailPerRecipient, to.canonical(), attempt).await?;
        Ok(())
    }

    /// Takes a permit for whoever this text names.
    pub(crate) async fn take(&self, limit: Limit, whose: &str, attempt: Attempt<'_>) -> Result<Permit, LimitError> {
        self.take_share(limit, 1, whose, attempt).await
    }

    async fn take_share(
        &self,
        limit: Limit,
        share: u32,
        whose: &str,
        attempt: Attempt<'_>,
    ) -> Result<Permit, LimitError> {
        let Some(&quota) = self.policy.limits.0.get(&limit) else { return Ok(Permit::NONE) };
        let quota = quota.times(share);
        let bucket = self.bucket(limit, whose);
        match self.permits.take(&bucket, quota, self.clock.now()).await? {
            Decision::Granted => Ok(Permit(vec![(bucket, quota)])),
            Decision::Refused { retry_after, reset_after } => {
                figures().met_limit(limit.name());
                self.record(limit, whose, attempt).await;
                Err(LimitError::Throttled(Throttle { permits: quota.permits, retry_after, reset_after }))
            }
        }
    }

    /// Takes a permit to show a code of an app of this account. When all are taken, a client in a range of addresses that the account
    /// was used from has some of its own, so that nobody elsewhere keeps its owner out.
    pub(crate) async fn take_for_code(
        &self,
        user: UserId,
        history: ClientHistory,
        client: &Client,
    ) -> Result<Permit, LimitError> {
        let (whose, attempt) = (user.to_string(), Attempt::on(client, Some(user)));
        let refused = match self.take_both_for_code(&whose, attempt).await {
            Err(refused @ LimitError::Throttled(_)) => refused,
            outcome => return outcome,
        };
        match client.range().filter(|_| history.range) {
            Some(range) => self.take(Limit::SecondFactorPerKnownClient, &format!("{whose} {range}"), attempt).await,
            None => Err(refused),
        }
    }

    async fn take_both_for_code(&self, whose: &str, attempt: Attempt<'_>) -> Result<Permit, LimitError> {
        let Permit(mut permits) = self.take(Limit::SecondFactorPerAccount, whose, attempt).await?;
        match self.take(Limit::SecondFactorLongTerm, whose, attempt).await {
            Ok(Permit(long_term)) => permits.extend(long_term),
            Err(error) => {
                self.give_back(Permit(permits)).await?;
                return Err(error);
            }
        }
        Ok(Permit(permits))
    }

    /// Takes a permit to tell a user by mail of a new device; `None` when they were told of one just now.
    pub(crate) async fn take_for_new_device(&self, user: UserId) -> StoreResult<Option<Permit>> {
        self.take_for_notice("new_device_mail", NEW_DEVICES, &user.to_string()).await
    }

    /// The same for wrong codes.
    pub(crate) async fn take_for_guesses(&self, user: UserId) -> StoreResult<Option<Permit>> {
        self.take_for_notice("second_factor_guessed_mail", GUESSES, &user.to_string()).await
    }

    /// The same for a passkey that was perhaps copied.
    pub(crate) async fn take_for_copies(&self, user: UserId) -> StoreResult<Option<Permit>> {
        self.take_for_notice("passkey_copied_mail", COPIES, &user.to_string()).await
    }

    /// Takes a permit to tell the members of an organisation by mail that it asks for second factors.
    pub(crate) async fn take_for_requirement(&self, organization: OrganizationId) -> StoreResult<Option<Permit>> {
        self.take_for_notice("second_factor_required_mail", REQUIREMENTS, &organization.to_string()).await
    }

    async fn take_for_notice(&self, limit: &'static str, quota: Quota, whose: &str) -> StoreResult<Option<Permit>> {
        let key = self.secrets.digest(&TokenSecret::new(whose)).0;
        let bucket = Bucket { limit, key };
        let decision = self.permits.take(&bucket, quota, self.clock.now()).await?;
        Ok((decision == Decision::Granted).then_some(Permit(vec![(bucket, quota)])))
    }

    pub(crate) async fn give_back(&self, Permit(permits): Permit) -> StoreResult<()> {
        for (bucket, quota) in permits {
            self.permits.give_back(&bucket, quota).await?;
        }
        Ok(())
    }

    /// Gives all permits back.
    pub(crate) async fn refill(&self, limit: Limit, whose: &str) -> StoreResult<()> {
        self.permits.refill(&self.bucket(limit, whose)).await
    }

    async fn record(&self, limit: Limit, whose: &str, Attempt { client, actor, subject }: Attempt<'_>) {
        // Of a stranger by network: a customer has more ranges of addresses in it than anybody wants to read of.
        let network = client.network().filter(|_| actor.is_none() && subject.is_none());
        let whose = format!("{} {}", limit.name(), network.as_deref().unwrap_or(whose));
        if let Some(passed_over) = self.recorder.may_record("recorded_throttles", &whose, RECORDED).await {
            let event = self.recorder.event(AuditKind::Throttled, client).failed("too_many_attempts");
            let event = passed_over.told_by(event.saying(AuditDetail::Limit, limit.name()));
            self.recorder.record_alone(AuditEvent { actor, subject, ..event }).await;
        }
    }

    fn bucket(&self, limit: Limit, whose: &str) -> Bucket {
        Bucket { limit: limit.name(), key: self.secrets.digest(&TokenSecret::new(whose)).0 }
    }
}

/// The numbers of the limits in force; a limit that is missing is off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits(pub BTreeMap<Limit, Quota>);

impl Limits {
    /// Nothing is limited.
    pub const OFF: Self = Self(BTreeMap::new());
}

impl Default for Limits {
    fn default() -> Self {
        let per = |permits, minutes| Quota { permits, period: Duration::from_mins(minutes) };
        Self(BTreeMap::from([
            (Limit::LogInPerAddress, per(60, 10)),
            (Limit::LogInPerAccount, per(10, 15)),
            (Limit::LogInPerKnownClient, per(10, 15)),
            (Limit::SecondFactorPerAccount, per(10, 60)),
            (Limit::SecondFactorPerKnownClient, per(10, 60)),
            (Limit::SecondFactorLongTerm, per(100, 100 * 24 * 60)),
            (Limit::RecoveryCodePerAddress, per(30, 60)),
            (Limit::EnrolmentsPerAccount, per(20, 24 * 60)),
            (Limit::PasskeyChallengesPerAddress, per(300, 10)),
            (Limit::SignUpPerAddress, per(30, 60)),
            (Limit::RecoveryPerAddress, per(30, 60)),
            (Limit::MailPerRecipient, per(6, 60)),
            (Limit::ResetPerAddress, per(30, 60)),
            (Limit::EmailChangePerAccount, per(10, 60)),
            (Limit::VerificationPerAddress, per(60, 60)),
            (Limit::VerificationPerAccount, per(6, 60)),
            (Limit::RefreshPerAddress, per(600, 10)),
            (Limit::ProfileChangePerAccount, per(60, 60)),
            (Limit::PasswordChangePerAccount, per(10, 15)),
            (Limit::OrganizationsPerAccount, per(20, 24 * 60)),
            (Limit::OrganizationChangesPerAccount, per(100, 60)),
            (Limit::InvitationsPerAccount, per(100, 24 * 60)),
            (Limit::InvitationsPerOrganization, per(500, 24 * 60)),
            (Limit::InvitationsPerRecipient, per(5, 24 * 60)),
            (Limit::InvitationsPerAddress, per(60, 60)),
            (Limit::ExportPerAccount, per(10, 60)),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttle_says_when_to_come_back() {
        let text = |seconds| {
            let (retry_after, reset_after) = (Duration::from_secs(seconds), Duration::ZERO);
            Throttle { permits: 1, retry_after, reset_after }.to_string()
        };
        assert_eq!(text(0), "Too many attempts. Please try again in 1 second");
        assert_eq!(text(90), "Too many attempts. Please try again in 90 seconds");
        assert_eq!(text(121), "Too many attempts. Please try again in 3 minutes");
        assert_eq!(text(43_200), "Too many attempts. Please try again in 12 hours");
    }
}
