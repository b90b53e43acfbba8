//! How to reach the mail server.

use std::{io, path::PathBuf, time::Duration};

use secrecy::SecretString;

use crate::Sender;

/// How a conversation is kept from others' eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Security {
    /// TLS after a greeting in clear, usually on port 587. A server that does not offer it gets no mail.
    StartTls,
    /// TLS from the first octet, usually on port 465.
    ImplicitTls,
    /// None at all: whoever is on the way reads mail and credentials.
    PlainText,
}

/// How to reach the mail server. Prints without the password.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Its name, which its certificate has to bear, or its IP address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the conversation is kept from others' eyes.
    pub security: Security,
    /// The domain by which this program greets it; without, its network address is told.
    pub helo_name: Option<String>,
    /// User and password, if it asks for them.
    pub credentials: Option<(String, SecretString)>,
    /// A PEM file of certificate authorities that are trusted besides the machine's own.
    pub ca_file: Option<PathBuf>,
    /// From whom mail comes.
    pub from: Sender,
    /// How long sending one mail may take in all, the wait for a free connection included. Half of it is what a single
    /// answer may take, save for the one that takes responsibility. What depends on the recipient has to be answered faster at
    /// the first attempts.
    pub timeout: Duration,
    /// How many conversations at once; at least one. As many connections are kept open for the next mail.
    pub connections: u32,
}

impl SmtpSettings {
    /// Host and port, as they are written: `mail.example.com:587`, `[2001:db8::1]:25`.
    #[must_use]
    pub fn server(&self) -> String {
        let Self { host, port, .. } = self;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

/// Settings that can't work.
#[derive(Debug, thiserror::Error)]
pub enum SmtpSettingsError {
    /// The file of certificate authorities can't be read.
    #[error("the certificate file {} can't be read", path.display())]
    CaFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// That file holds no certificate, or one that is damaged.
    #[error("the certificate file {} holds no usable certificate in PEM form", path.display())]
    NoCertificate {
        /// Which file.
        path: PathBuf,
    },
    /// The sender's address can't stand in a mail.
    #[error("mail can't be sent from {0}")]
    Sender(String),
    /// TLS can't be set up.
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}
