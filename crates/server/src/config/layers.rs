//! Files, variables and flags laid over one another, setting by setting.

use std::{collections::BTreeMap, fs, path::Path};

use toml::{Table, Value};

use super::{Environment, Faults};
use crate::cli::Overrides;

const DEFAULTS: &str = include_str!("../../../../config/default.toml");

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
];

/// The settings in force, by dotted key.
pub(super) struct Layers(BTreeMap<String, Setting>);

pub(super) struct Setting {
    pub(super) value: Value,
    /// How it was given: a variable, a flag, a file.
    pub(super) name: String,
    pub(super) origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is what the binary brings along, for all environments or for this one.
    Shipped,
    /// Somebody said so.
    Given,
}

impl Layers {
    pub(super) fn gather(
        environment: Environment,
        variables: &BTreeMap<String, String>,
        overrides: &Overrides,
        faults: &mut Faults,
    ) -> Self {
        let mut layers = Self(BTreeMap::new());
        layers.add_defaults(faults);
        layers.add_environment(environment, faults);
        let named = variables.get("IRONPLATE_CONFIG").map(Path::new);
        if let Some(path) = overrides.config.as_deref().or(named) {
            layers.add_file(path, faults);
        }
        layers.add_variables(variables, faults);
        for (key, flag, value) in [
            ("database.url", "--database-url", &overrides.database_url),
            ("http.address", "--address", &overrides.address),
        ] {
            if let Some(value) = value {
                layers.set(key, Setting::given(value, flag), faults);
            }
        }
        layers
    }

    pub(super) fn get(&self, key: &str) -> Option<&Setting> {
        self.0.get(key)
    }

    /// The name under which people know a key: its variable.
    pub(super) fn variable(key: &str) -> String {
        let short = SHORT_NAMES.iter().find(|(_, known)| *known == key).map(|(name, _)| (*name).to_owned());
        short.unwrap_or_else(|| format!("IRONPLATE__{}", key.replace('.', "__").to_uppercase()))
    }

    fn add_defaults(&mut self, faults: &mut Faults) {
        for (key, value) in settings(DEFAULTS, "config/default.toml", faults) {
            let name = Self::variable(&key);
            self.0.insert(key, Setting { value, name, origin: Origin::Shipped });
        }
    }

    fn add_environment(&mut self, environment: Environment, faults: &mut Faults) {
        for (key, value) in settings(environment.settings(), &format!("config/{environment}.toml"), faults) {
            let name = Self::variable(&key);
            self.set(&key, Setting { value, name, origin: Origin::Shipped }, faults);
        }
    }

    fn add_file(&mut self, path: &Path, faults: &mut Faults) {
        let file = path.display().to_string();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return faults.add(file, error.to_string(), "name a readable TOML file with --config"),
        };
        for (key, value) in settings(&text, &file, faults) {
            let name = format!("{key} in {file}");
            self.set(&key, Setting { value, name, origin: Origin::Given }, faults);
        }
    }

    fn add_variables(&mut self, variables: &BTreeMap<String, String>, faults: &mut Faults) {
        // The full name is the more exact one: it wins over the short name.
        for (name, key) in SHORT_NAMES {
            if let Some(text) = variables.get(*name) {
                self.set(key, Setting::given(text, name), faults);
            }
        }
        for (name, text) in variables {
            if let Some(key) = name.strip_prefix("IRONPLATE__") {
                let key = key.to_lowercase().replace("__", ".");
                self.set(&key, Setting::given(text, name), faults);
            }
        }
    }

    /// Overrides a setting that exists; an empty text leaves what is below.
    fn set(&mut self, key: &str, setting: Setting, faults: &mut Faults) {
        if setting.value.as_str() == Some("") {
            return;
        }
        match self.0.get_mut(key) {
            Some(below) => *below = setting,
            None => faults.add(setting.name, "there is no such setting", "see config/default.toml for all there are"),
        }
    }
}

impl Setting {
    fn given(text: &str, name: &str) -> Self {
        Self { value: Value::String(text.to_owned()), name: name.to_owned(), origin: Origin::Given }
    }
}

/// A TOML text as dotted keys: every setting lies in a section.
fn settings(text: &str, file: &str, faults: &mut Faults) -> Vec<(String, Value)> {
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            // Only the words and the place: the line itself may hold a secret.
            let line = error.span().map_or(1, |span| 1 + text.get(..span.start).unwrap_or(text).matches('\n').count());
            faults.add(format!("{file}, line {line}"), error.message(), "mend the TOML");
            return Vec::new();
        }
    };
    let mut settings = Vec::new();
    for (section, content) in table {
        match content {
            Value::Table(content) => {
                settings.extend(content.into_iter().map(|(key, value)| (format!("{section}.{key}"), value)));
            }
            value => settings.push((section, value)),
        }
    }
    settings
}
