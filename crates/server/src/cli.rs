//! The command line.

mod audit;
mod doctor;
mod import;
mod limits;
mod outbox;
mod person;
mod user;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, error::ErrorKind};
use ironplate_domain::Email;

pub(crate) use self::audit::{AuditCommand, ExportEvents, ExportFormat};
pub(crate) use self::doctor::{BackUp, CheckCopy, Examine};
pub(crate) use self::import::{ImportCommand, ImportCsv, ImportManner, ImportTemplate};
pub(crate) use self::limits::{ClearLimits, EndSessions, LimitsCommand, ListLimits, SessionsCommand};
pub(crate) use self::outbox::{ListMessages, OutboxCommand, RetryMessages};
pub(crate) use self::person::Person;
pub(crate) use self::user::{DeleteUser, Format, InviteUser, ListUsers, SetPassword, UserCommand, Whose};

/// The ground floor of a SaaS back end: accounts, sessions, roles, mail and a JSON API.
///
/// Without a command it serves. In a fresh folder that needs nothing else: it makes a SQLite database in var/, a key,
/// a mailbox that keeps all mail, and a first superuser whose password it prints once.
#[derive(Debug, Parser)]
#[command(name = "ironplate", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) overrides: Overrides,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

impl Cli {
    /// What was typed. What makes no sense ends the process, and says so.
    pub(crate) fn typed() -> Self {
        Self::parse().checked().unwrap_or_else(|error| error.exit())
    }

    /// `--address` might be meant as a client's, and what is done then would be done to all.
    fn checked(self) -> Result<Self, clap::Error> {
        let listens = !matches!(
            &self.command,
            Some(Command::Once(task)) if !matches!(task, Task::Doctor(_) | Task::Config(_) | Task::Health(_))
        );
        if listens || self.overrides.address.is_none() {
            return Ok(self);
        }
        let why =
            "--address is where a server listens, and this command has no use for it; limits of a client: --client";
        Err(Self::command().error(ErrorKind::ArgumentConflict, why))
    }
}

const EXAMPLES: &str = "Examples:
  ironplate                                  serve on http://127.0.0.1:8000 from var/ironplate.db
  ironplate config check --environment production
  ironplate --database-url postgres://app@localhost/app migrate
  ironplate create-superuser --email ann@example.com
  ironplate doctor                           what is wrong, and how to mend it
  ironplate user set-password ann@example.com
  ironplate outbox list --state dead         the mail that could not be sent, and why
  ironplate audit export --since 2026-11-01 --format csv > november.csv

Every setting and its environment variable: config/default.toml in the repository.";

/// Settings that the command line may override.
#[derive(Debug, Default, Args)]
pub(crate) struct Overrides {
    /// Read settings from this TOML file; `IRONPLATE_CONFIG` names it, too.
    #[arg(long, global = true, help_heading = "Configuration", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// development, test or production.
    #[arg(long, global = true, help_heading = "Configuration", value_name = "NAME")]
    pub(crate) environment: Option<String>,

    /// sqlite:PATH or `postgres://user:password@host/name`.
    #[arg(long, global = true, help_heading = "Configuration", value_name = "URL")]
    pub(crate) database_url: Option<String>,

    /// Where the server listens, such as 0.0.0.0:8000.
    #[arg(long, global = true, help_heading = "Configuration", value_name = "ADDRESS")]
    pub(crate) address: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API (what happens without a command).
    Serve,
    /// Send mail and do nothing else.
    ///
    /// `serve` does it, too, unless outbox.worker is false. Any number of workers may share a database; each sends at
    /// most outbox.concurrency messages at once. The first SIGTERM or Ctrl-C lets it finish what it has in hand.
    Worker,
    #[command(flatten)]
    Once(Task),
}

/// What comes to its end by itself.
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Look after accounts.
    #[command(subcommand)]
    User(UserCommand),
    /// End sessions.
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// See whom limits hold off, and let them try again.
    #[command(subcommand)]
    Limits(LimitsCommand),
    /// Look after mail that waits, was sent or could not be sent.
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Take the audit log along.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Bring in what another system has.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Look at everything that a server needs, say what is wrong and how to mend it, and change nothing.
    Doctor(Examine),
    /// Copy the database while servers run (SQLite), and check the copy.
    Backup(BackUp),
    /// Say what is in a copy of the database, and whether it is sound.
    RestoreCheck(CheckCopy),
    /// Run the migrations that the database lacks.
    Migrate,
    /// Make a superuser, asking for what is not given.
    CreateSuperuser(CreateSuperuser),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Ask the server on this machine whether it is ready.
    ///
    /// For health checks of containers: the exit status is 0 if it is, and 1 if not, with the reason.
    Health(AskHealth),
    /// Print the OpenAPI document.
    Openapi,
}

#[derive(Debug, Args)]
pub(crate) struct AskHealth {
    /// Ask only whether it answers (/livez), not whether it is ready (/readyz).
    #[arg(long)]
    pub(crate) live: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CreateSuperuser {
    /// The superuser's address.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<Email>,

    /// Read the password from standard input instead of asking for it.
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Tell everything that is wrong, each with its key and its fix.
    Check,
    /// Show every setting and where it comes from; secrets are masked.
    Show {
        /// A table, or a JSON array.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_listen_is_asked_of_no_command_that_does_not_listen() {
        let checked = |arguments: &str| Cli::try_parse_from(arguments.split(' ')).and_then(Cli::checked);
        for arguments in ["limits clear --all", "limits list", "user list", "migrate", "backup copy.db"] {
            let refused = checked(&format!("ironplate {arguments} --address 192.0.2.7:1"));
            assert_eq!(refused.map(drop).unwrap_err().kind(), ErrorKind::ArgumentConflict, "{arguments}");
            assert!(checked(&format!("ironplate {arguments}")).is_ok(), "{arguments}");
        }
        for arguments in ["serve", "doctor", "health", "config show"] {
            assert!(checked(&format!("ironplate {arguments} --address 127.0.0.1:1")).is_ok(), "{arguments}");
        }
    }
}
