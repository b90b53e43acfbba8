//! What an operator decides.

use std::time::Duration;

use ironplate_domain::{Actor, SessionSpans, TokenPurpose, User};

use crate::{limits::Limits, mailer::Links, ports::RelyingParty};

/// Settings that use cases heed. The defaults are those of `config/default.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Who may make an account.
    pub registration: RegistrationMode,
    /// A new address counts only once its link was followed.
    pub confirm_email_change: bool,
    /// Also whoever acts by a token is asked for a recent proof of who they are before they do what clients of the contract know
    /// without. Whoever acts by a cookie always is.
    pub ask_again: bool,
    /// Where the pages are that mailed links lead to.
    pub links: Links,
    /// For whom passkeys sign; `None`: there are no passkeys.
    pub relying_party: Option<RelyingParty>,
    /// Who must have a second factor.
    pub second_factor: SecondFactorPolicy,
    /// How long links work.
    pub lifetimes: TokenLifetimes,
    /// Without, no mail is enqueued.
    pub sends_mail: bool,
    /// How mail is sent.
    pub delivery: DeliveryPolicy,
    /// How long sessions last.
    pub sessions: SessionPolicy,
    /// How old lists and figures may be that are read elsewhere than where they are written; `None`: nobody reads elsewhere.
    pub stale_reads: Option<Duration>,
    /// How often things may be tried.
    pub limits: Limits,
    /// Who may make organisations, how many, and how people come into them.
    pub organizations: OrganizationPolicy,
    /// So many items one user may have.
    pub most_items: u32,
    /// So many items one organisation may have.
    pub most_items_of_organization: u32,
    /// How long audit events are kept; `None` keeps them for good.
    pub keep_audit: Option<Duration>,
}

/// How long sessions last, and what is remembered of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionPolicy {
    /// How long they live.
    pub spans: SessionSpans,
    /// How long a refresh token that was replaced still gives its successor, from the first use of the access token that came
    /// with the successor on. Zero: it never gives it twice.
    pub reuse_window: Duration,
    /// So many live sessions a user has at the most; a new one ends the one that was not used for the longest time.
    pub most_per_user: u32,
    /// How long a proof of who somebody is counts as recent, for what asks for one.
    pub recent: Duration,
    /// How long a device is trusted once somebody chose so: it is asked for no second factor. Zero: none is.
    pub trust_device: Duration,
    /// How long sessions that are over are kept, to recognise devices and addresses by them.
    pub keep_ended: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            registration: RegistrationMode::default(),
            confirm_email_change: false,
            ask_again: false,
            links: Links::default(),
            relying_party: None,
            second_factor: SecondFactorPolicy::default(),
            lifetimes: TokenLifetimes::default(),
            sends_mail: true,
            delivery: DeliveryPolicy::default(),
            sessions: SessionPolicy::default(),
            limits: Limits::default(),
            organizations: OrganizationPolicy::default(),
            stale_reads: None,
            most_items: 10_000,
            most_items_of_organization: 10_000,
            keep_audit: Some(Duration::from_hours(365 * 24)),
        }
    }
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self {
            spans: SessionSpans {
                idle: Duration::from_hours(336),
                absolute: Duration::from_hours(2_160),
                seen_every: Duration::from_mins(5),
            },
            reuse_window: Duration::from_secs(30),
            most_per_user: 100,
            recent: Duration::from_mins(15),
            trust_device: Duration::from_hours(720),
            keep_ended: Duration::from_hours(2_160),
        }
    }
}

impl Policy {
    /// A new address counts only once its link was followed. Always so where accounts are made that way, lest somebody
    /// take an address that they could not sign up with.
    #[must_use]
    pub fn confirms_new_addresses(&self) -> bool {
        self.confirm_email_change || self.registration == RegistrationMode::VerifyFirst
    }
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum RegistrationMode {
    /// Everybody, at once. Whoever asks learns whether an address has an account.
    #[default]
    Open,
    /// Everybody, by a link that is mailed; the answer tells nothing.
    VerifyFirst,
    /// Nobody but who is invited to an organisation; administrators make accounts.
    Closed,
}

/// Who must have a second factor: whoever must and has none does nothing before they have one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SecondFactorPolicy {
    /// Nobody; everybody may.
    #[default]
    Optional,
    /// Superusers.
    Superusers,
    /// Everybody.
    Everybody,
}

impl SecondFactorPolicy {
    /// Whether this user must have one.
    #[must_use]
    pub const fn covers(self, user: &User) -> bool {
        match self {
            Self::Optional => false,
            Self::Superusers => user.is_superuser,
            Self::Everybody => true,
        }
    }
}

/// Who may make organisations, how many, and how people come into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrganizationPolicy {
    /// Who may make one.
    pub creation: OrganizationCreation,
    /// So many one user may own when they make another one.
    pub most_per_user: u32,
    /// So many members one may have when another one joins.
    pub most_members: u32,
    /// How long invitations can be taken, from when they were sent last.
    pub invitation_lifetime: Duration,
}

impl Default for OrganizationPolicy {
    fn default() -> Self {
        Self {
            creation: OrganizationCreation::default(),
            most_per_user: 20,
            most_members: 10_000,
            invitation_lifetime: Duration::from_hours(168),
        }
    }
}

/// Who may make an organisation. Those that exist work on, whatever it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum OrganizationCreation {
    /// Everybody.
    #[default]
    Everyone,
    /// Superusers.
    Superusers,
    /// Nobody.
    Off,
}

impl OrganizationCreation {
    /// Whether this actor may make one.
    #[must_use]
    pub fn admits(self, actor: Actor) -> bool {
        match self {
            Self::Everyone => true,
            Self::Superusers => actor.is_superuser,
            Self::Off => false,
        }
    }
}

/// How long the link of each purpose works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLifetimes {
    /// To reset a password.
    pub reset_password: Duration,
    /// To set the first password.
    pub set_password: Duration,
    /// To verify the account's address.
    pub verify_email: Duration,
    /// To confirm a new address.
    pub confirm_email: Duration,
}

impl Default for TokenLifetimes {
    fn default() -> Self {
        Self {
            reset_password: Duration::from_hours(48),
            set_password: Duration::from_hours(168),
            verify_email: Duration::from_hours(168),
            confirm_email: Duration::from_hours(24),
        }
    }
}

impl TokenLifetimes {
    /// The lifetime of this purpose.
    #[must_use]
    pub const fn of(&self, purpose: TokenPurpose) -> Duration {
        match purpose {
            TokenPurpose::ResetPassword => self.reset_password,
            TokenPurpose::SetPassword | TokenPurpose::FinishSignUp => self.set_password,
            TokenPurpose::VerifyEmail => self.verify_email,
            TokenPurpose::ConfirmEmail => self.confirm_email,
        }
    }
}

/// How mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryPolicy {
    /// After so many failed attempts a message is dead.
    pub max_attempts: u32,
    /// The wait after the first failed attempt; doubled after each further one.
    pub first_retry: Duration,
    /// How long a worker may keep a message before another one claims it. Longer than a transport can take, or messages
    /// are sent twice.
    pub lease: Duration,
    /// How long messages are kept after they were sent.
    pub keep_sent: Duration,
    /// How long dead messages are kept.
    pub keep_dead: Duration,
}

impl Default for DeliveryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 40,
            first_retry: Duration::from_secs(10),
            lease: Duration::from_mins(2),
            keep_sent: Duration::from_hours(168),
            keep_dead: Duration::from_hours(2_160),
        }
    }
}
