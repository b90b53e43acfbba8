//! The header fields of a mail.

use ironplate_application::ports::OutgoingMail;
use ironplate_domain::Timestamp;
use time::OffsetDateTime;

use super::{
    Mailable, Sender,
    header_text::{one_line, phrase, unstructured},
};

/// One header field, for people and for the wire.
pub(super) struct Field {
    name: &'static str,
    shown: String,
    encoded: String,
}

impl Field {
    fn plain(name: &'static str, value: impl Into<String>) -> Self {
        let shown = value.into();
        Self { name, encoded: shown.clone(), shown }
    }

    fn subject(text: &str) -> Self {
        let name = "Subject";
        Self { name, shown: one_line(text), encoded: unstructured(text, name.len() + ": ".len()) }
    }

    fn from(sender: &Sender, address: &str) -> Self {
        let name = "From";
        let shown = one_line(&sender.name);
        if shown.is_empty() {
            return Self::plain(name, address);
        }
        // On a line of its own, the address can be as long as addresses get.
        let encoded = format!("{}\r\n <{address}>", phrase(&shown));
        Self { name, shown: format!("{shown} <{address}>"), encoded }
    }

    pub(super) fn encoded(&self) -> String {
        format!("{}: {}\r\n", self.name, self.encoded)
    }

    pub(super) fn decoded(self) -> (&'static str, String) {
        (self.name, self.shown)
    }
}

/// All that stand above the body's own.
pub(super) fn all(sender: &Sender, from: &Mailable, to: &Mailable, mail: &OutgoingMail) -> Vec<Field> {
    vec![
        Field::plain("Date", date(mail.date)),
        Field::from(sender, &from.to_text()),
        Field::plain("To", to.to_text()),
        Field::subject(&mail.content.subject),
        Field::plain("Message-ID", format!("<{}@{}>", mail.id, from.domain())),
        // No holiday replies, no bounces to the sender's person (RFC 3834; the second is Exchange's).
        Field::plain("Auto-Submitted", "auto-generated"),
        Field::plain("X-Auto-Response-Suppress", "All"),
        Field::plain("MIME-Version", "1.0"),
    ]
}

/// RFC 5322, in UTC.
fn date(moment: Timestamp) -> String {
    // Every `Timestamp` lies in the years that `time` knows.
    let moment = OffsetDateTime::from_unix_timestamp(moment.seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let short = |name: String| name.chars().take(3).collect::<String>();
    let (weekday, month) = (short(moment.weekday().to_string()), short(moment.month().to_string()));
    let (hour, minute, second) = moment.to_hms();
    format!("{weekday}, {} {month} {:04} {hour:02}:{minute:02}:{second:02} +0000", moment.day(), moment.year())
}
