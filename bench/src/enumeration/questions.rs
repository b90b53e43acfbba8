//! What a stranger may ask about an address or an organisation.

use serde::Deserialize;

use super::asker::Asker;
use crate::{Outcome, requests};

/// A request whose answer must not tell whether an address has an account, or an organisation is there.
pub(super) struct Question {
    pub(super) name: &'static str,
    /// Its one status.
    pub(super) status: u16,
    pub(super) about: About,
    /// The request about this address, or this organisation.
    pub(super) request: fn(&Asker, about: &str) -> Vec<u8>,
    /// What undoes it, by its answer, so that the next round asks anew.
    pub(super) undo: Option<Undo>,
}

type Undo = fn(&Asker, answer: &[u8]) -> Outcome<Vec<u8>>;

pub(super) enum About {
    Address,
    /// Of the addresses that nobody has, a new one each round: asking leaves a trace that the next round would meet.
    NewAddress,
    Organization,
    /// In the place of the known and the inactive one: one whose account asks for a second factor, and one whose account does not.
    SecondFactor,
}

const ADDRESS: Question =
    Question { name: "", status: 200, about: About::Address, request: |_, _| Vec::new(), undo: None };

pub(super) const QUESTIONS: [Question; 8] = [
    Question { name: "recovery", request: |_, email| requests::recover(email), ..ADDRESS },
    Question { name: "log-in", status: 400, request: |_, email| requests::guess(email), ..ADDRESS },
    Question {
        name: "log-in, second factor",
        status: 400,
        about: About::SecondFactor,
        request: |_, email| requests::guess(email),
        ..ADDRESS
    },
    Question {
        name: "sign-up",
        status: 202,
        about: About::NewAddress,
        request: |_, email| requests::sign_up(email),
        ..ADDRESS
    },
    // The address that nobody has waits for its link since the first round.
    Question { name: "sign-up again", status: 202, request: |_, email| requests::sign_up(email), ..ADDRESS },
    Question { name: "invitation", request: Asker::invite, undo: Some(revoke), ..ADDRESS },
    Question { name: "invitation again", request: Asker::invite, ..ADDRESS },
    Question {
        name: "organisation",
        status: 404,
        about: About::Organization,
        request: |asker, id| requests::get(&format!("/api/v1/organizations/{id}"), &asker.stranger),
        undo: None,
    },
];

#[derive(Deserialize)]
struct Invited {
    data: Vec<Invitation>,
}

#[derive(Deserialize)]
struct Invitation {
    id: String,
}

fn revoke(asker: &Asker, answer: &[u8]) -> Outcome<Vec<u8>> {
    let Invited { data } = serde_json::from_slice(answer)?;
    let invitation = data.first().ok_or("nobody was invited")?;
    Ok(requests::revoke(&asker.organization, &invitation.id, &asker.owner))
}
