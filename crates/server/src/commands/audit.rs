//! `ironplate audit export`.

mod text;

use std::io::{BufWriter, Error, ErrorKind, Write, stdout};

use ironplate_application::{
    audit::Audit,
    ports::{AuditCursor, AuditPage, StoreError},
};

use super::check_database;
use crate::{
    cli::{ExportEvents, ExportFormat},
    config::Config,
    failure::Failure,
    wiring::Wiring,
};

/// Events that are in memory at once.
const PART: u32 = 1_000;

pub(super) async fn run(config: &Config, wanted: ExportEvents) -> Result<(), Failure> {
    let wiring = Wiring::new(config)?;
    check_database(config, &*wiring.ports.store).await?;
    let audit = wiring.application().audit;
    let mut out = BufWriter::new(stdout().lock());
    let written = export(&audit, &wanted, &mut out).await;
    match written.and_then(|()| out.flush().map_err(Stopped::Writing)) {
        // Whoever reads has seen enough.
        Err(Stopped::Writing(error)) if error.kind() == ErrorKind::BrokenPipe => {}
        Err(Stopped::Writing(error)) => return Err(Failure(format!("The events could not be written: {error}."))),
        Err(Stopped::Reading(error)) => return Err(Failure::because("The audit log could not be read", &error)),
        Ok(()) => {}
    }
    audit.note_export().await;
    Ok(())
}

enum Stopped {
    Reading(StoreError),
    Writing(Error),
}

async fn export(audit: &Audit, wanted: &ExportEvents, out: &mut impl Write) -> Result<(), Stopped> {
    let &ExportEvents { since, until, format } = wanted;
    if format == ExportFormat::Csv {
        writeln!(out, "{}", text::CSV_HEADER).map_err(Stopped::Writing)?;
    }
    let mut after = None;
    loop {
        let AuditPage { events, more } = audit.export(since, until, after, PART).await.map_err(Stopped::Reading)?;
        for event in &events {
            let line = match format {
                ExportFormat::Jsonl => text::json(event),
                ExportFormat::Csv => text::csv(event),
            };
            writeln!(out, "{line}").map_err(Stopped::Writing)?;
        }
        after = events.last().map(AuditCursor::behind);
        if !more {
            return Ok(());
        }
    }
}
