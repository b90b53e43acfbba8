#![doc = include_str!("../README.md")]

mod disabled;
mod mailbox;
mod mime;
mod smtp;
mod templates;

pub use disabled::DisabledTransport;
pub use mailbox::FileMailbox;
pub use mime::Sender;
pub use smtp::{Security, SmtpSettings, SmtpSettingsError, SmtpTransport};
pub use templates::{Samples, TemplateFault, TemplateFaults, Templates};
