//! `ironplate config check`. Faults were told while loading; what is left is to say what holds.

use ironplate_application::ports::{Clock, ObviousWords, PasswordStrength};
use ironplate_crypto::{GuessEstimate, SystemClock};
use rustls::sign::CertifiedKey;

use super::weak_superuser;
use crate::{
    certificate::{in_its_time, is_for},
    config::{Config, Database, FirstSuperuser},
    failure::Failure,
    terminal::say,
};

pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    let mut warnings = config.warnings.clone();
    // Connects to nothing, but reads what the address says of TLS.
    let Database { url, replicas, options, .. } = &config.database;
    ironplate_persistence::open_with_replicas(url, replicas, *options)
        .map_err(|error| Failure::because("DATABASE_URL", &error))?;
    if let Some(files) = &config.http.tls {
        let certified = files.load().map_err(|error| Failure::because(files.setting(&error), &error))?;
        warnings.extend(of_certificate(&certified, &config.web.dashboard_host));
    }
    if let Some(first) = &config.superuser {
        check_password(config, first).await?;
    }
    say("The configuration is complete.\n");
    say(format_args!("  Environment  {}", config.environment));
    say(format_args!("  Address      {}://{}", config.http.scheme(), config.http.address));
    say(format_args!("  Database     {}", config.database.url));
    for replica in &config.database.replicas {
        say(format_args!("  Replica      {replica}"));
    }
    say(format_args!("  Front end    {}", config.web.frontend_host));
    if config.web.dashboard_host != config.web.frontend_host {
        say(format_args!("  Dashboard    {}", config.web.dashboard_host));
    }
    if let Some(metrics) = config.metrics {
        say(format_args!("  Metrics      http://{metrics}/metrics"));
    }
    say(format_args!("  Mail         {}", config.mail.transport));
    if let Some(sentry) = &config.sentry {
        say(format_args!("  Sentry       {}", sentry.dsn.host()));
    }
    if let Some(traces) = &config.traces {
        say(format_args!("  Traces       {}", traces.url));
    }
    if !warnings.is_empty() {
        say("");
    }
    for warning in &warnings {
        say(format_args!("  Warning: {warning}"));
    }
    Ok(())
}

/// What a start would go on with, and browsers would not.
fn of_certificate(certified: &CertifiedKey, host: &str) -> Vec<String> {
    let time = in_its_time(certified, SystemClock.now()).err().map(|error| error.to_string());
    let name = (!is_for(certified, host)).then(|| format!("the certificate is not for {host}, where people are sent"));
    time.into_iter().chain(name).map(|problem| format!("http.tls_certificate: {problem}")).collect()
}

/// As the start does, unless the account is there already: nobody is asked that here.
async fn check_password(config: &Config, first: &FirstSuperuser) -> Result<(), Failure> {
    let Some(password) = &first.password else { return Ok(()) };
    let obvious = ObviousWords(vec![first.email.as_str().to_owned()]);
    match GuessEstimate::new(config.passwords.clone()).weakness(password, &obvious).await {
        Some(weakness) => Err(weak_superuser(&weakness)),
        None => Ok(()),
    }
}
