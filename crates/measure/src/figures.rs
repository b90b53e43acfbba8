//! What this process did since it began, for whoever collects metrics.
//!
//! Each figure is an atomic, or a few behind a lock that is held for some nanoseconds, and one of a process: a second set would
//! count what the first one counts.

use std::{sync::LazyLock, time::Duration};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

/// In seconds: from what an index answers to what a person gives up on.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

static FIGURES: LazyLock<Figures> = LazyLock::new(Figures::new);

type Times = Family<Request, Histogram, fn() -> Histogram>;

/// The figures of this process.
#[must_use]
pub fn figures() -> &'static Figures {
    &FIGURES
}

/// What is counted. No label has a value that a client chooses, nor one for each of something that users make.
#[derive(Debug)]
pub struct Figures {
    requests: Times,
    /// Requests being answered.
    pub requests_in_flight: Gauge,
    connection_wait: Histogram,
    /// Requests that got no connection to the database in time.
    pub connection_timeouts: Counter,
    statements: Histogram,
    hash_wait: Histogram,
    hashes: Histogram,
    /// Passwords that wait for a thread.
    pub hash_queue: Gauge,
    /// Passwords that found no room in the queue.
    pub hash_refusals: Counter,
    limits: Family<Limit, Counter>,
    events: Family<Event, Counter>,
    mails: Family<Mail, Counter>,
    /// Attempts to send a mail that found no mail server, or one that takes none of ours.
    pub mail_server_unavailable: Counter,
    lost_telemetry: Family<Receiver, Counter>,
    replica_reads: Family<Outcome, Counter>,
}

/// Who answered a read that may be old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplicaRead {
    /// A replica.
    Served,
    /// The primary, since no replica was far enough.
    Behind,
    /// The primary, since no replica answered.
    Away,
}

/// How a request is told from others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Request {
    /// The pattern of its path; empty where there is nothing.
    pub route: String,
    /// One of those that we know.
    pub method: &'static str,
    /// `2xx`.
    pub status: &'static str,
}

