//! `ironplate worker`.

use std::sync::Arc;

use super::migrate_on_start;
use crate::{
    clock_watch,
    config::Config,
    failure::Failure,
    lifecycle::{Shutdown, ignore_meaningless_signals},
    logging, metrics,
    output::Output,
    wiring::Wiring,
    worker::{Worker, WorkerLimits},
};

pub(super) async fn run(config: Config, output: &Output, shutdown: Shutdown) -> Result<(), Failure> {
    logging::start(&config, output)?;
    ignore_meaningless_signals()?;
    let Some(migrated) = shutdown.unless_stopped(migrate_on_start(&config)).await else { return Ok(()) };
    migrated?;
    let wiring = Wiring::new(&config)?;
    if let Some(address) = config.metrics {
        metrics::start(address, wiring.application(), wiring.ports.store.clone())?;
    }
    let (concurrency, lease) = (config.outbox.concurrency, config.outbox.delivery.lease);
    tokio::spawn(clock_watch::watch(Arc::new(wiring.application()), shutdown.soft.clone()));
    let limits = WorkerLimits { concurrency, lease };
    let worker = Worker::start(wiring.application(), wiring.ports.clock.clone(), limits, shutdown.soft.clone());
    let (environment, database, mail) = (config.environment, &config.database.url, &config.mail.transport);
    tracing::info!(%environment, %database, %mail, concurrency, "sending mail");
    worker.ended(shutdown, config.http.shutdown_timeout).await;
    tracing::info!("stopped");
    Ok(())
}
