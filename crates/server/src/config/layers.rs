//! Files, variables and flags laid over one another, setting by setting.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{
    Environment, Faults, spelling,
    variables::{self, Given, VariableSetting},
};
use crate::{cli::Overrides, file};

const DEFAULTS: &str = include_str!("../../../../config/default.toml");

/// The settings in force, by dotted key.
pub(super) struct Layers {
    settings: BTreeMap<String, Setting>,
    unread: Unread,
}

/// Which settings somebody gave in a file that can't be read: what they are, nobody knows.
#[derive(Default)]
struct Unread {
    /// In the settings file, so it may be any.
    any: bool,
    /// Each in a file of its own.
    keys: Vec<&'static str>,
}

pub(super) struct Setting {
    pub(super) value: Value,
    pub(super) source: Source,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// The binary brings it along, for all environments.
    Default,
    /// The binary brings it along for this one.
    Environment(Environment),
    /// Somebody said so, in this file.
    File(String),
    /// In this variable.
    Variable(String),
    /// By this flag.
    Flag(&'static str),
}

impl Source {
    pub(super) fn is_shipped(&self) -> bool {
        matches!(self, Self::Default | Self::Environment(_))
    }

    /// How the setting of this key was given, or could be.
    pub(super) fn name(&self, key: &str) -> String {
        match self {
            Self::Default | Self::Environment(_) => variables::name_of(key),
            Self::File(file) => format!("{key} in {file}"),
            Self::Variable(name) => name.clone(),
            Self::Flag(flag) => (*flag).to_owned(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::Environment(environment) => write!(out, "default of {environment}"),
            Self::File(file) => write!(out, "file {file}"),
            Self::Variable(name) => write!(out, "variable {name}"),
            Self::Flag(flag) => write!(out, "flag {flag}"),
        }
    }
}

/// The settings file, if one is named.
pub(super) fn file_of<'a>(variables: &'a BTreeMap<String, String>, overrides: &'a Overrides) -> Option<&'a Path> {
    overrides.config.as_deref().or_else(|| variables.get("IRONPLATE_CONFIG").map(Path::new))
}

impl Layers {
    pub(super) fn gather(
        environment: Environment,
        variables: &BTreeMap<String, String>,
        overrides: &Overrides,
        faults: &mut Faults,
    ) -> Self {
        let mut layers = Self { settings: BTreeMap::new(), unread: Unread::default() };
        layers.add_defaults(faults);
        layers.add_environment(environment, faults);
        if let Some(path) = file_of(variables, overrides) {
            layers.add_file(path, faults);
        }
        layers.add_variables(variables, faults);
        for (key, flag, value) in [
            ("database.url", "--database-url", &overrides.database_url),
            ("http.address", "--address", &overrides.address),
        ] {
            if let Some(value) = value {
                layers.set(key, Setting::text(value, Source::Flag(flag)), faults);
            }
        }
        layers
    }

    /// All settings with their keys.
    pub(super) fn settings(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.settings.iter().map(|(key, setting)| (key.as_str(), setting))
    }

    /// The keys of all settings there are.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.settings.keys().map(String::as_str)
    }

    /// The files that secrets come from.
    pub(super) fn secret_files(&self, variables: &BTreeMap<String, String>) -> BTreeSet<PathBuf> {
        let sources = variables::SECRETS.iter().filter_map(|key| Some(&self.get(key)?.source));
        let files = sources.filter_map(|source| match source {
            Source::File(file) => Some(file),
            Source::Variable(name) if name.ends_with("_FILE") => variables.get(name),
            _ => None,
        });
        files.map(PathBuf::from).collect()
    }

    pub(super) fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.get(key)
    }

    /// Whether this one may have been given, but in a file that can't be read.
    pub(super) fn may_be_unread(&self, key: &str) -> bool {
        let is_given = self.get(key).is_some_and(|setting| !setting.source.is_shipped());
        !is_given && (self.unread.any || self.unread.keys.contains(&key))
    }

    fn add_defaults(&mut self, faults: &mut Faults) {
        for (key, value) in settings(DEFAULTS, "config/default.toml", faults).unwrap_or_default() {
            self.settings.insert(key, Setting { value, source: Source::Default });
        }
    }

    fn add_environment(&mut self, environment: Environment, faults: &mut Faults) {
        let file = format!("config/{environment}.toml");
        for (key, value) in settings(environment.settings(), &file, faults).unwrap_or_default() {
            self.set(&key, Setting { value, source: Source::Environment(environment) }, faults);
        }
    }

    fn add_file(&mut self, path: &Path, faults: &mut Faults) {
        let file = path.display().to_string();
        let given = match file::read_text(path) {
            Ok(text) => settings(&text, &file, faults),
            Err(error) => {
                faults.add(&file, error.to_string(), "name a readable TOML file with --config");
                None
            }
        };
        self.unread.any = given.is_none();
        for (key, mut value) in given.unwrap_or_default() {
            if let Value::String(text) = &mut value {
                variables::cut_line_break(text);
            }
            self.set(&key, Setting { value, source: Source::File(file.clone()) }, faults);
        }
    }

    fn add_variables(&mut self, variables: &BTreeMap<String, String>, faults: &mut Faults) {
        let Given { settings, unread } = variables::given(variables, faults);
        self.unread.keys = unread;
        for VariableSetting { key, name, text } in settings {
            self.set(&key, Setting::text(&text, Source::Variable(name)), faults);
        }
    }

    /// Overrides a setting that exists; an empty text leaves what is below.
    fn set(&mut self, key: &str, setting: Setting, faults: &mut Faults) {
        if setting.value.as_str() == Some("") {
            return;
        }
        if let Some(below) = self.settings.get_mut(key) {
            *below = setting;
            return;
        }
        let fix = match spelling::closest(key, self.keys()) {
            Some(meant) if matches!(setting.source, Source::Variable(_)) => {
                format!("perhaps {}", variables::name_of(meant))
            }
            Some(meant) => format!("perhaps {meant}"),
            None => "see config/default.toml for all there are".to_owned(),
        };
        faults.add(setting.source.name(key), "there is no such setting", fix);
    }
}

impl Setting {
    fn text(text: &str, source: Source) -> Self {
        Self { value: Value::String(text.to_owned()), source }
    }
}

/// A TOML text as dotted keys: every setting lies in a section. `None`, if it is none.
fn settings(text: &str, file: &str, faults: &mut Faults) -> Option<Vec<(String, Value)>> {
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            // Only the words and the place: the line itself may hold a secret.
            let line = error.span().map_or(1, |span| 1 + text.get(..span.start).unwrap_or(text).matches('\n').count());
            // What it says of a number too large is about Rust.
            let problem = error.message();
            let problem = if problem.starts_with("invalid type: integer") { "a number is too large" } else { problem };
            faults.add(format!("{file}, line {line}"), problem, "mend the TOML");
            return None;
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
    Some(settings)
}
