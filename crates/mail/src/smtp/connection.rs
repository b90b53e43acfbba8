//! One conversation with the mail server, command by command.
//!
//! lettre's own transport is not used: it bounds the time to connect but no answer, takes a conversation that was given
//! up half-way back into its pool, where the next mail reads the answers meant for the last one, and does not limit how
//! many conversations there are at once.

use std::{
    error::Error,
    fmt::Display,
    io,
    iter::successors,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use lettre::transport::smtp::{
    authentication::Mechanism,
    client::{AsyncSmtpConnection, TlsParameters},
    commands::{Data, Mail, Rcpt},
    extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    response::{Response, Severity},
};
use secrecy::ExposeSecret;
use tokio::{
    net::{TcpStream, UdpSocket, lookup_host},
    time::{Instant, timeout, timeout_at},
};

use super::{
    SmtpSettings,
    failure::{Cause, Failure, Step},
    line_by_line::LineByLine,
};
use crate::{Security, mime::Composed};

/// What a mail server says that is expected to speak TLS at once, and does not, is of no use to anybody.
const BEGINS_IN_CLEAR: &str = "on this port the mail server begins in clear, and SMTP_SSL expects TLS from the first byte: \
    set SMTP_SSL=false and SMTP_TLS=true, which is STARTTLS, or SMTP_PORT to one that speaks TLS, such as 465";

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
}

/// How long to wait for answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct SmtpTimeouts {
    /// When all has to be over. The answer that takes responsibility for a mail may take until then: given up earlier, a
    /// mail that the server took would be sent twice.
    pub(super) deadline: Instant,
    /// What any other answer may take.
    pub(super) answer: Duration,
    /// What the very first answer may take.
    pub(super) first_answer: Duration,
    /// What an answer may take that depends on the recipient.
    pub(super) recipient: Duration,
}

impl SmtpTimeouts {
    fn at_most(self, time: Duration) -> Instant {
        self.deadline.min(Instant::now() + time)
    }

    fn answer(self) -> Instant {
        self.at_most(self.answer)
    }
}

impl Connection {
    /// Connects, encrypts, logs in.
    pub(super) async fn open(
        settings: &SmtpSettings,
        encryption: &Encryption,
        timeouts: SmtpTimeouts,
    ) -> Result<Self, Failure> {
        let (smtp, name) = in_time(timeouts.answer(), Step::Connect, greet(settings, encryption)).await?;
        let mut connection = Self { smtp };
        if let Encryption::StartTls(tls) = encryption {
            connection.encrypt(tls.clone(), &name, timeouts).await?;
        }
        if let Some((user, password)) = &settings.credentials {
            in_time(timeouts.answer(), Step::LogIn, connection.log_in(user, password.expose_secret())).await?;
        }
        Ok(connection)
    }

    async fn encrypt(&mut self, tls: TlsParameters, name: &ClientId, timeouts: SmtpTimeouts) -> Result<(), Failure> {
        if !self.smtp.server_info().supports_feature(Extension::StartTls) {
            return Err(Failure::broken(
                Step::StartTls,
                "the mail server does not offer it, and mail is not sent in clear",
            ));
        }
        let upgrade = self.smtp.starttls(tls, name);
        in_time(timeouts.answer(), Step::StartTls, lettre_result(Step::StartTls, upgrade)).await
    }

    /// lettre answers the prompts of LOGIN by their words, which are nowhere laid down: servers ask "User:", in other languages,
    /// or with nothing at all. What is laid down is their order.
    async fn log_in(&mut self, user: &str, password: &str) -> Result<(), Failure> {
        let offers = |mechanism| self.smtp.server_info().supports_auth_mechanism(mechanism);
        let mut commands = if offers(Mechanism::Plain) {
            vec![format!("AUTH PLAIN {}", BASE64_STANDARD.encode(format!("\0{user}\0{password}")))]
        } else if offers(Mechanism::Login) {
            vec![BASE64_STANDARD.encode(password), BASE64_STANDARD.encode(user), "AUTH LOGIN".to_owned()]
        } else {
            return Err(Failure::broken(Step::LogIn, "the mail server offers neither PLAIN nor LOGIN"));
        };
        while let Some(command) = commands.pop() {
            let reply = self.smtp.command(command + "\r\n");
            let hoped_for =
                if commands.is_empty() { Severity::PositiveCompletion } else { Severity::PositiveIntermediate };
            expect(Step::LogIn, &lettre_result(Step::LogIn, reply).await?, hoped_for)?;
        }
        Ok(())
    }

