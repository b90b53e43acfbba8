//! One file a command.

mod config_check;
mod create_superuser;
mod migrate;
mod openapi;
mod serve;

use std::error::Error;

use crate::{
    cli::{Cli, Command, ConfigCommand},
    config::{self, Config},
};

/// Why a command did not do what it should: a sentence for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(pub(crate) String);

impl Failure {
    /// What was tried, and every cause behind the error.
    pub(crate) fn because(tried: &str, error: &dyn Error) -> Self {
        let mut text = format!("{tried}: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        Self(text)
    }
}

pub(crate) async fn run(cli: Cli) -> Result<(), Failure> {
    let overrides = cli.overrides;
    let config = || config::load(&overrides).map_err(|faults| Failure(faults.to_string()));
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(config()?).await,
        Command::Migrate => migrate::run(&config()?).await,
        Command::CreateSuperuser(arguments) => create_superuser::run(&config()?, arguments).await,
        Command::Config(ConfigCommand::Check) => {
            config_check::run(&config()?);
            Ok(())
        }
        Command::Openapi => {
            let project = config::load_project(&overrides).map_err(|faults| Failure(faults.to_string()))?;
            openapi::run(&project);
            Ok(())
        }
    }
}

/// Brings the database up to date, if the configuration wants that.
async fn migrate_on_start(config: &Config) -> Result<(), Failure> {
    if config.database.migrate_on_start { migrate::pending(config).await.map(drop) } else { Ok(()) }
}
