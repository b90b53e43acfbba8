//! Files, variables and flags laid over one another, setting by setting.

use std::{collections::BTreeMap, fs, path::Path};

use toml::{Table, Value};

use super::{
    Environment, Faults, spelling,
    variables::{self, VariableSetting},
};
use crate::cli::Overrides;

const DEFAULTS: &str = include_str!("../../../../config/default.toml");

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

    /// All settings there are.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Setting> {
        self.0.get(key)
    }

    fn add_defaults(&mut self, faults: &mut Faults) {
        for (key, value) in settings(DEFAULTS, "config/default.toml", faults) {
            let name = variables::name_of(&key);
            self.0.insert(key, Setting { value, name, origin: Origin::Shipped });
        }
    }

    fn add_environment(&mut self, environment: Environment, faults: &mut Faults) {
        for (key, value) in settings(environment.settings(), &format!("config/{environment}.toml"), faults) {
            let name = variables::name_of(&key);
            self.set(&key, Setting { value, name, origin: Origin::Shipped }, faults);
        }
    }

    fn add_file(&mut self, path: &Path, faults: &mut Faults) {
        let file = path.display().to_string();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return faults.add(file, error.to_string(), "name a readable TOML file with --config"),
        };
        for (key, mut value) in settings(&text, &file, faults) {
            if let Value::String(text) = &mut value {
                variables::cut_line_break(text);
            }
            let name = format!("{key} in {file}");
            self.set(&key, Setting { value, name, origin: Origin::Given }, faults);
        }
    }

    fn add_variables(&mut self, variables: &BTreeMap<String, String>, faults: &mut Faults) {
        for VariableSetting { key, name, text } in variables::given(variables, faults) {
            self.set(&key, Setting::given(&text, &name), faults);
        }
    }

    /// Overrides a setting that exists; an empty text leaves what is below.
    fn set(&mut self, key: &str, setting: Setting, faults: &mut Faults) {
        if setting.value.as_str() == Some("") {
            return;
        }
        if let Some(below) = self.0.get_mut(key) {
            *below = setting;
            return;
        }
        let fix = match spelling::closest(key, self.keys()) {
            Some(meant) if setting.name.starts_with("IRONPLATE__") => format!("perhaps {}", variables::name_of(meant)),
            Some(meant) => format!("perhaps {meant}"),
            None => "see config/default.toml for all there are".to_owned(),
        };
        faults.add(setting.name, "there is no such setting", fix);
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
