//! The command line of `ironplate limits` and `ironplate sessions`.

use std::net::IpAddr;

use clap::{Args, Subcommand};

use super::{Format, Person};

#[derive(Debug, Subcommand)]
pub(crate) enum LimitsCommand {
    /// List limits of which permits are taken, those first that last longest.
    List(ListLimits),
    /// Give permits back, so that whoever was held off may try again at once.
    Clear(ClearLimits),
}

#[derive(Debug, Args)]
pub(crate) struct ListLimits {
    /// Only those of this network address.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "account")]
    pub(crate) client: Option<IpAddr>,

    /// Only those of this account: its address, or its id. Attempts on an address that has no account count, too.
    #[arg(long, value_name = "PERSON")]
    pub(crate) account: Option<Person>,

    /// A table, or a JSON array.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ClearLimits {
    /// Those of this network address.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) client: Option<IpAddr>,

    /// Those of this account: its address, or its id. An address need not have an account.
    #[arg(long, value_name = "PERSON")]
    pub(crate) account: Option<Person>,

    /// Everybody's.
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// End sessions at once, as after a leak or a restore: whoever had one logs in again.
    End(EndSessions),
}

#[derive(Debug, Args)]
pub(crate) struct EndSessions {
    #[command(flatten)]
    pub(crate) whose: WhoseSessions,

    /// A sentence, or a JSON object.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct WhoseSessions {
    /// Those of this account: its address, or its id.
    #[arg(long, value_name = "PERSON")]
    pub(crate) user: Option<Person>,

    /// Everybody's.
    #[arg(long)]
    pub(crate) all: bool,
}
