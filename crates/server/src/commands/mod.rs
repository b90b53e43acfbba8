//! One file a command.

mod audit;
mod config_check;
mod create_superuser;
mod migrate;
mod openapi;
mod outbox;
mod serve;
mod worker;

use ironplate_application::ports::{Health, Store};

use crate::{
    cli::{AuditCommand, Cli, Command, ConfigCommand},
    config::{self, Config},
    failure::Failure,
};

pub(crate) async fn run(cli: Cli) -> Result<(), Failure> {
    let overrides = cli.overrides;
    let config = || config::load(&overrides).map_err(|faults| Failure(faults.to_string()));
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(config()?).await,
        Command::Worker => worker::run(config()?).await,
        Command::Outbox(command) => outbox::run(&config()?, command).await,
        Command::Audit(AuditCommand::Export(wanted)) => audit::export(&config()?, wanted).await,
        Command::Audit(AuditCommand::Catalogue) => {
            audit::catalogue();
            Ok(())
        }
        Command::Migrate => migrate::run(&config()?).await,
        Command::CreateSuperuser(arguments) => create_superuser::run(&config()?, arguments).await,
        Command::Config(ConfigCommand::Check) => config_check::run(&config()?),
        Command::Openapi => {
            let project = config::load_project(&overrides).map_err(|faults| Failure(faults.to_string()))?;
            openapi::run(&project);
            Ok(())
        }
    }
}

/// Looking must not change the database, so it is not migrated here.
async fn check_database(config: &Config, store: &dyn Store) -> Result<(), Failure> {
    let url = &config.database.url;
    match store.health().await {
        Health::Ready => Ok(()),
        Health::Unmigrated(_) => Err(Failure(format!("{url} lacks migrations; run `ironplate migrate` first."))),
        Health::Unreachable => Err(Failure(format!("{url} (DATABASE_URL) does not answer."))),
    }
}

/// Brings the database up to date, if the configuration wants that.
async fn migrate_on_start(config: &Config) -> Result<(), Failure> {
    if config.database.migrate_on_start { migrate::pending(config).await.map(drop) } else { Ok(()) }
}
