//! The one place where adapters meet ports.

use std::sync::Arc;

use ironplate_application::{
    Application,
    accounts::Accounts,
    items::Items,
    ports::{AccessTokens, Clock, PasswordHasher, Secrets, Store},
    sessions::Sessions,
    users::Users,
};
use ironplate_crypto::{JwtAccessTokens, OsSecrets, Passwords, SystemClock};

use crate::{config::Config, development, failure::Failure};

pub(crate) struct Wiring {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) secrets: Arc<dyn Secrets>,
    hasher: Arc<dyn PasswordHasher>,
    tokens: Arc<dyn AccessTokens>,
    clock: Arc<dyn Clock>,
}

impl Wiring {
    pub(crate) fn new(config: &Config) -> Result<Self, Failure> {
        let store = ironplate_persistence::open(&config.database.url, config.database.options)
            .map_err(|error| Failure::because("DATABASE_URL", &error))?;
        let hasher = Passwords::start(config.password_hashing)
            .map_err(|error| Failure::because("Password hashing could not be started", &error))?;
        let secret_key = match &config.security.secret_key {
            Some(key) => key.clone(),
            None => development::secret_key().map_err(|error| {
                Failure::because("A key for development could not be kept in var/secret.key", &error)
            })?,
        };
        let security = &config.security;
        let tokens = JwtAccessTokens::new(&secret_key, &security.previous_secret_keys, security.access_token_lifetime);
        Ok(Self {
            store,
            secrets: Arc::new(OsSecrets),
            hasher: Arc::new(hasher),
            tokens: Arc::new(tokens),
            clock: Arc::new(SystemClock),
        })
    }

    pub(crate) fn application(&self) -> Application {
        let (store, hasher, tokens) = (&self.store, &self.hasher, &self.tokens);
        let (clock, secrets) = (&self.clock, &self.secrets);
        Application {
            accounts: Accounts {
                store: store.clone(),
                hasher: hasher.clone(),
                clock: clock.clone(),
                secrets: secrets.clone(),
            },
            sessions: Sessions {
                store: store.clone(),
                hasher: hasher.clone(),
                tokens: tokens.clone(),
                clock: clock.clone(),
                secrets: secrets.clone(),
            },
            users: Users {
                store: store.clone(),
                hasher: hasher.clone(),
                clock: clock.clone(),
                secrets: secrets.clone(),
            },
            items: Items { store: store.clone(), clock: clock.clone(), secrets: secrets.clone() },
        }
    }
}
