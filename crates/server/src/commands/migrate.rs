//! `ironplate migrate`.

use super::await_database;
use crate::{config::Config, failure::Failure, terminal::say};

pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    await_database(config).await?;
    let ran = pending(config).await?;
    match &*ran {
        [] => say(format_args!("{} is up to date.", config.database.url)),
        names => {
            say(format_args!("{} is migrated; ran:", config.database.url));
            for name in names {
                say(format_args!("  {name}"));
            }
        }
    }
    Ok(())
}

/// The names of the migrations that ran.
pub(super) async fn pending(config: &Config) -> Result<Vec<String>, Failure> {
    let url = &config.database.url;
    let ran = ironplate_persistence::migrate(url, config.database.options).await;
    ran.map_err(|error| Failure::because(&format!("Migrating {url} (DATABASE_URL) failed"), &error))
}
