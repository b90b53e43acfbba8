//! All mail.

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use ironplate_application::ports::KeptMail;
use serde::Serialize;

use super::{MailboxError, MailboxReader, mail::Envelope};
use crate::pages;

/// Characters of a mail's text that the list shows; more than a row holds.
const SNIPPET: usize = 160;

#[derive(Serialize)]
struct ListPage {
    mails: Vec<MailRow>,
}

#[derive(Serialize)]
struct MailRow {
    #[serde(flatten)]
    envelope: Envelope,
    /// How the text begins.
    snippet: String,
}

pub(super) async fn page(mailbox: Data<MailboxReader>) -> Result<HttpResponse, MailboxError> {
    let mails = mailbox.list().await?;
    let mails = mails.iter().map(|mail| MailRow { envelope: Envelope::of(mail), snippet: snippet(mail) }).collect();
    Ok(pages::page(StatusCode::OK, "list.html", &ListPage { mails }))
}

fn snippet(mail: &KeptMail) -> String {
    let words: Vec<&str> = mail.text.split_whitespace().take(SNIPPET).collect();
    words.join(" ").chars().take(SNIPPET).collect()
}
