//! `ironplate worker`.

use std::sync::Arc;

use super::prepare_database;
use crate::{
    clock_watch,
    config::{self, Config},
    failure::Failure,
    lifecycle::{Shutdown, ignore_meaningless_signals},
    logging, metrics,
    output::Output,
    service_manager,
    wiring::Wiring,
    worker::{Worker, WorkerLimits},
};

pub(super) async fn run(config: Config, output: &Output, shutdown: Shutdown) -> Result<(), Failure> {
    logging::start(&config, output)?;
    ignore_meaningless_signals()?;
    let Some(prepared) = shutdown.unless_stopped(prepare_database(&config)).await else { return Ok(()) };
    prepared?;
    let wiring = Wiring::new(&config)?;
    if let Some(address) = config.metrics {
        metrics::start(address, wiring.application(), wiring.ports.store.clone(), None, &config.http)?;
    }
    let (concurrency, lease) = (config.outbox.concurrency, config.outbox.delivery.lease);
    tokio::spawn(clock_watch::watch(Arc::new(wiring.application()), shutdown.soft.clone()));
    let limits = WorkerLimits { concurrency, lease };
    let worker = Worker::start(wiring.application(), wiring.ports.clock.clone(), limits, shutdown.soft.clone());
    let (environment, database, mail) = (config.environment, &config.database.url, &config.mail.transport);
    tracing::info!(%environment, %database, %mail, concurrency, "sending mail");
    service_manager::ready(config::service_manager(), shutdown.soft.clone());
    worker.ended(shutdown, config.http.shutdown_timeout).await;
    wiring.ports.store.close().await;
    tracing::info!("stopped");
    Ok(())
}
