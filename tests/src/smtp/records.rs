//! What a mail server remembers.

use std::{collections::BTreeMap, fmt};

/// A message that was taken.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    /// The sender of the envelope.
    pub(super) sender: String,
    /// The recipients of the envelope.
    pub(super) recipients: Vec<String>,
    /// The message, its dots unstuffed.
    pub(super) raw: Vec<u8>,
}

/// All that happened since the server was started, also before it went down.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    /// Connections that were accepted.
    pub(super) connections: usize,
    /// Mails that somebody tried to hand over: each `MAIL`, and each conversation that a fault
    /// ended before.
    pub(super) attempts: usize,
    /// Messages that were taken, in this order.
    pub(super) deliveries: Vec<Delivery>,
    /// Tokens that refusals quoted.
    pub(super) quoted: Vec<String>,
}

impl Delivery {
    pub(super) fn is_for(&self, recipient: &str) -> bool {
        self.recipients.iter().any(|it| it == recipient)
    }
}

impl Records {
    pub(super) fn by_recipient(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for recipient in self.deliveries.iter().flat_map(|delivery| &delivery.recipients) {
            *counts.entry(recipient.clone()).or_default() += 1;
        }
        counts
    }
}

impl fmt::Display for Records {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connections, attempts, deliveries, .. } = self;
        let recipients: Vec<_> = deliveries.iter().rev().take(20).map(|delivery| &delivery.recipients).collect();
        let taken = deliveries.len();
        write!(
            out,
            "{connections} connections, {attempts} attempts, {taken} messages taken, the last to {recipients:?}"
        )
    }
}
