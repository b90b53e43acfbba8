//! Messages as text for a terminal, and as JSON. What strangers wrote can't steer it: control characters and marks of direction are spelled
//! out.

use std::fmt;

use ironplate_domain::{Message, MessageState, spelled};
use serde_json::{Map, Value, json};

use crate::table::{self, Facts, moment};

/// Characters of an error that a table shows.
const SHORT: usize = 60;

const COLUMNS: usize = 8;

const HEAD: [&str; COLUMNS] = ["ID", "STATE", "TEMPLATE", "TO", "CREATED", "ATTEMPTS", "DUE OR FINISHED", "LAST ERROR"];

/// One message a line, below a head; columns as wide as they need to be.
pub(super) struct Table<'a>(pub(super) &'a [Message]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        table::Table { head: HEAD, rows: self.0.iter().map(row).collect() }.fmt(out)
    }
}

fn row(message: &Message) -> [String; COLUMNS] {
    [
        message.id.to_string(),
        message.state.name().to_owned(),
        message.template.name().to_owned(),
        spelled(message.to.as_str()).into_owned(),
        moment(message.created_at),
        message.attempts.to_string(),
        moment(message.finished_at.unwrap_or(message.due_at)),
        short(&spelled(message.last_error.as_deref().unwrap_or_default())),
    ]
}

/// Everything about one message, a fact a line, but for its link.
pub(super) struct Details<'a> {
    pub(super) message: &'a Message,
    pub(super) max_attempts: u32,
}

impl fmt::Display for Details<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, max_attempts } = self;
        let (due, finished) = (moment(message.due_at), message.finished_at.map(moment).unwrap_or_default());
        let (next, at) = match message.state {
            MessageState::Queued => ("Due", due),
            MessageState::Sending => ("Leased until", due),
            MessageState::Sent => ("Sent", finished),
            MessageState::Dead => ("Given up", finished),
        };
        let mut lines = vec![
            ("Id", message.id.to_string()),
            ("State", message.state.name().to_owned()),
            ("Template", message.template.name().to_owned()),
            ("To", message.to.to_string()),
            ("Created", moment(message.created_at)),
            ("Attempts", format!("{} of {max_attempts}", message.attempts)),
            (next, at),
            ("Link", link(message).to_owned()),
        ];
        lines.extend(message.facts.iter().map(|(fact, text)| (fact.name(), text.clone())));
        lines.push(("Last error", message.last_error.clone().unwrap_or_else(|| "none".to_owned())));
        Facts(lines).fmt(out)
    }
}

/// All about a message but for its link; times to the microsecond, and `null` for what is not.
pub(super) fn json(message: &Message) -> Value {
    let facts: Map<_, _> = message.facts.iter().map(|(fact, text)| (fact.name().to_owned(), json!(text))).collect();
    json!({
        "id": message.id.to_string(),
        "state": message.state.name(),
        "template": message.template.name(),
        "to": message.to.as_str(),
        "facts": facts,
        "attempts": message.attempts,
        "created_at": message.created_at.to_string(),
        "due_at": message.finished_at.is_none().then(|| message.due_at.to_string()),
        "finished_at": message.finished_at.map(|at| at.to_string()),
        "last_error": message.last_error,
    })
}

fn link(message: &Message) -> &'static str {
    match (message.template.acts(), &message.sealed_token) {
        (false, _) => "to the web client, without a key",
        (true, Some(_)) => "with a key, encrypted until it is sent",
        (true, None) if message.state == MessageState::Sent => "with a key, not kept",
        (true, None) => "with a key, made when it is sent",
    }
}

/// Which message this is, in a sentence.
pub(super) fn whose(message: &Message) -> String {
    format!("{} ({} to {})", message.id, message.template.name(), spelled(message.to.as_str()))
}

fn short(text: &str) -> String {
    if text.chars().count() <= SHORT {
        return text.to_owned();
    }
    text.chars().take(SHORT - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use ironplate_domain::{Email, Fact, MailTemplate, MessageId, SealedToken, Timestamp};

    use super::*;

    fn message(template: MailTemplate) -> Message {
        let to = Email::parse("ann@example.com").unwrap();
        let mut message =
            Message::new(MessageId(uuid::Uuid::from_u128(7)), template, to, Timestamp::from_micros(1_500_000));
        message.sealed_token = Some(SealedToken(b"sealed".to_vec()));
        message
    }

    #[test]
    fn columns_stand_below_their_heads() {
        let one =
            Message { last_error: Some("RCPT TO: 550 no such user".to_owned()), ..message(MailTemplate::TestMail) };
        let other = Message { attempts: 12, ..message(MailTemplate::ConfirmNewAddress) };
        let table = Table(&[one, other]).to_string();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3, "{table}");
        for (head, cell, line) in [("TO", "ann@example.com", 2), ("ATTEMPTS", "12", 2), ("LAST ERROR", "RCPT TO", 1)] {
            assert_eq!(lines[0].find(head), lines[line].find(cell), "{head}:\n{table}");
        }
        assert!(lines.iter().all(|line| !line.ends_with(' ')), "{table}");
    }

    #[test]
    fn a_table_shortens_an_error_and_the_details_have_it_whole() {
        let error = "x".repeat(100) + "END";
        let message = Message { last_error: Some(error.clone()), ..message(MailTemplate::TestMail) };
        let table = Table(std::slice::from_ref(&message)).to_string();
        assert!(!table.contains("END") && table.contains('…'), "{table}");
        assert!(Details { message: &message, max_attempts: 10 }.to_string().contains(&error));
    }

    #[test]
    fn a_server_s_words_can_t_steer_the_terminal() {
        let error = Some("550 \u{1b}[31mred\r\nInjected: yes\u{9b}2J\u{202e}".to_owned());
        let message = Message { last_error: error, ..message(MailTemplate::TestMail) };
        let shown = Table(std::slice::from_ref(&message)).to_string()
            + &Details { message: &message, max_attempts: 10 }.to_string();
        assert!(!shown.contains(['\u{1b}', '\u{9b}', '\r', '\u{202e}']) && !shown.contains("\nInjected"), "{shown:?}");
    }

    #[test]
    fn json_has_every_fact_and_no_link() {
        let message = message(MailTemplate::AddressChanged).saying(Fact::NewAddress, "new@example.com");
        let told = json(&message);
        assert_eq!(
            (&told["facts"]["new_address"], &told["to"]),
            (&"new@example.com".into(), &"ann@example.com".into())
        );
        assert_eq!((&told["finished_at"], &told["attempts"]), (&Value::Null, &0.into()), "{told}");
        assert!(!told.to_string().contains("sealed"), "{told}");
    }

    #[test]
    fn details_name_every_fact_and_when_it_is_due() {
        let message = message(MailTemplate::AddressChanged).saying(Fact::NewAddress, "new@example.com");
        let shown = Details { message: &message, max_attempts: 10 }.to_string();
        for text in ["new_address   new@example.com", "0 of 10", "Due           1970-01-01T00:00:01Z"] {
            assert!(shown.contains(text), "{text}: {shown}");
        }
        assert!(!shown.contains("sealed"), "{shown}");
    }
}
