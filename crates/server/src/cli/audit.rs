//! The command line of `ironplate audit`.

use std::time::Duration;

use clap::{
    Args, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use ironplate_domain::{AuditKind, OrganizationId, Timestamp};

use super::Person;

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

    /// Only events up to this day, which is taken along, or before this moment.
    #[arg(long, value_name = "TIME", value_parser = end)]
    pub(crate) until: Option<Timestamp>,

    /// Only what this person did, or what was done to them: an id, or the address of an account.
    #[arg(long, value_name = "PERSON")]
    pub(crate) person: Option<Person>,

    /// Only what happened within the organisation of this id; `ironplate user show --format json` tells those of a member.
    #[arg(long, value_name = "ID", value_parser = organization)]
    pub(crate) organization: Option<OrganizationId>,

    /// Only events of this kind; `ironplate audit catalogue` tells them all.
    #[arg(long, hide_possible_values = true, value_parser = kinds())]
    pub(crate) kind: Option<AuditKind>,

    /// One JSON object a line, or comma-separated values with a header.
    #[arg(long, value_enum, default_value = "jsonl")]
    pub(crate) format: ExportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Jsonl,
    Csv,
}

fn kinds() -> impl TypedValueParser<Value = AuditKind> {
    PossibleValuesParser::new(AuditKind::ALL.map(AuditKind::name)).try_map(|name| name.parse::<AuditKind>())
}

fn organization(text: &str) -> Result<OrganizationId, uuid::Error> {
    text.parse().map(OrganizationId)
}

const A_TIME: &str = "a time looks like 2026-11-01 or 2026-11-01T08:00:00Z";

/// A day begins at midnight in UTC.
fn day(text: &str) -> Option<Timestamp> {
    Timestamp::parse(&format!("{text}T00:00:00Z"))
}

fn moment(text: &str) -> Result<Timestamp, &'static str> {
    Timestamp::parse(text).or_else(|| day(text)).ok_or(A_TIME)
}

fn end(text: &str) -> Result<Timestamp, &'static str> {
    let after = day(text).map(|day| day.after(Duration::from_hours(24)));
    after.or_else(|| Timestamp::parse(text)).ok_or(A_TIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_when_the_next_begins() {
        assert_eq!(end("2026-11-28"), moment("2026-11-29"));
        assert_eq!(end("2026-12-31"), moment("2027-01-01T00:00:00Z"));
        assert_eq!(end("2026-11-28T08:00:00Z"), moment("2026-11-28T08:00:00Z"));
        for text in ["", "2026-13-01", "today", "2026-11-28 08:00"] {
            assert_eq!((moment(text), end(text)), (Err(A_TIME), Err(A_TIME)), "{text}");
        }
    }
}
