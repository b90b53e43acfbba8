#![doc = include_str!("../README.md")]

mod mailbox;
mod mime;
mod off;
mod smtp;
mod templates;

pub use mailbox::FileMailbox;
pub use mime::Sender;
pub use off::Off;
pub use smtp::{Security, SmtpSettings, SmtpSettingsError, SmtpTransport};
pub use templates::{Samples, TemplateFault, TemplateFaults, Templates};
