//! One conversation in SMTP (RFC 5321), from the side of the server.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::watch,
};

use super::{
    behaviour::{Behaviour, Rules, Stage},
    records::{Delivery, Records},
};

const EXTENSIONS: &str = "250-mail.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 10485760";

const SLOW: Duration = Duration::from_secs(4);

pub(super) struct Conversation {
    stream: BufReader<TcpStream>,
    rules: watch::Receiver<Rules>,
    records: watch::Sender<Records>,
    sender: Option<String>,
    recipients: Vec<String>,
    is_greeted: bool,
    has_tried: bool,
}

/// The conversation is over: by a fault that was asked for, or because the client has gone.
struct End;

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self
    }
}

impl Conversation {
    pub(super) fn new(stream: TcpStream, rules: watch::Receiver<Rules>, records: watch::Sender<Records>) -> Self {
        let stream = BufReader::new(stream);
        Self { stream, rules, records, sender: None, recipients: Vec::new(), is_greeted: false, has_tried: false }
    }

    /// Speaks until one side has had enough.
    pub(super) async fn hold(mut self) {
        self.records.send_modify(|records| records.connections += 1);
        let (Ok(()) | Err(End)) = self.speak().await;
    }

    async fn speak(&mut self) -> Result<(), End> {
        let is_open = self.reach(Stage::Connect, "220 mail.test ESMTP").await?;
        while let Some(line) = self.line().await? {
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end();
            let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "QUIT" => return self.say("221 bye").await,
                _ if !is_open => self.say("503 closed").await?,
                "EHLO" => {
                    self.forget();
                    self.is_greeted = self.reach(Stage::Hello, EXTENSIONS).await?;
                }
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.recipient(rest).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.forget();
                    self.say("250 forgotten").await?;
                }
                "NOOP" => self.say("250 still here").await?,
                _ => self.say("500 what?").await?,
            }
        }
        Ok(())
    }

    async fn mail(&mut self, rest: &str) -> Result<(), End> {
        if !self.is_greeted {
            return self.say("503 EHLO first").await;
        }
        self.has_tried = true;
        self.records.send_modify(|records| records.attempts += 1);
        let Some(sender) = path(rest, "FROM:") else { return self.say("501 MAIL FROM:<address>").await };
        if self.reach(Stage::Mail, "250 sender ok").await? {
            self.sender = Some(sender);
        }
        Ok(())
    }

    async fn recipient(&mut self, rest: &str) -> Result<(), End> {
        let Some(recipient) = path(rest, "TO:") else { return self.say("501 RCPT TO:<address>").await };
        if self.sender.is_none() {
            return self.say("503 MAIL first").await;
        }
        self.recipients.push(recipient);
        if !self.reach(Stage::Recipient, "250 recipient ok").await? {
            self.recipients.pop();
        }
        Ok(())
    }

    async fn data(&mut self) -> Result<(), End> {
        if self.recipients.is_empty() {
            return self.say("503 RCPT first").await;
        }
        if !self.reach(Stage::Data, "354 go ahead").await? {
            return Ok(());
        }
        let Some(raw) = self.message().await? else { return Err(End) };
        match self.behaviour() {
            Behaviour::RefuseQuoting => {
                let token = token_in(&raw);
                let refusal = format!("554 5.6.0 spam: token={token}");
                self.records.send_modify(|records| records.quoted.push(token));
                self.say(&refusal).await?;
            }
            Behaviour::TakeThenClose => {
                self.take(raw);
                return Err(End);
            }
            Behaviour::TakeThenHold => {
                self.take(raw);
                let recipients = self.recipients.clone();
                let holds = |rules: &Rules| rules.for_mail_to(&recipients) == Behaviour::TakeThenHold;
                if self.rules.wait_for(|rules| !holds(rules)).await.is_err() {
                    return Err(End);
                }
                self.say("250 taken").await?;
            }
            _ => {
                if self.reach(Stage::EndOfData, "250 taken").await? {
                    self.take(raw);
                }
            }
        }
        self.forget();
        Ok(())
    }

    /// Reads to the lonely dot.
    async fn message(&mut self) -> Result<Option<Vec<u8>>, End> {
        let mut message = Vec::new();
        while let Some(line) = self.line().await? {
            match line.as_slice() {
                b".\r\n" => return Ok(Some(message)),
                [b'.', unstuffed @ ..] => message.extend_from_slice(unstuffed),
                line => message.extend_from_slice(line),
            }
            self.pass(Stage::MidData).await?;
        }
        Ok(None)
    }

    /// Says what belongs here, or does what was asked for instead; whether it was the former.
    async fn reach(&mut self, stage: Stage, text: &str) -> Result<bool, End> {
        self.pass(stage).await?;
        match self.behaviour() {
            Behaviour::AnswerAt(at, refusal) if at == stage => {
                self.note_fault();
                self.say(refusal).await.map(|()| false)
            }
            _ => self.say(text).await.map(|()| true),
        }
    }

    /// Goes beyond a stage, unless it is here that the conversation was to end.
    async fn pass(&mut self, stage: Stage) -> Result<(), End> {
        match self.behaviour() {
            Behaviour::CloseAt(at) if at == stage => {
                self.note_fault();
                Err(End)
            }
            Behaviour::SlowAt(at) if at == stage => {
                tokio::time::sleep(SLOW).await;
                Ok(())
            }
            Behaviour::HangAt(at) if at == stage => {
                self.note_fault();
                let mut ignored = Vec::new();
                self.stream.read_to_end(&mut ignored).await?;
                Err(End)
            }
            _ => Ok(()),
        }
    }

    /// A conversation that does not get as far as `MAIL` was an attempt, too.
    fn note_fault(&mut self) {
        if !self.has_tried {
            self.has_tried = true;
            self.records.send_modify(|records| records.attempts += 1);
        }
    }

    fn behaviour(&self) -> Behaviour {
        self.rules.borrow().for_mail_to(&self.recipients)
    }

    fn take(&self, raw: Vec<u8>) {
        let sender = self.sender.clone().unwrap_or_default();
        let delivery = Delivery { sender, recipients: self.recipients.clone(), raw };
        self.records.send_modify(|records| records.deliveries.push(delivery));
    }

    fn forget(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    /// A line with its end; `None` when the client has gone.
    async fn line(&mut self) -> Result<Option<Vec<u8>>, End> {
        let mut line = Vec::new();
        let count = self.stream.read_until(b'\n', &mut line).await?;
        Ok((count > 0 && line.ends_with(b"\n")).then_some(line))
    }

    async fn say(&mut self, text: &str) -> Result<(), End> {
        Ok(self.stream.write_all(format!("{text}\r\n").as_bytes()).await?)
    }
}

/// The address in `FROM:<address> BODY=8BITMIME`.
fn path(rest: &str, name: &str) -> Option<String> {
    let (before, after) = rest.split_once('<')?;
    before.trim().eq_ignore_ascii_case(name).then_some(())?;
    Some(after.split_once('>')?.0.to_owned())
}

/// The token of the first link in a message, however it is encoded.
fn token_in(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw).replace("=\r\n", "").replace("=3D", "=");
    let (_, token) = text.split_once("token=").unwrap_or_default();
    token.chars().take_while(|char| char.is_ascii_alphanumeric() || "-_".contains(*char)).collect()
}
