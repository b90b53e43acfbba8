//! The one place where adapters meet ports.

use std::{error::Error, path::Path, sync::Arc, time::Duration};

use ironplate_application::{Application, Policy, Ports};
use ironplate_crypto::{
    AeadSecretSealer, AeadTokenSealer, GuessEstimate, JwtAccessTokens, MinimumScore, OsSecrets, PasswordHashing,
    PasswordRules, Passwords, SystemClock, WebAuthn, random_text,
};
use ironplate_persistence::{DatabaseUrl, StoreOptions};
use ironplate_web::{Bodies, Cookies, Host, Network};

use crate::no_mail::NoMail;

/// The use cases on a database in this folder, for a server that is reached without TLS.
pub(crate) async fn open(folder: &Path) -> Result<Host, Box<dyn Error>> {
    let (url, options) = (DatabaseUrl::Sqlite(folder.join("items.db")), StoreOptions::default());
    ironplate_persistence::migrate(&url, options).await?;
    let store = ironplate_persistence::open(&url, options)?;
    // A new key for each run: sessions live in the database, and show themselves by cookies alone.
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
    let application = Arc::new(Application::new(&ports, &Arc::new(policy)));
    // Here also: proxies to be believed, and other origins whose pages may call.
    let network = Network { cookies: Cookies::over_plain_http("items"), ..Network::default() };
    Ok(Host::new(application, Arc::new(OsSecrets), network, Bodies::default()))
}
