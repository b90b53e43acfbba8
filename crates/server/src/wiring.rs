//! The one place where adapters meet ports.

use std::{num::NonZeroUsize, path::Path, sync::Arc};

use ironplate_application::{
    Application, Policy, Ports,
    ports::{MailTransport, Mailbox, Storage},
};
use ironplate_crypto::{
    AeadSecretSealer, AeadTokenSealer, GuessEstimate, JwtAccessTokens, OsSecrets, Passwords, SystemClock, WebAuthn,
};
use ironplate_mail::{DisabledTransport, FileMailbox, SmtpTransport};

use crate::{
    config::{Config, Database, Transport},
    development,
    failure::Failure,
};

/// Where mail is kept that is not sent.
const MAILBOX: &str = "var/mailbox";

#[derive(Clone)]
pub(crate) struct Wiring {
    pub(crate) ports: Ports,
    /// To look into, where mail is kept instead of being sent.
    pub(crate) mailbox: Option<Arc<dyn Mailbox>>,
    policy: Arc<Policy>,
    storage: Arc<dyn Storage>,
}

impl Wiring {
    pub(crate) fn new(config: &Config) -> Result<Self, Failure> {
        let policy = Arc::new(config.policy());
        let Database { url, replicas, options, .. } = &config.database;
        let store = ironplate_persistence::open_with_replicas(url, replicas, *options)
            .map_err(|error| Failure::because("DATABASE_URL", &error))?;
        let hasher = Passwords::start(config.password_hashing)
            .map_err(|error| Failure::because("Password hashing could not be started", &error))?;
        let secret_key = match &config.security.secret_key {
            Some(key) => key.clone(),
            None => development::secret_key().map_err(|error| {
                Failure::because("A key for development could not be kept in var/secret.key", &error)
            })?,
        };
        let previous = &config.security.previous_secret_keys;
        let (lifetime, tolerance) = (config.security.access_token_lifetime, config.security.clock_tolerance);
        let tokens = JwtAccessTokens::new(&secret_key, previous, lifetime, tolerance);
        let (transport, mailbox) = transport(&config.mail.transport)?;
        let ports = Ports {
            store: store.clone(),
            limiter: store.clone(),
            hasher: Arc::new(hasher),
            strength: Arc::new(GuessEstimate::new(config.passwords.clone())),
            tokens: Arc::new(tokens),
            passkey_verifier: Arc::new(WebAuthn),
            clock: Arc::new(SystemClock),
            secrets: Arc::new(OsSecrets),
            sealer: Arc::new(AeadTokenSealer::new(&secret_key, previous)),
            secret_sealer: Arc::new(AeadSecretSealer::new(&secret_key, previous)),
            renderer: config.mail.templates.clone(),
            transport,
        };
        Ok(Self { ports, mailbox, policy, storage: store })
    }

    /// For one of so many threads, if the store has connections for each: what is asked there changes no thread.
    pub(crate) fn application_for_one_of(&self, threads: NonZeroUsize) -> Option<Application> {
        let store = self.storage.for_one_of(threads)?;
        let ports = Ports { store: store.clone(), limiter: store, ..self.ports.clone() };
        Some(Application::new(&ports, &self.policy))
    }

    pub(crate) fn application(&self) -> Application {
        Application::new(&self.ports, &self.policy)
    }
}

type Mailing = (Arc<dyn MailTransport>, Option<Arc<dyn Mailbox>>);

fn transport(transport: &Transport) -> Result<Mailing, Failure> {
    Ok(match transport {
        Transport::Smtp(settings) => {
            let smtp = SmtpTransport::new(settings.clone());
            (Arc::new(smtp.map_err(|error| Failure::because("Mail can't be sent", &error))?), None)
        }
        Transport::Mailbox(sender) => {
            let mailbox = FileMailbox::open(Path::new(MAILBOX), sender.clone())
                .map_err(|error| Failure::because("Mail can't be kept in var/mailbox", &error))?;
            let mailbox = Arc::new(mailbox);
            (mailbox.clone(), Some(mailbox))
        }
        Transport::Off => (Arc::new(DisabledTransport), None),
    })
}
