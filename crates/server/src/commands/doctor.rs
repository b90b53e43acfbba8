//! `ironplate doctor`: looks at everything that a server needs, and changes nothing.

mod database;
mod finding;
mod machine;
mod mail;
mod network;
mod obstacle;
mod replicas;
mod secrets;
mod server_facts;
mod traces;

use std::{collections::BTreeSet, path::PathBuf};

use ironplate_domain::Email;
use serde_json::Value;

use crate::{
    cli::{Examine, Format, Overrides},
    config::{self, Config, Database, Environment, Faults, Http, Mail, Parts, TraceSettings, Web},
    failure::Failure,
    terminal::say,
};
use finding::{Finding, Verdict};

pub(super) async fn run(overrides: &Overrides, wanted: Examine) -> Result<(), Failure> {
    let Examine { send_to, format } = wanted;
    let findings = match config::load_or_parts(overrides) {
        Ok(config) => [settings(&config), examine(&Subjects::of(&config), send_to).await].concat(),
        Err((faults, parts)) => {
            let subjects = Subjects::of_parts(&parts);
            [vec![faulty(&faults, &subjects)], examine(&subjects, send_to).await].concat()
        }
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

/// What is looked at; `None` is what a fault of the settings keeps from it.
#[derive(Clone, Copy)]
struct Subjects<'a> {
    environment: Environment,
    http: Option<&'a Http>,
    web: Option<&'a Web>,
    database: Option<&'a Database>,
    mail: Option<&'a Mail>,
    traces: Option<&'a TraceSettings>,
    secret_files: &'a BTreeSet<PathBuf>,
}

impl<'a> Subjects<'a> {
    fn of(config: &'a Config) -> Self {
        Self {
            environment: config.environment,
            http: Some(&config.http),
            web: Some(&config.web),
            database: Some(&config.database),
            mail: Some(&config.mail),
            traces: config.traces.as_ref(),
            secret_files: &config.secret_files,
        }
    }

    fn of_parts(parts: &'a Parts) -> Self {
        Self {
            environment: parts.environment,
            http: parts.http.as_ref(),
            web: parts.web.as_ref(),
            database: parts.database.as_ref(),
            mail: parts.mail.as_ref(),
            traces: parts.traces.as_ref(),
            secret_files: &parts.secret_files,
        }
    }
}

async fn examine(subjects: &Subjects<'_>, send_to: Option<Email>) -> Vec<Finding> {
    let Subjects { environment, http, web, database, mail, traces, secret_files } = *subjects;
    let mut findings = secrets::findings(environment, http, secret_files);
    if let Some(database) = database {
        findings.extend(database::findings(database).await);
    }
    if let (Some(mail), Some(web)) = (mail, web) {
        findings.extend(mail::findings(mail, web, send_to).await);
    }
    if let (Some(http), Some(web)) = (http, web) {
        findings.extend(network::findings(environment, http, web).await);
    }
    if let Some(traces) = traces {
        findings.push(traces::finding(traces).await);
    }
    findings.extend(machine::findings(database, mail));
    findings
}

/// With what had to be left out.
fn faulty(faults: &Faults, subjects: &Subjects<'_>) -> Finding {
    let Subjects { http, web, database, mail, .. } = subjects;
    let left_out = [
        ("the database", database.is_none()),
        ("mail", mail.is_none() || web.is_none()),
        ("links, proxies and certificate", http.is_none() || web.is_none()),
    ];
    let left_out: Vec<_> =
        left_out.into_iter().filter_map(|(subject, is_left_out)| is_left_out.then_some(subject)).collect();
    let fix = match left_out.join("; ") {
        none if none.is_empty() => "see above; then run it again".to_owned(),
        subjects => format!("see above; then run it again, as this was not looked at: {subjects}"),
    };
    Finding::wrong("configuration", faults.to_string(), fix)
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
