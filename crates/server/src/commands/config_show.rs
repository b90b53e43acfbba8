//! `ironplate config show`.

use serde_json::{Value, json};

use crate::{
    cli::{Format, Overrides},
    config::{self, ShownSetting},
    failure::Failure,
    table::Table,
    terminal::say,
};

/// Also what is wrong is shown: by that it is found.
pub(super) fn run(overrides: &Overrides, format: Format) -> Result<(), Failure> {
    let (settings, outcome) = config::show(overrides);
    match format {
        Format::Json => {
            let object = |ShownSetting { key, value, source }| json!({ "key": key, "value": value, "source": source });
            say(format_args!("{:#}", settings.into_iter().map(object).collect::<Value>()));
        }
        Format::Text => {
            let rows = settings.into_iter().map(|ShownSetting { key, value, source }| [key, value, source]).collect();
            say(Table { head: ["SETTING", "VALUE", "FROM"], rows });
        }
    }
    outcome.map_err(|faults| Failure(faults.to_string()))
}
