//! A mailbox to visit, and what is seen there.

use std::sync::Arc;

use actix_web::{
    App,
    http::{
        Method, StatusCode,
        header::{HOST, HeaderMap},
    },
    test::{self, TestRequest},
};
use ironplate_application::ports::{BoxError, KeptMail, Mailbox};
use ironplate_domain::MessageId;
use ironplate_mailbox::Visitors;
use uuid::Uuid;

/// Mail in memory, newest first; `None` can't be read.
#[derive(Clone)]
pub(crate) struct Memory(pub(crate) Option<Vec<KeptMail>>);

impl Mailbox for Memory {
    fn list(&self) -> Result<Vec<KeptMail>, BoxError> {
        self.0.clone().ok_or_else(|| "/var/secret-folder is not readable".into())
    }

    fn find(&self, id: MessageId) -> Result<Option<KeptMail>, BoxError> {
        Ok(self.list()?.into_iter().find(|mail| mail.id == id))
    }
}

/// The path of the mail that [`mail`] makes of this number.
pub(crate) fn path(number: u128) -> String {
    format!("/dev/mailbox/{}", Uuid::from_u128(number))
}

pub(crate) fn mail(number: u128, subject: &str) -> KeptMail {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    KeptMail {
        id: MessageId(Uuid::from_u128(number)),
        headers: vec![
            header("From", "Ironplate <noreply@example.com>"),
            header("To", "ann@example.com"),
            header("Subject", subject),
            header("Date", "Sun, 22 Nov 2026 01:27:58 +0000"),
            header("Auto-Submitted", "auto-generated"),
        ],
        text: "Hello,\n\nset a new password: https://app.example.com/reset-password?token=abc\n".to_owned(),
        html: "<!doctype html><html><head><title>x</title></head><body><p>Hello</p></body></html>".to_owned(),
        source: format!("Subject: {subject}\r\n\r\nHello\r\n"),
    }
}

pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that these come in this order.
    pub(crate) fn assert_shows(&self, texts: &[&str]) {
        let mut rest = &*self.text;
        for text in texts {
            let found = rest.split_once(text);
            rest = found.unwrap_or_else(|| panic!("no {text:?} (there) in {}", self.text)).1;
        }
    }
}

pub(crate) async fn send(mailbox: Memory, method: Method, path: &str) -> Seen {
    let request = TestRequest::with_uri(path).method(method).insert_header((HOST, "localhost:8000"));
    answer(mailbox, Visitors::OfThisMachine, request).await
}

pub(crate) async fn answer(mailbox: Memory, visitors: Visitors, request: TestRequest) -> Seen {
    let app = App::new().configure(ironplate_mailbox::mailbox(Arc::new(mailbox), visitors));
    let service = test::init_service(app).await;
    let response = test::call_service(&service, request.to_request()).await;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = test::read_body(response).await;
    Seen { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
}

pub(crate) async fn visit(mails: &[KeptMail], path: &str) -> Seen {
    send(Memory(Some(mails.to_vec())), Method::GET, path).await
}
