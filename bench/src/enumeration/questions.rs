//! What a stranger may ask about an address.

use crate::requests;

/// A request whose answer must not tell whether an address has an account.
pub(super) struct Question {
    pub(super) name: &'static str,
    /// Its one status.
    pub(super) status: u16,
    /// The request about this address. Of an address that nobody has, there is a new one each round where asking leaves a
    /// trace that the next round would meet.
    pub(super) request: fn(email: &str) -> Vec<u8>,
    pub(super) unknown: Unknown,
}

pub(super) enum Unknown {
    Same,
    NewEachRound,
}

pub(super) const QUESTIONS: [Question; 4] = [
    Question { name: "recovery", status: 200, request: requests::recover, unknown: Unknown::Same },
    Question { name: "log-in", status: 400, request: requests::guess, unknown: Unknown::Same },
    Question { name: "sign-up", status: 202, request: requests::sign_up, unknown: Unknown::NewEachRound },
    // The address that nobody has waits for its link since the first round.
    Question { name: "sign-up again", status: 202, request: requests::sign_up, unknown: Unknown::Same },
];