    /// Sends a mail. After a failure, the connection is of no use any more.
    pub(super) async fn send(&mut self, mail: &Composed, timeouts: SmtpTimeouts) -> Result<(), Failure> {
        let options = self.options(mail)?;
        let sender = Mail::new(Some(mail.from.to_lettre()), options);
        let first_answer = timeouts.at_most(timeouts.first_answer);
        self.command(Step::Sender, sender, Severity::PositiveCompletion, first_answer).await?;
        let recipient = Rcpt::new(mail.to.to_lettre(), Vec::new());
        let until = timeouts.at_most(timeouts.recipient);
        self.command(Step::Recipient, recipient, Severity::PositiveCompletion, until).await?;
        let until = timeouts.at_most(timeouts.recipient);
        self.command(Step::Data, Data, Severity::PositiveIntermediate, until).await?;
        let reply = lettre_result(Step::Content, self.smtp.message(&mail.source));
        let reply = in_time(timeouts.deadline, Step::Content, reply).await?;
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
        until: Instant,
    ) -> Result<(), Failure> {
        let reply = in_time(until, step, lettre_result(step, self.smtp.command(command))).await?;
        expect(step, &reply, hoped_for)
    }
}

/// Connects and says hello; under TLS if that comes first. And the name by which it was said.
async fn greet(settings: &SmtpSettings, encryption: &Encryption) -> Result<(AsyncSmtpConnection, ClientId), Failure> {
    let attempt = settings.timeout / 4;
    let broken = |error: io::Error| Failure::broken(Step::Connect, error.to_string());
    let mut failure = Failure::broken(Step::Connect, "the name has no address");
    for address in lookup_host((settings.host.as_str(), settings.port)).await.map_err(broken)? {
        let name = hello_name(settings, address).await;
        if let Encryption::Implicit(tls) = encryption {
            match AsyncSmtpConnection::connect_tokio1(address, Some(attempt), &name, Some(tls.clone()), None).await {
                Ok(smtp) => return Ok((smtp, name)),
                Err(error) if begins_in_clear(&error) => return Err(Failure::broken(Step::Connect, BEGINS_IN_CLEAR)),
                // Who answers is there, whatever the answer.
                Err(error) if error.status().is_some() || error.is_tls() => {
                    return Err(Failure::of(Step::Connect, &error));
                }
                Err(error) => failure = Failure::of(Step::Connect, &error),
            }
            continue;
        }
        match timeout(attempt, connect(address)).await {
            Ok(Ok(stream)) => {
                let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(LineByLine::new(stream)), &name);
                return Ok((lettre_result(Step::Connect, greeting).await?, name));
            }
            Ok(Err(error)) => failure = broken(error),
            Err(_) => failure = Failure { step: Step::Connect, cause: Cause::Silence },
        }
    }
    Err(failure)
}

/// Whether the answer to the first word of TLS was none of TLS.
fn begins_in_clear(error: &lettre::transport::smtp::Error) -> bool {
    successors(error.source(), |&error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref())
        .any(|error| matches!(error, rustls::Error::InvalidMessage(_)))
}

/// A domain, or else the address from which this machine reaches the server (RFC 5321, 4.1.3). Servers refuse what is neither,
/// such as the bare name of a container.
async fn hello_name(settings: &SmtpSettings, server: SocketAddr) -> ClientId {
    if let Some(name) = &settings.helo_name {
        return ClientId::Domain(name.clone());
    }
    match address_towards(server).await.map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Ipv4(Ipv4Addr::LOCALHOST),
    }
}

/// Nothing is sent for it.
async fn address_towards(server: SocketAddr) -> io::Result<IpAddr> {
    let any: IpAddr = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(server).await?;
    Ok(socket.local_addr()?.ip())
}

/// Each packet leaves at once. Otherwise the last of a mail waits until the server has confirmed those before it, and the
/// server for something to say along with that: some 40 ms with every mail.
async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn in_time<Answer>(
    until: Instant,
    step: Step,
    answer: impl Future<Output = Result<Answer, Failure>>,
) -> Result<Answer, Failure> {
    timeout_at(until, answer).await.unwrap_or(Err(Failure { step, cause: Cause::Silence }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_waits_to_fill_a_packet() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = connect(listener.local_addr().unwrap()).await.unwrap();
        assert!(stream.nodelay().unwrap());
    }
}
