//! A transport and mails for it.

use std::{path::PathBuf, time::Duration};

use ironplate_application::ports::{MailTransport, OutgoingMail, RenderedMail, SendError};
use ironplate_domain::{Email, MessageId, Timestamp};
use ironplate_mail::{Security, Sender, SmtpSettings, SmtpTransport};
use uuid::Uuid;

/// As in every link.
pub(crate) const TOKEN: &str = "4Jm0-KqX_c7TzY2wVb9sLhRfE3uNpGa6DoQi8xZtSeM";

/// Patience on a busy machine.
pub(crate) fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::PlainText,
        helo_name: None,
        credentials: None,
        ca_file: None,
        from: Sender {
            name: "Ironplate".to_owned(),
            address: Email::parse("no-reply@example.com").expect("an address"),
        },
        timeout: Duration::from_mins(1),
        connections: 2,
    }
}

pub(crate) fn secure(port: u16, security: Security, ca_file: Option<PathBuf>) -> SmtpSettings {
    SmtpSettings { security, ca_file, ..settings(port) }
}

pub(crate) fn with_password(port: u16, password: &str) -> SmtpSettings {
    SmtpSettings { credentials: Some(("postman".to_owned(), password.into())), ..settings(port) }
}

pub(crate) fn transport(settings: SmtpSettings) -> SmtpTransport {
    SmtpTransport::new(settings).expect("a transport")
}

pub(crate) fn mail_to(to: &str) -> OutgoingMail {
    let text = format!("Hello.\n.\n..\n.leading dot\n\nhttps://app.example.com/reset-password?token={TOKEN}\n");
    OutgoingMail {
        id: MessageId(Uuid::from_u128(7)),
        to: Email::parse(to).expect("an address"),
        date: Timestamp::from_seconds(1_795_327_740),
        content: RenderedMail { subject: "Ironplate - Grüße".to_owned(), html: format!("<p>{text}</p>"), text },
        attempt: 1,
    }
}

pub(crate) fn mail() -> OutgoingMail {
    mail_to("ann@example.com")
}

pub(crate) async fn passing(transport: &SmtpTransport) -> String {
    match transport.send(&mail()).await {
        Err(SendError::Passing(reason) | SendError::Unavailable { reason, .. }) => sound(reason),
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn permanent(transport: &SmtpTransport, mail: &OutgoingMail) -> String {
    match transport.send(mail).await {
        Err(SendError::Permanent(reason)) => sound(reason),
        other => panic!("{other:?}"),
    }
}

/// What every reason is: a line for an operator, without the link.
fn sound(reason: String) -> String {
    assert!(!reason.contains(char::is_control) && reason.len() < 500, "{reason}");
    assert!(!reason.contains(TOKEN), "{reason}");
    reason
}
