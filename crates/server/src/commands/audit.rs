//! `ironplate audit …`.

mod text;

use std::io::{BufWriter, Error, ErrorKind, Write, stdout};

use ironplate_application::{
    audit::{Audit, Wanted},
    ports::{AuditPage, StoreError},
};
use ironplate_domain::AuditKind;

use super::{check_database, person::id_of, reach_database};
use crate::{
    cli::{ExportEvents, ExportFormat},
    config::Config,
    failure::Failure,
    operator,
    terminal::say,
    wiring::Wiring,
};

/// Events that are in memory at once.
const PART: u32 = 1_000;

pub(super) async fn export(config: &Config, wanted: ExportEvents) -> Result<(), Failure> {
    reach_database(config).await?;
    let wiring = Wiring::new(config)?;
    check_database(config, &*wiring.ports.store).await?;
    let ExportEvents { since, until, person, organization, kind, format } = wanted;
    if since.zip(until).is_some_and(|(since, until)| since >= until) {
        return Err(Failure("--until is not after --since: nothing is in between.".to_owned()));
    }
    let person = match person {
        // Events outlive accounts, and have ids alone.
        Some(person) => Some(
            id_of(&person, &*wiring.ports.store)
                .await
                .map_err(|Failure(why)| Failure(format!("{why} Of an account that is gone, give the id.")))?,
        ),
        None => None,
    };
    let wanted = Wanted { since, until, person, organization, kind };
    let audit = wiring.application().audit;
    let mut out = BufWriter::new(stdout());
    audit.note_export(&operator::of_this_machine()).await;
    let written = write(&audit, wanted, format, &mut out).await;
    match written.and_then(|()| out.flush().map_err(Stopped::Writing)) {
        // Whoever reads has seen enough.
        Err(Stopped::Writing(error)) if error.kind() == ErrorKind::BrokenPipe => {}
        Err(Stopped::Writing(error)) => return Err(Failure(format!("The events could not be written: {error}."))),
        Err(Stopped::Reading(error)) => return Err(Failure::because("The audit log could not be read", &error)),
        Ok(()) => {}
    }
    Ok(())
}

/// The very table that `docs/SECURITY.md` has.
pub(super) fn catalogue() {
    say("| Kind | What happened |\n|---|---|");
    for kind in AuditKind::ALL {
        say(format_args!("| `{}` | {} |", kind.name(), kind.description()));
    }
}

enum Stopped {
    Reading(StoreError),
    Writing(Error),
}

async fn write(audit: &Audit, wanted: Wanted, format: ExportFormat, out: &mut impl Write) -> Result<(), Stopped> {
    if format == ExportFormat::Csv {
        writeln!(out, "{}", text::CSV_HEADER).map_err(Stopped::Writing)?;
    }
    let mut after = None;
    loop {
        let AuditPage { events, next } = audit.export(wanted, after, PART).await.map_err(Stopped::Reading)?;
        for event in &events {
            let line = match format {
                ExportFormat::Jsonl => text::json(event),
                ExportFormat::Csv => text::csv(event),
            };
            writeln!(out, "{line}").map_err(Stopped::Writing)?;
        }
        if next.is_none() {
            return Ok(());
        }
        after = next;
    }
}
