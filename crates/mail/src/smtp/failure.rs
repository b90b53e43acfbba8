//! What went wrong on the way to the mail server, and whether it may go right later.

use std::error::Error;

use ironplate_application::ports::{RenderedMail, SendError};

use super::{redaction::redacted, refusal};
use crate::mime::one_line;

/// How much of a server's reply an operator gets to see, in characters.
const LONGEST_REPLY: usize = 300;

/// What the client was doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    StartTls,
    LogIn,
    Sender,
    Recipient,
    Data,
    Content,
}

impl Step {
    const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::StartTls => "STARTTLS",
            Self::LogIn => "AUTH",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "after the message",
        }
    }

    /// Whether the server heard of the mail here. What it says before is about us, and about all mail.
    const fn is_about_the_mail(self) -> bool {
        match self {
            Self::Connect | Self::StartTls | Self::LogIn | Self::Sender => false,
            Self::Recipient | Self::Data | Self::Content => true,
        }
    }
}

#[derive(Debug)]
pub(super) enum Cause {
    /// The server answered, and not what was hoped for.
    Reply { code: u16, text: String },
    /// No answer in time.
    Silence,
    /// All connections are in use by other mails.
    Busy,
    /// No connection, or one that broke; TLS; an answer that is none.
    Broken(String),
    /// The server can't take this address at all.
    NoUtf8,
}

#[derive(Debug)]
pub(super) struct Failure {
    pub(super) step: Step,
    pub(super) cause: Cause,
}

impl Failure {
    pub(super) fn broken(step: Step, cause: impl Into<String>) -> Self {
        Self { step, cause: Cause::Broken(cause.into()) }
    }

    pub(super) fn of(step: Step, error: &lettre::transport::smtp::Error) -> Self {
        let cause = match error.status() {
            // What a server says to a log-in may quote it, encoded in a way that nobody would recognise.
            Some(code) if step == Step::LogIn => {
                Cause::Reply { code: code.into(), text: "the mail server refused the log-in".to_owned() }
            }
            None if step == Step::LogIn && error.is_response() => {
                Cause::Broken("the mail server's answer makes no sense".to_owned())
            }
            Some(code) => Cause::Reply { code: code.into(), text: causes(error) },
            None => Cause::Broken(causes(error)),
        };
        Self { step, cause }
    }

    /// Whether it only says that the server has meanwhile closed a connection that was kept open. It heard nothing of
    /// the mail yet, so nothing can be sent twice by trying again.
    pub(super) fn is_stale_connection(&self) -> bool {
        let is_gone = match self.cause {
            Cause::Reply { code, .. } => code == 421,
            Cause::Silence | Cause::Broken(_) => true,
            Cause::Busy | Cause::NoUtf8 => false,
        };
        self.step == Step::Sender && is_gone
    }

    /// For the outbox. Servers quote what they refuse, so whatever is also in the mail is left out.
    pub(super) fn into_send_error(self, server: String, content: &RenderedMail, password: Option<&str>) -> SendError {
        let step = self.step.name();
        let told = |text: &str| format!("{step}: {}", redacted(&shortened(text), content, password));
        let (reason, is_for_good) = match self.cause {
            Cause::Reply { code, text } => {
                let is_for_good = refusal::is_for_good(self.step, code, &text);
                (told(&format!("{code} {text}")), is_for_good)
            }
            Cause::Silence => (format!("{step}: no answer in time"), false),
            Cause::Broken(text) => (told(&text), false),
            Cause::Busy => return SendError::Passing(format!("{step}: no connection was free in time")),
            Cause::NoUtf8 => {
                let reason =
                    "the mail server can't take an address with letters beyond ASCII before the @ (no SMTPUTF8)";
                (reason.to_owned(), true)
            }
        };
        if is_for_good {
            SendError::Permanent(reason)
        } else if self.step.is_about_the_mail() {
            SendError::Passing(reason)
        } else {
            SendError::Unavailable { server, reason }
        }
    }
}

/// The innermost causes, which lettre wraps several times in the same words.
fn causes(error: &lettre::transport::smtp::Error) -> String {
    let mut innermost: Option<&(dyn Error + 'static)> = error.source();
    while let Some(deeper) = innermost.and_then(Error::source) {
        innermost = Some(deeper);
    }
    innermost.map_or_else(|| error.to_string(), ToString::to_string)
}

fn shortened(text: &str) -> String {
    one_line(text).chars().take(LONGEST_REPLY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(step: Step, cause: Cause) -> SendError {
        let content = RenderedMail { subject: String::new(), text: String::new(), html: String::new() };
        Failure { step, cause }.into_send_error("mail.example.com:587".to_owned(), &content, None)
    }

    #[test]
    fn what_befalls_one_mail_before_it_is_heard_of_befalls_all() {
        for step in [Step::Connect, Step::StartTls, Step::LogIn, Step::Sender] {
            for cause in [Cause::Silence, Cause::Reply { code: 550, text: "5.1.1 no".to_owned() }] {
                let SendError::Unavailable { server, reason } = told(step, cause) else { panic!("{step:?}") };
                assert!(server == "mail.example.com:587" && reason.starts_with(step.name()), "{reason}");
            }
        }
        for step in [Step::Recipient, Step::Data, Step::Content] {
            assert!(matches!(told(step, Cause::Silence), SendError::Passing(_)), "{step:?}");
        }
        // It says nothing of the server.
        assert!(matches!(told(Step::Connect, Cause::Busy), SendError::Passing(_)));
    }

    #[test]
    fn an_answer_is_one_line_and_not_endless() {
        let text = told(Step::Data, Cause::Broken(format!("a\r\n\u{1b}[31m{}", "b".repeat(10_000)))).to_string();
        assert!(text.starts_with("DATA: a [31mbbb") && text.chars().count() < 320, "{text}");
    }
}
