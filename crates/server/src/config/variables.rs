//! Which variable gives which setting, and what becomes of their texts on the way here.

use std::{collections::BTreeMap, path::Path};

use super::Faults;
use crate::file;

/// Names that are shorter, or known from elsewhere.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("PROJECT_NAME", "project.name"),
    ("BACKEND_CORS_ORIGINS", "http.cors_origins"),
    ("FRONTEND_HOST", "web.frontend_host"),
    ("DATABASE_URL", "database.url"),
    ("SECRET_KEY", "security.secret_key"),
    ("PREVIOUS_SECRET_KEYS", "security.previous_secret_keys"),
    ("ACCESS_TOKEN_EXPIRE_MINUTES", "security.access_token_minutes"),
    ("EMAIL_RESET_TOKEN_EXPIRE_HOURS", "accounts.reset_password_hours"),
    ("SMTP_HOST", "mail.smtp_host"),
    ("SMTP_PORT", "mail.smtp_port"),
    ("SMTP_TLS", "mail.smtp_tls"),
    ("SMTP_SSL", "mail.smtp_ssl"),
    ("SMTP_USER", "mail.smtp_user"),
    ("SMTP_PASSWORD", "mail.smtp_password"),
    ("EMAILS_FROM_EMAIL", "mail.from_email"),
    ("EMAILS_FROM_NAME", "mail.from_name"),
    ("FIRST_SUPERUSER", "superuser.email"),
    ("FIRST_SUPERUSER_PASSWORD", "superuser.password"),
    ("RUST_LOG", "log.filter"),
    ("SENTRY_DSN", "sentry.dsn"),
    ("SENTRY_ENVIRONMENT", "sentry.environment"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "traces.collector"),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "traces.endpoint"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "traces.headers"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "traces.protocol"),
    ("OTEL_SERVICE_NAME", "traces.service_name"),
    ("OTEL_RESOURCE_ATTRIBUTES", "traces.resource_attributes"),
    ("OTEL_TRACES_SAMPLER", "traces.sampler"),
    ("OTEL_TRACES_SAMPLER_ARG", "traces.sampler_arg"),
];

/// Names that are no setting's.
pub(super) const OTHERS: [&str; 2] = ["ENVIRONMENT", "IRONPLATE_CONFIG"];

/// What nobody should read over a shoulder. Their texts may lie in files that variables of the same names with `_FILE` behind them name.
pub(super) const SECRETS: [&str; 8] = [
    "database.url",
    "database.replica_urls",
    "security.secret_key",
    "security.previous_secret_keys",
    "mail.smtp_password",
    "superuser.password",
    "sentry.dsn",
    "traces.headers",
];

/// The name under which people know a key: its variable.
pub(super) fn name_of(key: &str) -> String {
    short_name(key).map_or_else(|| full_name(key), ToOwned::to_owned)
}

fn short_name(key: &str) -> Option<&'static str> {
    SHORT_NAMES.iter().find(|(_, known)| *known == key).map(|(name, _)| *name)
}

fn full_name(key: &str) -> String {
    format!("IRONPLATE__{}", key.replace('.', "__").to_uppercase())
}

/// All names that this key is known by.
pub(super) fn names_of(key: &str) -> impl Iterator<Item = String> {
    let forms: Vec<String> = short_name(key).map(ToOwned::to_owned).into_iter().chain([full_name(key)]).collect();
    let files = if SECRETS.contains(&key) { forms.iter().map(|name| file_of(name)).collect() } else { Vec::new() };
    forms.into_iter().chain(files)
}

fn file_of(name: &str) -> String {
    format!("{name}_FILE")
}

/// A text for a setting.
pub(super) struct VariableSetting {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) text: String,
}

/// What the variables say.
pub(super) struct Given {
    /// The more exact name last: it wins.
    pub(super) settings: Vec<VariableSetting>,
    /// The keys of what lies in files that can't be read.
    pub(super) unread: Vec<&'static str>,
}

pub(super) fn given(variables: &BTreeMap<String, String>, faults: &mut Faults) -> Given {
    let mut given = Vec::new();
    for (name, key) in SHORT_NAMES {
        if let Some(text) = variables.get(*name) {
            given.push(VariableSetting { key: (*key).to_owned(), name: (*name).to_owned(), text: text.clone() });
        }
    }
    let files = SECRETS.map(|key| file_of(&full_name(key)));
    for (name, text) in variables {
        if let Some(key) = name.strip_prefix("IRONPLATE__").filter(|_| !files.contains(name)) {
            given.push(VariableSetting {
                key: key.to_lowercase().replace("__", "."),
                name: name.clone(),
                text: text.clone(),
            });
        }
    }
    for VariableSetting { name, text, .. } in &mut given {
        *text = without_quotes(name, text, faults).to_owned();
    }
    let mut unread = Vec::new();
    for key in SECRETS {
        match from_file(key, variables, faults) {
            Ok(setting) => given.extend(setting),
            Err(Unreadable) => unread.push(key),
        }
    }
    for VariableSetting { text, .. } in &mut given {
        cut_line_break(text);
    }
    Given { settings: given, unread }
}

/// A file with a secret can't be read, or it is not known which of two is meant; the fault is told.
struct Unreadable;

fn from_file(
    key: &str,
    variables: &BTreeMap<String, String>,
    faults: &mut Faults,
) -> Result<Option<VariableSetting>, Unreadable> {
    let mut names = names_of(key).filter(|name| variables.contains_key(name));
    let Some(name) = names.next() else { return Ok(None) };
    if let Some(file) = names.find(|name| name.ends_with("_FILE")) {
        faults.add(file, format!("is set, and so is {name}: nobody knows which is meant"), "set one of them");
        return Err(Unreadable);
    }
    let Some(path) = variables.get(&name).filter(|_| name.ends_with("_FILE")) else { return Ok(None) };
    match read(Path::new(path)) {
        Ok(text) => Ok(Some(VariableSetting { key: key.to_owned(), name, text })),
        Err(problem) => {
            faults.add(name, problem, "name a readable file with the secret and nothing else in it");
            Err(Unreadable)
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    let problem = match file::read_text(path) {
        Ok(text) if text.is_empty() => "is empty".to_owned(),
        Ok(text) => return Ok(text),
        Err(error) => error.to_string(),
    };
    Err(format!("{}: {problem}", path.display()))
}

/// Quotes are a fault; what is inside them is looked at, too.
pub(super) fn without_quotes<'a>(name: &str, text: &'a str, faults: &mut Faults) -> &'a str {
    let inside = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    let Some(inside) = inside('"').or_else(|| inside('\'')) else { return text };
    let problem =
        "is inside quotes, which count as part of it: `docker --env-file` and the like take lines as they are";
    faults.add(name, problem, "the same without the quotes");
    inside
}

/// Editors and `echo` end the last line, too.
pub(super) fn cut_line_break(text: &mut String) {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
}
