//! Posting over HTTP, and being told to wait.

use std::time::{Duration, Instant};

use http::{HeaderName, HeaderValue};
use ureq::Agent;

use crate::http_client::{Trust, agent};

/// Connecting included. Nobody waits for it but the thread that posts.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How long a receiver is left alone that asks for it and does not say for how long.
const PAUSE: Duration = Duration::from_mins(1);

/// Posts to one address. What can't be delivered is given up.
pub(super) struct Post {
    agent: Agent,
    url: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// Whom to blame in the log.
    receiver: &'static str,
    quiet_until: Option<Instant>,
    /// How many in a row were not taken, with those that it was spared.
    failures: u64,
}

impl Post {
    pub(super) fn to(receiver: &'static str, url: String, headers: Vec<(HeaderName, HeaderValue)>) -> Self {
        let agent = agent(&url, Trust::Machine, TIMEOUT);
        Self { agent, url, headers, receiver, quiet_until: None, failures: 0 }
    }

    /// Posts this, unless the receiver wants none now; whether it was taken.
    pub(super) fn post(&mut self, body: &[u8]) -> bool {
        if self.quiet_until.is_some_and(|until| Instant::now() < until) {
            self.failures += u64::from(self.failures > 0);
            return false;
        }
        let posted = self.try_post(body);
        let is_taken = posted.is_ok();
        match posted {
            Ok(()) if self.failures > 0 => {
                let failures = std::mem::take(&mut self.failures);
                tracing::info!(receiver = self.receiver, failures, "telemetry is taken again");
            }
            Ok(()) => {}
            Err(why) => {
                if self.failures == 0 {
                    let now = Instant::now();
                    let pause = self.quiet_until.filter(|until| *until > now).map(|until| (until - now).as_secs() + 1);
                    tracing::warn!(receiver = self.receiver, why, pause, "telemetry is not taken; trying on");
                }
                self.failures += 1;
            }
        }
        is_taken
    }

    /// # Errors
    /// Why it was not taken.
    pub(super) fn try_post(&mut self, body: &[u8]) -> Result<(), String> {
        let mut request = self.agent.post(&self.url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answer = request.send(body).map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        if matches!(status, 429 | 503) {
            let seconds = answer.headers().get("retry-after").and_then(|it| it.to_str().ok()?.parse().ok());
            self.quiet_until = Some(Instant::now() + seconds.map_or(PAUSE, Duration::from_secs).min(60 * PAUSE));
        }
        if answer.status().is_success() { Ok(()) } else { Err(format!("status {status}")) }
    }
}
