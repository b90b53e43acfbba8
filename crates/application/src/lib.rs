#![doc = include_str!("../README.md")]

pub mod accounts;
mod acting;
pub mod audit;
mod clock_skew;
mod erasure;
mod fault;
mod housekeeping;
pub mod items;
pub mod limits;
mod mailer;
mod new_passwords;
mod operator;
pub mod outbox;
pub mod overview;
mod policy;
pub mod ports;
pub mod recovery;
pub mod sessions;
pub mod system;
mod unclaimed;
pub mod users;
pub mod verification;

use std::sync::Arc;

pub use clock_skew::ClockSkew;
pub use fault::{Class, Fault, Kind, with_causes};
pub use housekeeping::{Housekeeping, Pruned};
pub use mailer::{Links, Mailer};
pub use new_passwords::{NewPasswordError, NewPasswords};
pub use operator::Operator;
pub use policy::{DeliveryPolicy, Policy, RegistrationMode, SessionPolicy, TokenLifetimes};

use accounts::Accounts;
use audit::{Announcing, Audit, Recorder};
use items::Items;
use limits::Limiter;
use outbox::{Failures, Outbox};
use overview::Overviews;
use ports::{
    AccessTokens, Clock, MailRenderer, MailTransport, PasswordHasher, PasswordStrength, RateLimiter, Secrets, Store,
    TokenSealer,
};
use recovery::Recovery;
use sessions::Sessions;
use system::System;
use users::Users;
use verification::Verification;

/// The adapters that the services are built from.
#[derive(Clone)]
pub struct Ports {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Where permits are counted.
    pub limiter: Arc<dyn RateLimiter>,
    /// Makes and checks password hashes.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Tells weak passwords.
    pub strength: Arc<dyn PasswordStrength>,
    /// Signs and checks access tokens.
    pub tokens: Arc<dyn AccessTokens>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids and the secrets of links.
    pub secrets: Arc<dyn Secrets>,
    /// Encrypts the secrets of links that wait.
    pub sealer: Arc<dyn TokenSealer>,
    /// Makes mail from templates.
    pub renderer: Arc<dyn MailRenderer>,
    /// Sends mail.
    pub transport: Arc<dyn MailTransport>,
}

/// The services of the product, as every way in needs them.
pub struct Application {
    /// One's own account.
    pub accounts: Accounts,
    /// Logging in and out.
    pub sessions: Sessions,
    /// A forgotten password.
    pub recovery: Recovery,
    /// Proving an address.
    pub verification: Verification,
    /// Everybody's accounts.
    pub users: Users,
    /// The example resource.
    pub items: Items,
    /// Mail that is owed.
    pub outbox: Outbox,
    /// What happened.
    pub audit: Audit,
    /// What people see first.
    pub overviews: Overviews,
    /// How the system is.
    pub system: System,
    /// Removing what is over.
    pub housekeeping: Housekeeping,
}

impl Application {
    /// All services over these adapters.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a list of what each service needs")]
    pub fn new(ports: &Ports, policy: &Arc<Policy>) -> Self {
        let Ports { store, limiter, hasher, strength, tokens, clock, secrets, sealer, renderer, transport } =
            ports.clone();
        let (permits, policy) = (limiter, policy.clone());
        let store: Arc<dyn Store> = Arc::new(Announcing(store));
        let recorder = Recorder::new(store.clone(), clock.clone(), secrets.clone(), permits.clone());
        let limiter = Limiter {
            permits: permits.clone(),
            clock: clock.clone(),
            secrets: secrets.clone(),
            policy: policy.clone(),
            recorder: recorder.clone(),
        };
        let passwords = NewPasswords { strength, hasher: hasher.clone() };
        let mailer =
            Mailer { clock: clock.clone(), secrets: secrets.clone(), sealer: sealer.clone(), policy: policy.clone() };
        let links = policy.links.clone();
        let recovery = Recovery {
            store: store.clone(),
            passwords: passwords.clone(),
            clock: clock.clone(),
            secrets: secrets.clone(),
            renderer: renderer.clone(),
            mailer: mailer.clone(),
            links: links.clone(),
            limiter: limiter.clone(),
            recorder: recorder.clone(),
        };
        Self {
            accounts: Accounts {
                store: store.clone(),
                hasher: hasher.clone(),
                passwords: passwords.clone(),
                clock: clock.clone(),
                secrets: secrets.clone(),
                mailer: mailer.clone(),
                policy: policy.clone(),
                limiter: limiter.clone(),
                recorder: recorder.clone(),
            },
            sessions: Sessions {
                store: store.clone(),
                hasher,
                tokens,
                clock: clock.clone(),
                secrets: secrets.clone(),
                mailer: mailer.clone(),
                limiter: limiter.clone(),
                recorder: recorder.clone(),
                policy: policy.clone(),
            },
            verification: Verification {
                store: store.clone(),
                clock: clock.clone(),
                secrets: secrets.clone(),
                mailer: mailer.clone(),
                recovery: recovery.clone(),
                limiter,
                recorder: recorder.clone(),
            },
            recovery,
            users: Users {
                store: store.clone(),
                passwords,
                clock: clock.clone(),
                secrets: secrets.clone(),
                mailer: mailer.clone(),
                recorder: recorder.clone(),
            },
            items: Items {
                store: store.clone(),
                clock: clock.clone(),
                secrets: secrets.clone(),
                policy: policy.clone(),
                recorder: recorder.clone(),
            },
            audit: Audit { recorder: recorder.clone() },
            overviews: Overviews {
                store: store.clone(),
                clock: clock.clone(),
                audit: Audit { recorder: recorder.clone() },
                policy: policy.clone(),
            },
            system: System { store: store.clone(), clock: clock.clone(), recorder: recorder.clone() },
            housekeeping: Housekeeping {
                store: store.clone(),
                permits,
                clock: clock.clone(),
                policy: policy.clone(),
                recorder: recorder.clone(),
            },
            outbox: Outbox {
                store,
                clock,
                secrets,
                sealer,
                renderer,
                transport,
                mailer,
                links,
                policy,
                recorder,
                failures: Failures::default(),
            },
        }
    }
}
