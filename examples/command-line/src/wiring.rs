//! The one place where adapters meet ports.

use std::{path::Path, sync::Arc, time::Duration};

use ironplate_application::{Application, Policy, Ports};
use ironplate_crypto::{
    AeadSecretSealer, AeadTokenSealer, GuessEstimate, JwtAccessTokens, MinimumScore, OsSecrets, PasswordHashing,
    PasswordRules, Passwords, SystemClock, WebAuthn, random_text,
};
use ironplate_persistence::{DatabaseUrl, StoreOptions};

use crate::{Failure, no_mail::NoMail};

/// All use cases, on a database in this folder.
pub(crate) async fn open(folder: &Path) -> Result<Application, Failure> {
    let (url, options) = (DatabaseUrl::Sqlite(folder.join("items.db")), StoreOptions::default());
    ironplate_persistence::migrate(&url, options).await?;
    let store = ironplate_persistence::open(&url, options)?;
    // A new key for each run: it signs access tokens and seals mailed links, and here are neither.
    let key = random_text::<32>();
    let policy = Policy { sends_mail: false, ..Policy::default() };
    let rules =
        PasswordRules { minimum_score: MinimumScore::default(), refuses_commonest: true, product: "items".into() };
    let ports = Ports {
        store: store.clone(),
        limiter: store,
        hasher: Arc::new(Passwords::start(PasswordHashing::default())?),
        strength: Arc::new(GuessEstimate::new(rules)),
        tokens: Arc::new(JwtAccessTokens::new(&key, &[], Duration::ZERO, Duration::ZERO)),
        passkey_verifier: Arc::new(WebAuthn),
        clock: Arc::new(SystemClock),
        secrets: Arc::new(OsSecrets),
        sealer: Arc::new(AeadTokenSealer::new(&key, &[])),
        secret_sealer: Arc::new(AeadSecretSealer::new(&key, &[])),
        renderer: Arc::new(NoMail),
        transport: Arc::new(NoMail),
    };
    Ok(Application::new(&ports, &Arc::new(policy)))
}
