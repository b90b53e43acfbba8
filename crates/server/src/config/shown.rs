//! The settings in force, for an operator to look at.

use super::{
    Environment, Faults, environment,
    layers::{Layers, Source},
    reader::plain,
    variables::SECRETS,
};
use crate::cli::Overrides;
use ironplate_persistence::DatabaseUrl;

/// A setting, its value without secrets, and where it comes from.
pub(crate) struct ShownSetting {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) source: String,
}

/// All settings, the environment first; and what is wrong with how they are given.
pub(crate) fn show(overrides: &Overrides) -> (Vec<ShownSetting>, Result<(), Faults>) {
    let mut faults = Faults::default();
    let variables = environment::variables();
    let environment = Environment::choose(&variables, overrides, &mut faults);
    let layers = Layers::gather(environment, &variables, overrides, &mut faults);
    let source = match &overrides.environment {
        Some(_) => Source::Flag("--environment"),
        None if variables.contains_key("ENVIRONMENT") => Source::Variable("ENVIRONMENT".to_owned()),
        None => Source::Default,
    };
    let environment =
        ShownSetting { key: "environment".to_owned(), value: environment.to_string(), source: source.to_string() };
    let settings = layers.settings().map(|(key, setting)| ShownSetting {
        key: key.to_owned(),
        value: without_secrets(key, plain(&setting.value)),
        source: setting.source.to_string(),
    });
    let shown = [environment].into_iter().chain(settings).collect();
    (shown, if faults.is_empty() { Ok(()) } else { Err(faults) })
}

fn without_secrets(key: &str, value: String) -> String {
    if !SECRETS.contains(&key) || value.is_empty() || value == "[]" {
        return value;
    }
    // Of an address, only the password is one.
    let address =
        |text: &str| text.trim_matches(&[' ', '[', ']', '"'][..]).parse::<DatabaseUrl>().map(|url| url.to_string());
    let shown: Result<Vec<_>, _> = match key {
        "database.url" => address(&value).map(|url| vec![url]),
        "database.replica_urls" => value.split(',').map(address).collect(),
        _ => return "***".to_owned(),
    };
    shown.map_or_else(|_| "***".to_owned(), |addresses| addresses.join(", "))
}
