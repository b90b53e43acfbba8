//! One conversation with the mail server, command by command.
//!
//! lettre's own transport is not used: it bounds the time to connect but no answer, takes a conversation that was given
//! up half-way back into its pool, where the next mail reads the answers meant for the last one, and does not limit how
//! many conversations there are at once.

use std::{fmt::Display, time::Duration};

use lettre::transport::smtp::{
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, TlsParameters},
    commands::{Data, Mail, Rcpt},
    extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    response::{Response, Severity},
};
use secrecy::ExposeSecret;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use super::{
    SmtpSettings,
    failure::{Cause, Failure, Step},
    line_by_line::LineByLine,
};
use crate::{Security, mime::Composed};

/// How the connection is encrypted, and against which authorities its certificate is held.
pub(super) enum Encryption {
    None,
    StartTls(TlsParameters),
    Implicit(TlsParameters),
}

impl Encryption {
    pub(super) fn new(
        security: Security,
        tls: impl FnOnce() -> Result<TlsParameters, super::SmtpSettingsError>,
    ) -> Result<Self, super::SmtpSettingsError> {
        Ok(match security {
            Security::PlainText => Self::None,
            Security::StartTls => Self::StartTls(tls()?),
            Security::ImplicitTls => Self::Implicit(tls()?),
        })
    }
}

/// A connection that is ready for a mail. Whoever drops it closes it; so does whoever stops waiting for it.
pub(super) struct Connection {
    smtp: AsyncSmtpConnection,
    patience: Duration,
}

impl Connection {
    /// Connects, encrypts, logs in.
    pub(super) async fn open(settings: &SmtpSettings, encryption: &Encryption) -> Result<Self, Failure> {
        let patience = settings.timeout / 2;
        let greeting = in_time(patience, Step::Connect, greet(settings, encryption)).await?;
        let mut connection = Self { smtp: greeting, patience };
        if let Encryption::StartTls(tls) = encryption {
            connection.encrypt(tls.clone()).await?;
        }
        if let Some((user, password)) = &settings.credentials {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            let reply = connection.smtp.auth(DEFAULT_MECHANISMS, &credentials);
            in_time(patience, Step::LogIn, lettre_result(Step::LogIn, reply)).await?;
        }
        Ok(connection)
    }

    async fn encrypt(&mut self, tls: TlsParameters) -> Result<(), Failure> {
        if !self.smtp.server_info().supports_feature(Extension::StartTls) {
            return Err(Failure::broken(
                Step::StartTls,
                "the mail server does not offer it, and mail is not sent in clear",
            ));
        }
        let name = ClientId::default();
        let upgrade = self.smtp.starttls(tls, &name);
        in_time(self.patience, Step::StartTls, lettre_result(Step::StartTls, upgrade)).await
    }

    /// Sends a mail. After a failure, the connection is of no use any more.
    pub(super) async fn send(&mut self, mail: &Composed, first_answer: Duration) -> Result<(), Failure> {
        let options = self.options(mail)?;
        let sender = Mail::new(Some(mail.from.to_lettre()), options);
        self.command(Step::Sender, sender, Severity::PositiveCompletion, first_answer).await?;
        let recipient = Rcpt::new(mail.to.to_lettre(), Vec::new());
        self.command(Step::Recipient, recipient, Severity::PositiveCompletion, self.patience).await?;
        self.command(Step::Data, Data, Severity::PositiveIntermediate, self.patience).await?;
        // Unbounded here: given up now, a mail that the server took would be sent twice.
        let reply = lettre_result(Step::Content, self.smtp.message(&mail.source)).await?;
        expect(Step::Content, &reply, Severity::PositiveCompletion)
    }

    fn options(&self, mail: &Composed) -> Result<Vec<MailParameter>, Failure> {
        if mail.from.is_ascii() && mail.to.is_ascii() {
            return Ok(Vec::new());
        }
        let offers = |extension| self.smtp.server_info().supports_feature(extension);
        if offers(Extension::SmtpUtfEight) && offers(Extension::EightBitMime) {
            Ok(vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)])
        } else {
            Err(Failure { step: Step::Recipient, cause: Cause::NoUtf8 })
        }
    }

    async fn command(
        &mut self,
        step: Step,
        command: impl Display,
        hoped_for: Severity,
        patience: Duration,
    ) -> Result<(), Failure> {
        let reply = in_time(patience, step, lettre_result(step, self.smtp.command(command))).await?;
        expect(step, &reply, hoped_for)
    }
}

/// Connects and says hello; under TLS if that comes first.
async fn greet(settings: &SmtpSettings, encryption: &Encryption) -> Result<AsyncSmtpConnection, Failure> {
    let name = ClientId::default();
    let address = (settings.host.as_str(), settings.port);
    let broken = |error: std::io::Error| Failure::broken(Step::Connect, error.to_string());
    if let Encryption::Implicit(tls) = encryption {
        let patience = Some(settings.timeout / 4);
        let greeting = AsyncSmtpConnection::connect_tokio1(address, patience, &name, Some(tls.clone()), None);
        return lettre_result(Step::Connect, greeting).await;
    }
    let mut failure = Failure::broken(Step::Connect, "the name has no address");
    for address in lookup_host(address).await.map_err(broken)? {
        match timeout(settings.timeout / 4, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(LineByLine::new(stream)), &name);
                return lettre_result(Step::Connect, greeting).await;
            }
            Ok(Err(error)) => failure = broken(error),
            Err(_) => failure = Failure { step: Step::Connect, cause: Cause::Silence },
        }
    }
    Err(failure)
}

async fn in_time<Answer>(
    patience: Duration,
    step: Step,
    answer: impl Future<Output = Result<Answer, Failure>>,
) -> Result<Answer, Failure> {
    timeout(patience, answer).await.unwrap_or(Err(Failure { step, cause: Cause::Silence }))
}

async fn lettre_result<Answer>(
    step: Step,
    answer: impl Future<Output = Result<Answer, lettre::transport::smtp::Error>>,
) -> Result<Answer, Failure> {
    answer.await.map_err(|error| Failure::of(step, &error))
}

/// To lettre, 354 is as good as 250. Where the server takes responsibility, it is not.
fn expect(step: Step, reply: &Response, hoped_for: Severity) -> Result<(), Failure> {
    if reply.code().severity == hoped_for {
        Ok(())
    } else {
        Err(Failure::broken(step, format!("unexpected answer {}", reply.code())))
    }
}
