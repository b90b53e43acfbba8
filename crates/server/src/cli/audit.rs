//! The command line of `ironplate audit`.

use clap::{Args, Subcommand, ValueEnum};
use ironplate_domain::Timestamp;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Print audit events, oldest first; that it was done is recorded, too.
    Export(ExportEvents),
    /// Print all kinds of events there are, as a Markdown table.
    Catalogue,
}

#[derive(Debug, Args)]
pub(crate) struct ExportEvents {
    /// Only events from this day or moment on, such as 2026-11-01 or 2026-11-01T08:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) since: Option<Timestamp>,

    /// Only events before this day or moment.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) until: Option<Timestamp>,

    /// One JSON object a line, or comma-separated values with a header.
    #[arg(long, value_enum, default_value = "jsonl")]
    pub(crate) format: ExportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Jsonl,
    Csv,
}

/// A day begins at midnight in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let moment = Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")));
    moment.ok_or_else(|| "a time looks like 2026-11-01 or 2026-11-01T08:00:00Z".to_owned())
}
