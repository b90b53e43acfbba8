//! What a mail server does to those who come.

use std::collections::BTreeMap;

/// How far a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The client has connected and waits for the greeting.
    Connect,
    /// `EHLO` came.
    Hello,
    /// `MAIL` came.
    Mail,
    /// `RCPT` came.
    Recipient,
    /// `DATA` came.
    Data,
    /// The first line of the message came.
    MidData,
    /// The whole message came. The server has not taken it.
    EndOfData,
}

/// What a mail server does. All but the first are faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Behaviour {
    /// Takes every message.
    #[default]
    Accept,
    /// Answers this when it is so far. The conversation goes on if the client wants, without what was refused.
    AnswerAt(Stage, &'static str),
    /// Keeps the connection when it is so far, and never says another word.
    HangAt(Stage),
    /// Takes four seconds when it is so far, and goes on: longer than a client waits for a recipient at first.
    SlowAt(Stage),
    /// Closes the connection when it is so far, without a word.
    CloseAt(Stage),
    /// Refuses the message for good and quotes the token of its link, as spam filters do.
    RefuseQuoting,
    /// Takes the message and closes without an answer: the client can't know whether it was taken.
    TakeThenClose,
    /// Takes the message and answers only once it is told to do something else.
    TakeThenHold,
}

/// What the server does to whom.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    /// Unless there is a rule for one of the message's recipients.
    pub(super) general: Behaviour,
    /// Followed from `RCPT` on, when it is known whom the message is for.
    pub(super) by_recipient: BTreeMap<String, Behaviour>,
}

impl Rules {
    pub(super) fn for_mail_to(&self, recipients: &[String]) -> Behaviour {
        let special = recipients.iter().find_map(|recipient| self.by_recipient.get(recipient));
        special.copied().unwrap_or(self.general)
    }
}
