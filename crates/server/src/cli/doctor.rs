//! The command line of `ironplate doctor`, `backup` and `restore-check`.

use std::path::PathBuf;

use clap::Args;
use ironplate_domain::Email;

use super::Format;

#[derive(Debug, Args)]
pub(crate) struct Examine {
    /// Also send a mail to this address, at once and beside the outbox.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) send_to: Option<Email>,

    /// A line a finding, or a JSON array.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct BackUp {
    /// Where the copy shall be; no file may be there yet.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Sentences, or a JSON object.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct CheckCopy {
    /// The copy.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Sentences, or a JSON object.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}
