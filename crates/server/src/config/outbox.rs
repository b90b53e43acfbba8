//! How the outbox is emptied.

use std::time::Duration;

use ironplate_application::DeliveryPolicy;

use super::reader::{Read, Reader};

const HOURS_OF_TEN_YEARS: u32 = 10 * 366 * 24;

pub(crate) struct Outbox {
    /// `serve` sends mail, too.
    pub(crate) worker: bool,
    /// Messages that one worker sends at once; at least one.
    pub(crate) concurrency: usize,
    pub(crate) delivery: DeliveryPolicy,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Read<Outbox> {
    let worker = reader.switch("outbox.worker");
    let concurrency = reader.within("outbox.concurrency", 1..=256);
    let max_attempts = reader.within("outbox.max_attempts", 1..=1_000);
    let first_retry = reader.within("outbox.first_retry_seconds", 1..=3_600);
    let lease = lease(reader);
    let keep_sent = reader.hours("outbox.keep_sent_hours", 0..=HOURS_OF_TEN_YEARS);
    let keep_dead = reader.hours("outbox.keep_dead_hours", 1..=HOURS_OF_TEN_YEARS);
    let delivery = DeliveryPolicy {
        max_attempts: max_attempts?,
        first_retry: Duration::from_secs(first_retry?.into()),
        lease: lease?,
        keep_sent: keep_sent?,
        keep_dead: keep_dead?,
    };
    let concurrency = usize::try_from(concurrency?).unwrap_or(usize::MAX);
    Ok(Outbox { worker: worker?, concurrency, delivery })
}

fn lease(reader: &mut Reader<'_>) -> Read<Duration> {
    let lease = reader.seconds("outbox.lease_seconds")?;
    // Told as a fault of the mail settings if it is one.
    let Some(timeout) = reader.peek("mail.timeout_seconds").and_then(|text| text.parse().ok()) else {
        return Ok(lease);
    };
    let shortest = Duration::from_secs(timeout).saturating_mul(2);
    if lease < shortest {
        let problem = "is shorter than twice mail.timeout_seconds: mail would be sent twice";
        let fix = format!("at least {} seconds, or a shorter mail.timeout_seconds", shortest.as_secs());
        return Err(reader.refuse("outbox.lease_seconds", problem, &fix));
    }
    Ok(lease)
}
