//! The SMTP transport.

mod connection;
mod failure;
mod line_by_line;
mod redaction;
mod refusal;
mod settings;

use std::{
    fmt, fs,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use ironplate_application::ports::{MailTransport, OutgoingMail, RenderedMail, SendError};
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use secrecy::ExposeSecret;
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

use connection::{Connection, Encryption, SmtpTimeouts};
use failure::{Cause, Failure, Step};
pub use settings::{Security, SmtpSettings, SmtpSettingsError};

use crate::mime::{Composed, Mailable};

/// Mail servers close connections that idle; most wait for minutes.
const LONGEST_IDLE: Duration = Duration::from_mins(1);

/// What a server may take at the first attempt to say whether it knows a recipient. Those that have to ask elsewhere take a
/// second or two; whoever takes longer, by intent or not, must not hold up the mail of others. Doubled with each attempt, so a
/// recipient that is slow and honest gets their mail at the second or third.
const FIRST_RECIPIENT_TIMEOUT: Duration = Duration::from_secs(3);

/// Begins a certificate in PEM form.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Hands mail to an SMTP server, over connections that are kept for the next mail. One transport serves a whole
/// process; it needs a Tokio runtime with I/O and time.
pub struct SmtpTransport {
    settings: SmtpSettings,
    encryption: Encryption,
    /// As many permits as there may be conversations.
    slots: Semaphore,
    /// Connections between two mails. Never one that was given up half-way.
    idle: Mutex<Vec<(Connection, Instant)>>,
}

impl SmtpTransport {
    /// A transport for these settings. Connects to nothing yet.
    ///
    /// # Errors
    /// The certificate file can't be used, or mail can't be sent from this address.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpSettingsError> {
        let sender = &settings.from.address;
        Mailable::new(sender).map_err(|_| SmtpSettingsError::Sender(sender.to_string()))?;
        let encryption = Encryption::new(settings.security, || tls(&settings.host, settings.ca_file.as_deref()))?;
        let slots = Semaphore::new(usize::try_from(settings.connections.max(1)).unwrap_or(1));
        Ok(Self { settings, encryption, slots, idle: Mutex::default() })
    }

    /// Connects, encrypts and logs in, and sends nothing.
    ///
    /// # Errors
    /// What a mail would meet now.
    pub async fn check(&self) -> Result<(), SendError> {
        let timeout = self.settings.timeout;
        let timeouts = SmtpTimeouts {
            deadline: Instant::now() + timeout,
            answer: timeout / 2,
            first_answer: timeout / 2,
            recipient: timeout / 2,
        };
        let opened = Box::pin(Connection::open(&self.settings, &self.encryption, timeouts)).await;
        let nothing = RenderedMail { subject: String::new(), text: String::new(), html: String::new() };
        opened.map(drop).map_err(|failure| failure.into_send_error(self.settings.server(), &nothing, self.password()))
    }

    async fn deliver(&self, mail: &Composed, attempt: u32) -> Result<(), Failure> {
        let SmtpSettings { timeout, .. } = self.settings;
        let timeouts = SmtpTimeouts {
            deadline: Instant::now() + timeout,
            answer: timeout / 2,
            first_answer: timeout / 2,
            recipient: recipient_timeout(attempt).min(timeout / 2),
        };
        let slot = timeout_at(timeouts.deadline, self.slots.acquire()).await;
        let Ok(Ok(_slot)) = slot else {
            return Err(Failure { step: Step::Connect, cause: Cause::Busy });
        };
        if let Some(mut kept) = self.take_idle() {
            match kept.send(mail, SmtpTimeouts { first_answer: timeout / 4, ..timeouts }).await {
                // Its fellows are as old, and it was the youngest.
                Err(failure) if failure.is_stale_connection() => self.forget_idle(),
                outcome => return self.keep_after(kept, outcome),
            }
        }
        // Boxed: the handshake is large, and most mails need none.
        let mut fresh = Box::pin(Connection::open(&self.settings, &self.encryption, timeouts)).await?;
        let outcome = fresh.send(mail, timeouts).await;
        self.keep_after(fresh, outcome)
    }

    fn keep_after(&self, connection: Connection, outcome: Result<(), Failure>) -> Result<(), Failure> {
        if outcome.is_ok() {
            self.idle().push((connection, Instant::now()));
        }
        outcome
    }

    /// The connection that idled for the shortest time.
    fn take_idle(&self) -> Option<Connection> {
        let mut idle = self.idle();
        idle.retain(|(_, since)| since.elapsed() < LONGEST_IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    fn forget_idle(&self) {
        self.idle().clear();
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(Connection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn password(&self) -> Option<&str> {
        self.settings.credentials.as_ref().map(|(_, password)| password.expose_secret())
    }
}

#[async_trait]
impl MailTransport for SmtpTransport {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError> {
        let composed = Composed::new(&self.settings.from, mail);
        let composed = composed.map_err(|error| SendError::Permanent(error.to_string()))?;
        let outcome = self.deliver(&composed, mail.attempt).await;
        outcome.map_err(|failure| failure.into_send_error(self.settings.server(), &mail.content, self.password()))
    }
}

impl fmt::Debug for SmtpTransport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SmtpTransport").field("settings", &self.settings).finish_non_exhaustive()
    }
}

fn recipient_timeout(attempt: u32) -> Duration {
    FIRST_RECIPIENT_TIMEOUT.saturating_mul(1 << attempt.saturating_sub(1).min(16))
}

fn tls(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, SmtpSettingsError> {
    let tls = TlsParameters::builder(host.to_owned());
    let Some(path) = ca_file else {
        return tls.build_rustls().map_err(|error| SmtpSettingsError::Tls(error.to_string()));
    };
    let path = path.to_owned();
    let pem = match fs::read(&path) {
        Ok(pem) => pem,
        Err(source) => return Err(SmtpSettingsError::CaFile { path, source }),
    };
    // To lettre, a file without any certificate is as good as one with some.
    let has_some = pem.windows(CERTIFICATE.len()).any(|window| window == CERTIFICATE);
    let built =
        Certificate::from_pem(&pem).and_then(|authorities| tls.add_root_certificate(authorities).build_rustls());
    built.ok().filter(|_| has_some).ok_or(SmtpSettingsError::NoCertificate { path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_for_a_recipient_grows_with_the_attempts() {
        let seconds = [0, 1, 2, 3, 4].map(|attempt| recipient_timeout(attempt).as_secs());
        assert_eq!(seconds, [3, 3, 6, 12, 24]);
        assert!(recipient_timeout(u32::MAX) > Duration::from_hours(1));
    }
}
