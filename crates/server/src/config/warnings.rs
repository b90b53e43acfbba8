//! What is allowed, and hardly wise where real people's data is.

use std::path::absolute;

use ironplate_application::limits::Limit;
use ironplate_crypto::PasswordHashing;
use ironplate_domain::SECONDS_OF_A_DAY;
use ironplate_persistence::DatabaseUrl;

use super::{Config, reader::Reader};

const A_WEEK: u64 = 7 * SECONDS_OF_A_DAY;
const A_YEAR: u64 = 366 * SECONDS_OF_A_DAY;

/// The least that OWASP's Password Storage Cheat Sheet takes for enough: KiB of memory, and iterations over them.
const OWASP: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];

/// For production: what it warns of.
pub(super) fn of(config: &Config, reader: &Reader<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn = |is_so: bool, key: &str, problem: String| {
        if is_so {
            warnings.push(format!("{} {problem}", reader.name(key)));
        }
    };
    if let DatabaseUrl::Sqlite(path) = &config.database.url {
        let place = absolute(path).unwrap_or_else(|_| path.clone());
        let problem = format!("is not set: all data goes into the file {}", place.display());
        warn(!reader.is_given("database.url"), "database.url", problem);
    }
    warn(is_weak(&config.password_hashing), "password_hashing.memory_kib", of_hashing());
    for range in &config.http.trusted_proxies {
        let least = if range.addr().is_ipv4() { 8 } else { 7 };
        let problem = format!("trusts {range}: whoever is in there says which address they have");
        warn(range.prefix_len() < least, "http.trusted_proxies", problem);
    }
    for origin in config.http.cors_origins.iter().filter(|origin| origin.starts_with("http:")) {
        let problem = format!("has {origin}: whoever is on the way to such a page puts their own script into it");
        warn(true, "http.cors_origins", problem);
    }
    let host = &config.web.frontend_host;
    warn(
        host.starts_with("http:") && !config.web.allow_plain_http && reader.is_given("web.frontend_host"),
        "web.frontend_host",
        format!("is {host}: without TLS nobody can log in to the dashboard there, unless web.allow_plain_http is on"),
    );
    if let Some(address) = config.metrics {
        let problem = format!("is {address}: whoever reaches this machine reads them, without log-in");
        warn(address.ip().is_unspecified(), "metrics.address", problem);
    }
    let token = config.security.access_token_lifetime.as_secs();
    warn(
        token > SECONDS_OF_A_DAY,
        "security.access_token_minutes",
        "is more than a day: refresh tokens last, these should not".into(),
    );
    let sessions = config.sessions.spans.absolute.as_secs();
    warn(sessions > A_YEAR, "sessions.absolute_hours", "is more than a year".into());
    let reset = config.accounts.lifetimes.reset_password.as_secs();
    warn(
        reset > A_WEEK,
        "accounts.reset_password_hours",
        "is more than a week: whoever reads old mail has a key".into(),
    );
    let is_off = |limit| !config.limits.shared.0.contains_key(&limit);
    let guessing = "is off: passwords can be tried as often as anybody likes".to_owned();
    warn(is_off(Limit::LogInPerAccount), "limits.log_in_per_account", guessing.clone());
    warn(is_off(Limit::LogInPerAddress), "limits.log_in_per_address", guessing);
    let flood = is_off(Limit::MailPerRecipient);
    warn(flood, "limits.mail_per_recipient", "is off: anybody can fill anybody's mailbox".into());
    let score = reader.peek("passwords.minimum_score");
    warn(score.as_deref() == Some("0"), "passwords.minimum_score", "is 0: any password will do".into());
    let plain = "is on: whoever is on the way reads what is sent".to_owned();
    warn(config.web.allow_plain_http, "web.allow_plain_http", plain.clone());
    warn(reader.peek("mail.allow_plain_text").as_deref() == Some("true"), "mail.allow_plain_text", plain);
    warnings
}

fn is_weak(hashing: &PasswordHashing) -> bool {
    !OWASP.iter().any(|(memory, iterations)| hashing.memory_kib >= *memory && hashing.iterations >= *iterations)
}

fn of_hashing() -> String {
    let least: Vec<String> = OWASP.iter().map(|(memory, iterations)| format!("{memory} with {iterations}")).collect();
    format!("and iterations are less than OWASP takes for enough: {}", least.join(", "))
}
