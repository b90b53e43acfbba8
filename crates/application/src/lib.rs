#![doc = include_str!("../README.md")]

pub mod accounts;
mod fault;
pub mod items;
mod mailer;
pub mod outbox;
mod policy;
pub mod ports;
pub mod recovery;
pub mod sessions;
mod unclaimed;
pub mod users;
pub mod verification;

use std::sync::Arc;

pub use fault::{Fault, Kind};
pub use mailer::{Links, Mailer};
pub use policy::{DeliveryPolicy, Policy, RegistrationMode, TokenLifetimes};

use accounts::Accounts;
use items::Items;
use outbox::Outbox;
use ports::{AccessTokens, Clock, MailRenderer, MailTransport, PasswordHasher, Secrets, Store, TokenSealer};
use recovery::Recovery;
use sessions::Sessions;
use users::Users;
use verification::Verification;

/// The adapters that the services are built from.
#[derive(Clone)]
pub struct Ports {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Makes and checks password hashes.
    pub hasher: Arc<dyn PasswordHasher>,
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
}

impl Application {
    /// All services over these adapters.
    #[must_use]
    pub fn new(ports: &Ports, policy: &Arc<Policy>) -> Self {
        let Ports { store, hasher, tokens, clock, secrets, sealer, renderer, transport } = ports.clone();
        let mailer =
            Mailer { clock: clock.clone(), secrets: secrets.clone(), sealer: sealer.clone(), policy: policy.clone() };
        let links = Links { frontend_host: policy.frontend_host.clone() };
        let recovery = Recovery {
            store: store.clone(),
            hasher: hasher.clone(),
            clock: clock.clone(),
            secrets: secrets.clone(),
            renderer: renderer.clone(),
            mailer: mailer.clone(),
            links: links.clone(),
        };
        Self {
            accounts: Accounts {
                store: store.clone(),
                hasher: hasher.clone(),
                clock: clock.clone(),
                secrets: secrets.clone(),
                mailer: mailer.clone(),
                policy: policy.clone(),
            },
            sessions: Sessions {
                store: store.clone(),
                hasher: hasher.clone(),
                tokens,
                clock: clock.clone(),
                secrets: secrets.clone(),
            },
            verification: Verification {
                store: store.clone(),
                clock: clock.clone(),
                secrets: secrets.clone(),
                mailer: mailer.clone(),
                recovery: recovery.clone(),
            },
            users: Users {
                store: store.clone(),
                hasher,
                clock: clock.clone(),
                secrets: secrets.clone(),
                mailer: mailer.clone(),
            },
            items: Items { store: store.clone(), clock: clock.clone(), secrets: secrets.clone() },
            outbox: Outbox {
                store,
                clock,
                secrets,
                sealer,
                renderer,
                transport,
                mailer,
                links,
                policy: policy.clone(),
            },
            recovery,
        }
    }
}
