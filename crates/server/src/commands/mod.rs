//! One file a command.

mod audit;
mod backup;
mod config_check;
mod config_show;
mod create_superuser;
mod doctor;
mod health;
mod import;
mod limits;
mod migrate;
mod openapi;
mod outbox;
mod password;
mod person;
mod serve;
mod sessions;
mod user;
mod worker;

use std::{mem, path::absolute};

use ironplate_application::{
    logged,
    ports::{Health, Store, Weakness},
};

use ironplate_persistence::{DatabaseUrl, Unfinished};
use tokio::{runtime::Handle, task::spawn_blocking};

use crate::{
    cli::{AuditCommand, Cli, Command, ConfigCommand, Overrides, SessionsCommand, Task},
    config::{self, Config},
    database,
    failure::Failure,
    lifecycle::Shutdown,
    logging,
    output::Output,
    terminal::{TerminalModes, remark},
};

pub(crate) async fn run(cli: Cli, output: &Output, shutdown: Shutdown) -> Result<(), Failure> {
    let Cli { overrides, command } = cli;
    match command.unwrap_or(Command::Serve) {
        Command::Serve => Box::pin(serve::run(config_to_serve(&overrides)?, output, shutdown)).await,
        Command::Worker => worker::run(config(&overrides)?, output, shutdown).await,
        Command::Once(task) => {
            let (terminal, unfinished) = (TerminalModes::now(), Unfinished::default());
            let copy = unfinished.clone();
            // On a thread of its own, because it may block that: asking for a password, or writing what nobody reads.
            let thread = spawn_blocking(|| Handle::current().block_on(run_once(task, overrides, copy)));
            match shutdown.unless_stopped(thread).await {
                Some(Ok(outcome)) => outcome,
                Some(Err(panic)) => Err(Failure::because("The command failed", &panic)),
                None => {
                    terminal.restore();
                    unfinished.remove();
                    Err(Failure("Stopped by a signal.".to_owned()))
                }
            }
        }
    }
}

fn config(overrides: &Overrides) -> Result<Config, Failure> {
    config::load(overrides).map_err(|faults| Failure(faults.to_string()))
}

fn config_to_serve(overrides: &Overrides) -> Result<Config, Failure> {
    config::load_to_serve(overrides).map_err(|faults| Failure(faults.to_string()))
}

async fn run_once(task: Task, overrides: Overrides, unfinished: Unfinished) -> Result<(), Failure> {
    let config = || config(&overrides);
    match task {
        Task::User(command) => Box::pin(user::run(&config()?, command)).await,
        Task::Sessions(SessionsCommand::End(whose)) => sessions::end(&config()?, whose).await,
        Task::Limits(command) => limits::run(&config()?, command).await,
        Task::Outbox(command) => outbox::run(&config()?, command).await,
        Task::Audit(AuditCommand::Export(wanted)) => audit::export(&config()?, wanted).await,
        Task::Audit(AuditCommand::Catalogue) => {
            audit::catalogue();
            Ok(())
        }
        Task::Import(command) => Box::pin(import::run(&config()?, command)).await,
        Task::Doctor(wanted) => doctor::run(&overrides, wanted).await,
        Task::Backup(wanted) => backup::back_up(&config()?, wanted, unfinished).await,
        Task::RestoreCheck(wanted) => backup::check(wanted).await,
        Task::Migrate => migrate::run(&config()?).await,
        Task::CreateSuperuser(arguments) => create_superuser::run(&config()?, arguments).await,
        Task::Config(ConfigCommand::Check) => config_check::run(&config_to_serve(&overrides)?).await,
        Task::Config(ConfigCommand::Show { format }) => config_show::run(&overrides, format),
        Task::Health(wanted) => {
            let http = config::load_http(&overrides).map_err(|faults| Failure(faults.to_string()))?;
            health::run(&http, wanted).await
        }
        Task::Openapi => {
            let project = config::load_project(&overrides).map_err(|faults| Failure(faults.to_string()))?;
            openapi::run(&project);
            Ok(())
        }
    }
}

/// The configuration can't know it without a look at the words that everybody guesses.
fn weak_superuser(weakness: &Weakness) -> Failure {
    Failure(format!(
        "FIRST_SUPERUSER_PASSWORD can't be used: {weakness}\n\
         Choose another, or leave FIRST_SUPERUSER unset and run `ironplate create-superuser`."
    ))
}

/// Says which database is worked on, and waits until it answers. What is done there is told as lines, too.
async fn reach_database(config: &Config) -> Result<(), Failure> {
    logging::start_audit(&config.log)?;
    name_database(config)?;
    await_database(config).await
}

/// Whoever waits at a terminal is told once.
async fn await_database(config: &Config) -> Result<(), Failure> {
    let mut is_told = false;
    database::wait(config, |error, left| {
        if !mem::replace(&mut is_told, true) {
            let (url, seconds) = (&config.database.url, left.as_secs());
            remark(format_args!(
                "{url} (DATABASE_URL) does not answer yet; waiting for {seconds} seconds at the most: {error}"
            ));
        }
    })
    .await
}

/// Says which database is worked on, lest it is another than was meant; `migrate` alone makes one, and what serves.
fn name_database(config: &Config) -> Result<(), Failure> {
    let url = &config.database.url;
    if let DatabaseUrl::Sqlite(path) = url {
        let place = absolute(path).unwrap_or_else(|_| path.clone());
        if !path.exists() {
            let place = place.display();
            return Err(Failure(format!(
                "There is no database {place} (DATABASE_URL). The settings are {}: is this the right folder, or is --config, \
                 --environment or DATABASE_URL missing? `ironplate migrate` makes a new one.",
                config.origin()
            )));
        }
        remark(format_args!("Database: sqlite:{}", place.display()));
    } else {
        remark(format_args!("Database: {url}"));
    }
    Ok(())
}

/// Looking must not change the database, so it is not migrated here.
async fn check_database(config: &Config, store: &dyn Store) -> Result<(), Failure> {
    let url = &config.database.url;
    match store.health().await {
        // What takes no writes can be looked at.
        Health::Ready | Health::ReadOnly | Health::Unwritable(_) | Health::Exhausted { .. } => Ok(()),
        Health::Unmigrated(_) => Err(Failure(format!("{url} lacks migrations; run `ironplate migrate` first."))),
        Health::Unreachable(why) => Err(Failure(format!("{url} (DATABASE_URL) does not answer: {why}"))),
    }
}

/// What a process that stays needs before it begins.
async fn prepare_database(config: &Config) -> Result<(), Failure> {
    let url = &config.database.url;
    database::wait(config, |error, left| {
        tracing::warn!(database = %url, error = logged(error), left_seconds = left.as_secs(), "waiting for the database");
    })
    .await?;
    migrate_on_start(config).await
}

/// Brings the database up to date, if the configuration wants that.
async fn migrate_on_start(config: &Config) -> Result<(), Failure> {
    if config.database.migrate_on_start { migrate::pending(config).await.map(drop) } else { Ok(()) }
}
