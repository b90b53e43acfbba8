//! Mail that goes nowhere.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ironplate_application::ports::{
    MailRenderer, MailTransport, OutgoingMail, RenderError, RenderedMail, SendError, TemplateContext,
};
use ironplate_domain::TokenSecret;
use secrecy::ExposeSecret;

/// Renders every template alike: its name as the subject, all there is to say as the text.
#[derive(Debug, Clone, Copy, Default)]
pub struct FakeRenderer;

impl MailRenderer for FakeRenderer {
    fn render(&self, context: &TemplateContext) -> Result<RenderedMail, RenderError> {
        let facts = context.facts.iter().map(|(fact, text)| format!("{}: {text}\n", fact.name()));
        let text = format!("{}{}\n", facts.collect::<String>(), context.link.expose_secret());
        let html = format!("<pre>{text}</pre>");
        Ok(RenderedMail { subject: context.template.name().to_owned(), text, html })
    }
}

/// Keeps what it is given to send, or refuses it.
#[derive(Default)]
pub struct FakeTransport {
    sent: Mutex<Vec<OutgoingMail>>,
    refusal: Mutex<Option<Refusal>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    ForNow,
    ForGood,
}

impl FakeTransport {
    /// What was sent, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<OutgoingMail> {
        lock(&self.sent).clone()
    }

    /// From here on nothing can be sent, as when the server is out of reach.
    pub fn go_down(&self) {
        *lock(&self.refusal) = Some(Refusal::ForNow);
    }

    /// From here on everything is refused for good.
    pub fn refuse(&self) {
        *lock(&self.refusal) = Some(Refusal::ForGood);
    }

    /// Everything works again.
    pub fn come_up(&self) {
        *lock(&self.refusal) = None;
    }
}

#[async_trait]
impl MailTransport for FakeTransport {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError> {
        match *lock(&self.refusal) {
            Some(Refusal::ForNow) => Err(SendError::Unavailable {
                server: "mail.example.com:587".to_owned(),
                reason: "the mail server is down".to_owned(),
            }),
            Some(Refusal::ForGood) => Err(SendError::Permanent("550 no such mailbox".to_owned())),
            None => {
                lock(&self.sent).push(mail.clone());
                Ok(())
            }
        }
    }
}

/// The link in a mail of [`FakeRenderer`].
#[must_use]
pub fn link_in(mail: &OutgoingMail) -> String {
    let found = mail.content.text.lines().find(|line| line.starts_with("http"));
    found.unwrap_or_else(|| panic!("no link in {:?}", mail.content.text)).to_owned()
}

/// The secret in the link of a mail of [`FakeRenderer`].
#[must_use]
pub fn secret_in(mail: &OutgoingMail) -> TokenSecret {
    let link = link_in(mail);
    let (_, secret) = link.split_once("?token=").unwrap_or_else(|| panic!("no token in {link}"));
    TokenSecret::new(secret)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
