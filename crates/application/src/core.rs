//! What every service is built from. There is no other way to build one, so none gets around the recorder, the limits or the
//! audit log's lines.

use std::sync::Arc;

use ironplate_domain::Actor;

use crate::{
    audit::{LoggedStore, Recorder},
    limits::Limiter,
    mailer::Mailer,
    new_passwords::NewPasswords,
    policy::Policy,
    ports::{
        AccessTokens, Clock, MailRenderer, MailTransport, PasskeyVerifier, PasswordHasher, PasswordStrength,
        RateLimiter, Repositories, SecretSealer, Secrets, Store, StoreResult, TokenSealer,
    },
};

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
    /// Checks what authenticators say and sign.
    pub passkey_verifier: Arc<dyn PasskeyVerifier>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids and the secrets of links.
    pub secrets: Arc<dyn Secrets>,
    /// Encrypts the secrets of links that wait.
    pub sealer: Arc<dyn TokenSealer>,
    /// Encrypts the secrets of authenticator apps.
    pub secret_sealer: Arc<dyn SecretSealer>,
    /// Makes mail from templates.
    pub renderer: Arc<dyn MailRenderer>,
    /// Sends mail.
    pub transport: Arc<dyn MailTransport>,
}

/// The adapters, and what is made of them once and shared by all services. Clones are cheap, and the same core.
#[derive(Clone)]
pub struct Core {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// What the operator decided.
    pub policy: Arc<Policy>,
    /// Where everything is kept. It logs audit events once they are committed.
    pub(crate) store: Arc<dyn Store>,
    /// Where permits are counted; to take one, ask the limiter.
    pub(crate) permits: Arc<dyn RateLimiter>,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    pub(crate) tokens: Arc<dyn AccessTokens>,
    pub(crate) passkey_verifier: Arc<dyn PasskeyVerifier>,
    pub(crate) secrets: Arc<dyn Secrets>,
    pub(crate) sealer: Arc<dyn TokenSealer>,
    pub(crate) secret_sealer: Arc<dyn SecretSealer>,
    pub(crate) renderer: Arc<dyn MailRenderer>,
    pub(crate) transport: Arc<dyn MailTransport>,
    pub(crate) recorder: Recorder,
    pub(crate) limiter: Limiter,
    pub(crate) mailer: Mailer,
    pub(crate) passwords: NewPasswords,
}

impl Core {
    /// The core over these adapters.
    #[must_use]
    pub fn new(ports: &Ports, policy: &Arc<Policy>) -> Self {
        let ports = Ports { store: Arc::new(LoggedStore(ports.store.clone())), ..ports.clone() };
        let recorder = Recorder::new(&ports);
        let limiter = Limiter::new(&ports, policy, &recorder);
        let mailer = Mailer::new(&ports, policy);
        let passwords = NewPasswords::new(&ports);
        let Ports {
            store,
            limiter: permits,
            hasher,
            tokens,
            passkey_verifier,
            clock,
            secrets,
            sealer,
            secret_sealer,
            renderer,
            transport,
            ..
        } = ports;
        Self {
            clock,
            policy: policy.clone(),
            store,
            permits,
            hasher,
            tokens,
            passkey_verifier,
            secrets,
            sealer,
            secret_sealer,
            renderer,
            transport,
            recorder,
            limiter,
            mailer,
            passwords,
        }
    }

    /// For reading lists and figures, which may be a little old: elsewhere than where they are written, if there is such a place.
    /// What the actor wrote is among them. Nothing that decides who somebody is or what they may do is read so.
    pub(crate) async fn read_stale(&self, actor: Actor) -> StoreResult<Box<dyn Repositories>> {
        let staleness = self.policy.stale_reads.and_then(|most| actor.staleness(most, self.clock.now()));
        match staleness {
            Some(most) => self.store.read_stale(most).await,
            None => self.store.read().await,
        }
    }
}

/// Declares a service: what has the core, and is built over it.
macro_rules! service {
    ($(#[$attribute:meta])* $Service:ident) => {
        $(#[$attribute])*
        pub struct $Service {
            core: $crate::core::Core,
        }

        impl $Service {
            /// The service over this core.
            #[must_use]
            pub fn new(core: &$crate::core::Core) -> Self {
                Self { core: core.clone() }
            }
        }
    };
}
pub(crate) use service;
