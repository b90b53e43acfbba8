//! `ironplate doctor`: looks at everything that a server needs, and changes nothing.

mod database;
mod finding;
mod machine;
mod mail;
mod network;
mod traces;

use ironplate_domain::Email;
use serde_json::Value;

use crate::{
    cli::{Examine, Format, Overrides},
    config::{self, Config},
    failure::Failure,
    terminal::say,
};
use finding::{Finding, Verdict};

pub(super) async fn run(overrides: &Overrides, wanted: Examine) -> Result<(), Failure> {
    let Examine { send_to, format } = wanted;
    let findings = match config::load(overrides) {
        Ok(config) => examine(&config, send_to).await,
        // Nothing else can be looked at without settings.
        Err(faults) => vec![Finding::wrong("configuration", faults.to_string(), "see above; then run it again")],
    };
    match format {
        Format::Json => say(format_args!("{:#}", Value::Array(findings.iter().map(Finding::json).collect()))),
        Format::Text => findings.iter().for_each(say),
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (wrong, unwise) = (count(Verdict::Wrong), count(Verdict::Unwise));
    if format == Format::Text {
        say("");
    }
    match (wrong, unwise, format) {
        (0, _, Format::Json) => {}
        (0, 0, Format::Text) => say("All is well."),
        (0, unwise, Format::Text) => say(format_args!("Nothing is wrong; to look at: {unwise}.")),
        (wrong, unwise, _) => return Err(Failure(format!("Wrong: {wrong}; to look at: {unwise}."))),
    }
    Ok(())
}

async fn examine(config: &Config, send_to: Option<Email>) -> Vec<Finding> {
    let mut findings = settings(config);
    findings.extend(database::findings(config).await);
    findings.extend(mail::findings(config, send_to).await);
    findings.extend(network::findings(config).await);
    findings.extend(traces::finding(config).await);
    findings.extend(machine::findings(config));
    findings
}

/// Faults would have been told instead.
fn settings(config: &Config) -> Vec<Finding> {
    let complete = Finding::ok("configuration", format!("complete, {}", config.origin()));
    let unwise =
        config.warnings.iter().map(|warning| Finding::unwise("configuration", warning, "see config/default.toml"));
    let key = match (&config.security.secret_key, config.security.previous_secret_keys.len()) {
        (None, _) => Finding::ok("key", "none is set: one is kept in var/secret.key, for development"),
        (Some(_), 0) => Finding::ok("key", "SECRET_KEY is long enough, and no sample"),
        (Some(_), count) => Finding::unwise(
            "key",
            format!("SECRET_KEY is sound; so many older ones are taken, too (PREVIOUS_SECRET_KEYS): {count}"),
            "drop them once what they signed is over: docs/operations/keys.md",
        ),
    };
    // Each was rendered with samples when it was read.
    let templates = Finding::ok("templates", "of mail and pages: each can be parsed");
    [complete].into_iter().chain(unwise).chain([key, templates]).collect()
}
