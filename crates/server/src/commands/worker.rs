//! `ironplate worker`.

use super::migrate_on_start;
use crate::{
    config::Config,
    failure::Failure,
    lifecycle::Shutdown,
    logging,
    wiring::Wiring,
    worker::{Pace, Worker},
};

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    logging::start(&config.log)?;
    migrate_on_start(&config).await?;
    let wiring = Wiring::new(&config)?;
    let (concurrency, lease) = (config.outbox.concurrency, config.outbox.delivery.lease);
    let shutdown = Shutdown::on_signals();
    let pace = Pace { concurrency, lease };
    let worker = Worker::start(wiring.application(), wiring.ports.clock.clone(), pace, shutdown.soft.clone());
    let (environment, database, mail) = (config.environment, &config.database.url, &config.mail.transport);
    tracing::info!(%environment, %database, %mail, concurrency, "sending mail");
    worker.ended(shutdown, config.http.shutdown_timeout).await;
    tracing::info!("stopped");
    Ok(())
}
