//! What went wrong on the way to the mail server, and whether it may go right later.

use std::error::Error;

use ironplate_application::ports::{RenderedMail, SendError};

use super::redaction::redacted;
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

    /// Whether the server refuses this mail here, rather than us or everything.
    const fn is_about_the_mail(self) -> bool {
        match self {
            Self::Connect | Self::StartTls | Self::LogIn => false,
            Self::Sender | Self::Recipient | Self::Data | Self::Content => true,
        }
    }
}

#[derive(Debug)]
pub(super) enum Cause {
    /// The server answered, and not what was hoped for.
    Reply { code: u16, text: String },
    /// No answer in time.
    Silence,
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
            Cause::NoUtf8 => false,
        };
        self.step == Step::Sender && is_gone
    }

    /// For the outbox. Servers quote what they refuse, so whatever is also in the mail is left out.
    pub(super) fn into_send_error(self, content: &RenderedMail, password: Option<&str>) -> SendError {
        let step = self.step.name();
        match self.cause {
            Cause::Reply { code, text } => {
                let text = format!("{step}: {code} {}", redacted(&shortened(&text), content, password));
                if self.step.is_about_the_mail() && is_for_good(code) {
                    SendError::Permanent(text)
                } else {
                    SendError::Passing(text)
                }
            }
            Cause::Silence => SendError::Passing(format!("{step}: no answer in time")),
            Cause::Broken(text) => {
                SendError::Passing(format!("{step}: {}", redacted(&shortened(&text), content, password)))
            }
            Cause::NoUtf8 => SendError::Permanent(
                "the mail server can't take an address with letters beyond ASCII before the @ (no SMTPUTF8)".to_owned(),
            ),
        }
    }
}

/// 5xx, save for what says that we have to log in first, or can't (RFC 4954): that is for the operator to mend.
const fn is_for_good(code: u16) -> bool {
    matches!(code, 500..=599) && !matches!(code, 530 | 534 | 535 | 538)
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

    fn is_permanent(step: Step, code: u16) -> bool {
        let content = RenderedMail { subject: String::new(), text: String::new(), html: String::new() };
        let failure = Failure { step, cause: Cause::Reply { code, text: "no".to_owned() } };
        matches!(failure.into_send_error(&content, None), SendError::Permanent(_))
    }

    #[test]
    fn only_a_refusal_of_this_mail_is_for_good() {
        for step in [Step::Sender, Step::Recipient, Step::Data, Step::Content] {
            assert!([500, 550, 552, 554].into_iter().all(|code| is_permanent(step, code)), "{step:?}");
            assert!(![421, 450, 451, 530, 534, 535, 538].into_iter().any(|code| is_permanent(step, code)), "{step:?}");
        }
        for step in [Step::Connect, Step::StartTls, Step::LogIn] {
            assert!(![421, 454, 535, 550, 554].into_iter().any(|code| is_permanent(step, code)), "{step:?}");
        }
    }

    #[test]
    fn an_answer_is_one_line_and_not_endless() {
        let content = RenderedMail { subject: String::new(), text: String::new(), html: String::new() };
        let failure = Failure::broken(Step::Data, format!("a\r\n\u{1b}[31m{}", "b".repeat(10_000)));
        let text = failure.into_send_error(&content, None).to_string();
        assert!(text.starts_with("DATA: a [31mbbb") && text.chars().count() < 320, "{text}");
    }
}