/// What may be counted, by the names that it is counted by.
#[derive(Debug, Default)]
pub struct Expected {
    /// Outcomes of mails.
    pub mails: Vec<&'static str>,
    /// Limits that may be met.
    pub limits: Vec<&'static str>,
    /// Kinds of audit events, and how they end.
    pub events: Vec<(&'static str, &'static str)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Limit {
    limit: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Event {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Mail {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Receiver {
    receiver: &'static str,
}

impl ReplicaRead {
    const ALL: [Self; 3] = [Self::Served, Self::Behind, Self::Away];

    const fn name(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Behind => "behind",
            Self::Away => "away",
        }
    }
}

impl Figures {
    fn new() -> Self {
        Self {
            requests: Times::new_with_constructor(times),
            requests_in_flight: Gauge::default(),
            connection_wait: times(),
            connection_timeouts: Counter::default(),
            statements: times(),
            hash_wait: times(),
            hashes: times(),
            hash_queue: Gauge::default(),
            hash_refusals: Counter::default(),
            limits: Family::default(),
            events: Family::default(),
            mails: Family::default(),
            mail_server_unavailable: Counter::default(),
            lost_telemetry: Family::default(),
            replica_reads: Family::default(),
        }
    }

    /// These are told from now on, at 0 before anything happens: nobody sees by how much a series rose that begins with its first
    /// value.
    pub fn expect(&self, expected: &Expected) {
        for outcome in ReplicaRead::ALL {
            let _zero = self.replica_reads.get_or_create(&Outcome { outcome: outcome.name() });
        }
        for outcome in &expected.mails {
            let _zero = self.mails.get_or_create(&Mail { outcome });
        }
        for limit in &expected.limits {
            let _zero = self.limits.get_or_create(&Limit { limit });
        }
        for &(kind, outcome) in &expected.events {
            let _zero = self.events.get_or_create(&Event { kind, outcome });
        }
    }

    /// A request was answered.
    pub fn answered(&self, request: &Request, took: Duration) {
        self.requests.get_or_create(request).observe(took.as_secs_f64());
    }

    pub(crate) fn waited_for_connection(&self, took: Duration) {
        self.connection_wait.observe(took.as_secs_f64());
    }

    pub(crate) fn ran_statement(&self, took: Duration) {
        self.statements.observe(took.as_secs_f64());
    }

    /// A password came out of the queue after so long.
    pub fn began_hash(&self, waited: Duration) {
        self.hash_queue.dec();
        self.hash_wait.observe(waited.as_secs_f64());
    }

    /// A password was hashed, or compared with a hash.
    pub fn hashed(&self, took: Duration) {
        self.hashes.observe(took.as_secs_f64());
    }

    /// Somebody met a limit.
    pub fn met_limit(&self, limit: &'static str) {
        self.limits.get_or_create(&Limit { limit }).inc();
    }

    /// An audit event was recorded.
    pub fn recorded(&self, kind: &'static str, outcome: &'static str) {
        self.events.get_or_create(&Event { kind, outcome }).inc();
    }

    /// A mail was sent, failed, or was given up.
    pub fn delivered(&self, outcome: &'static str) {
        self.mails.get_or_create(&Mail { outcome }).inc();
    }

    /// So many faults or traces did not reach this receiver.
    pub fn lost_telemetry(&self, receiver: &'static str, count: u64) {
        self.lost_telemetry.get_or_create(&Receiver { receiver }).inc_by(count);
    }

    /// A read that may be old was answered.
    pub fn read_of_replica(&self, outcome: ReplicaRead) {
        self.replica_reads.get_or_create(&Outcome { outcome: outcome.name() }).inc();
    }

    /// Makes them readable there.
    pub fn register(&self, registry: &mut Registry) {
        let seconds = |registry: &mut Registry, name: &str, help: &str, times: &Histogram| {
            registry.register_with_unit(name, help, Unit::Seconds, times.clone());
        };
        let requests = "Time until the head of an answer was ready";
        registry.register_with_unit("http_request_duration", requests, Unit::Seconds, self.requests.clone());
        let in_flight = "Requests being answered";
        registry.register("http_requests_in_flight", in_flight, self.requests_in_flight.clone());
        let wait = "Time spent waiting for a connection to the database";
        seconds(registry, "database_connection_wait", wait, &self.connection_wait);
        let timeouts = "Requests that got no connection to the database in time";
        registry.register("database_connection_timeouts", timeouts, self.connection_timeouts.clone());
        seconds(registry, "database_statement_duration", "Time of statements on the database", &self.statements);
        seconds(registry, "password_hash_wait", "Time that passwords waited for a thread", &self.hash_wait);
        seconds(registry, "password_hash_duration", "Time to hash or compare one password", &self.hashes);
        registry.register("password_hash_queue", "Passwords that wait for a thread", self.hash_queue.clone());
        let refusals = "Passwords that found no room in the queue";
        registry.register("password_hash_refusals", refusals, self.hash_refusals.clone());
        registry.register("limits_met", "Requests refused because of a limit", self.limits.clone());
        registry.register("audit_events", "Audit events that were recorded", self.events.clone());
        registry.register("mails", "Mails that were sent, failed, or were given up", self.mails.clone());
        let unavailable = "Attempts that found no mail server, or one that takes no mail of ours";
        registry.register("mail_server_unavailable", unavailable, self.mail_server_unavailable.clone());
        let reads =
            "Reads that may be old, by who answered: a replica, or the primary because all were behind, or away";
        registry.register("database_replica_reads", reads, self.replica_reads.clone());
        let lost = "Faults and traces that their receiver did not take, or that found no room on the way to it";
        registry.register("telemetry_lost", lost, self.lost_telemetry.clone());
    }
}

fn times() -> Histogram {
    Histogram::new(BUCKETS)
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    #[test]
    fn every_figure_is_told_with_its_unit() {
        let figures = Figures::new();
        let request = Request { route: "/items/{id}".to_owned(), method: "GET", status: "2xx" };
        figures.answered(&request, Duration::from_millis(3));
        figures.met_limit("sign_up_per_address");
        figures.recorded("session.log_in", "failure");
        figures.delivered("sent");
        figures.expect(&Expected { mails: vec!["sent", "dead"], ..Expected::default() });
        let mut registry = Registry::with_prefix("ironplate");
        figures.register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        for line in [
            r#"ironplate_http_request_duration_seconds_bucket{le="0.005",route="/items/{id}",method="GET",status="2xx"} 1"#,
            "ironplate_http_requests_in_flight 0",
            "ironplate_database_connection_timeouts_total 0",
            r#"ironplate_limits_met_total{limit="sign_up_per_address"} 1"#,
            r#"ironplate_audit_events_total{kind="session.log_in",outcome="failure"} 1"#,
            r#"ironplate_mails_total{outcome="sent"} 1"#,
            r#"ironplate_mails_total{outcome="dead"} 0"#,
            "ironplate_mail_server_unavailable_total 0",
            r#"ironplate_database_replica_reads_total{outcome="behind"} 0"#,
        ] {
            assert!(text.contains(line), "{line} is missing in:\n{text}");
        }
    }
}
