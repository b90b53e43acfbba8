//! The command line of `ironplate import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ironplate_persistence::DatabaseUrl;

use super::Format;

#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Bring users and items in from a database of full-stack-fastapi-template.
    ///
    /// Of a user come id, address, name, password, rights and date; of an item id, owner, title, description and date. It may be
    /// run again at any time, also after it was stopped: what is here already is left as it is. Nobody gets mail.
    FullStackFastapiTemplate(Box<ImportTemplate>),
    /// Bring users in from a CSV file with the columns address, name and hash.
    ///
    /// The first row names the columns; name and hash may be missing. A hash is that of a password, by Argon2 or bcrypt; whoever comes
    /// without one is invited afterwards. Rows come in batches of 500: when one of them can't be taken, none of its batch is. It may be
    /// run again at any time. Nobody gets mail.
    Csv(ImportCsv),
}

#[derive(Debug, Args)]
pub(crate) struct ImportTemplate {
    /// The database of the template, as `postgres://user:password@host/name`. It is read, and never written.
    #[arg(long, value_name = "URL")]
    pub(crate) from: DatabaseUrl,

    #[command(flatten)]
    pub(crate) manner: ImportManner,
}

#[derive(Debug, Args)]
pub(crate) struct ImportCsv {
    /// The file, in UTF-8.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) manner: ImportManner,
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ImportManner {
    /// Write nothing, and say what would come in and what would not.
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Vouch that everybody who comes with a password proved their address before.
    #[arg(long)]
    pub(crate) verified: bool,

    /// A line a fault and a table, or a JSON object.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}
