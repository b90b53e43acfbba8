//! A flood of log-ins, and whether it drowns anybody.

use std::{sync::Arc, time::Duration};

use crate::{
    Outcome,
    figures::{count, median, p99},
    load::Load,
    plan::Plan,
    process::Server,
};

/// A trickle, not a load: what is measured is how long one waits, and not how long the queue of the others is.
const CONNECTIONS: usize = 4;
const PAUSE: Duration = Duration::from_millis(4);

pub(crate) struct Flood {
    /// Milliseconds.
    pub(crate) p99_alone: f64,
    pub(crate) p99_flooded: f64,
    /// Of the same pair of calm and flood.
    pub(crate) ratio: f64,
    /// A second, meanwhile.
    pub(crate) log_ins: f64,
    /// The most that was seen, in MiB.
    pub(crate) memory: f64,
}

pub(crate) async fn run(server: &Server, request: Vec<u8>, log_ins: &Load, plan: &Plan) -> Outcome<Flood> {
    let trickle =
        Load { address: server.address, requests: Arc::new(vec![request]), connections: CONNECTIONS, pause: PAUSE };
    let (mut alone, mut flooded, mut rates, mut memory) = (Vec::new(), Vec::new(), Vec::new(), 0.0);
    for _ in 0..plan.floods {
        alone.push(p99(trickle.run(plan.flood).await?.latencies));
        let both = async { tokio::try_join!(trickle.run(plan.flood), log_ins.run(plan.flood)) };
        let ((answered, logged_in), peak) = server.most_memory_during(both).await?;
        flooded.push(p99(answered.latencies));
        rates.push(count(logged_in.latencies.len()) / logged_in.elapsed.as_secs_f64());
        memory = f64::max(memory, peak);
    }
    let ratios = flooded.iter().zip(&alone).map(|(flooded, alone)| flooded / alone);
    Ok(Flood {
        ratio: median(ratios),
        p99_alone: median(alone),
        p99_flooded: median(flooded),
        log_ins: median(rates),
        memory,
    })
}
