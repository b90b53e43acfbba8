//! Where faults are reported.

use super::{
    Environment,
    reader::{Read, Reader},
};
use crate::telemetry::SentrySettings;

/// Nothing where nobody is on call, whatever is set.
pub(super) fn read(environment: Environment, reader: &mut Reader<'_>) -> Read<Option<SentrySettings>> {
    let dsn = reader.optional_text("sentry.dsn");
    let name = reader.optional_text("sentry.environment");
    let sample_rate = reader.rate("sentry.sample_rate");
    let Some(dsn) = dsn? else { return Ok(None) };
    let fix = "the DSN of the project, as Sentry shows it: https://KEY@HOST/NUMBER";
    let dsn = dsn.parse().map_err(|_| reader.refuse("sentry.dsn", "is no DSN", fix))?;
    let environment_name = name?.unwrap_or_else(|| environment.to_string());
    let settings = SentrySettings { dsn, environment: environment_name, sample_rate: sample_rate? };
    Ok(Some(settings).filter(|_| environment.is_watched()))
}
