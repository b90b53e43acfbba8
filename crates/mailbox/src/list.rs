//! All mail.

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use ironplate_application::ports::KeptMail;
use serde::Serialize;

use super::{Kept, Refusal, mail::Envelope};
use crate::pages;

/// Characters of a mail's text that the list shows; more than a row holds.
const SNIPPET: usize = 160;

#[derive(Serialize)]
struct Page {
    mails: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    envelope: Envelope,
    /// How the text begins.
    snippet: String,
}

pub(super) async fn page(mailbox: Data<Kept>) -> Result<HttpResponse, Refusal> {
    let mails = mailbox.list().await?;
    let mails = mails.iter().map(|mail| Row { envelope: Envelope::of(mail), snippet: snippet(mail) }).collect();
    Ok(pages::page(StatusCode::OK, "list.html", &Page { mails }))
}

fn snippet(mail: &KeptMail) -> String {
    let words: Vec<&str> = mail.text.split_whitespace().take(SNIPPET).collect();
    words.join(" ").chars().take(SNIPPET).collect()
}
