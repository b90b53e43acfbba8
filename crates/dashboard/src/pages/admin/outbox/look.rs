//! One mail, looked at.

use actix_web::{
    HttpResponse,
    http::header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    },
    web::Path,
};
use ironplate_application::{outbox::MessageLook, with_causes};
use serde::Serialize;

use super::{Told, id_of};
use crate::{fault::Refusal, request::Reader, shell::Answer, words};

/// A mail may style itself inline. It loads nothing, runs nothing and belongs to no origin.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox",
);

#[derive(Serialize)]
struct Page {
    message: Whole,
    view: &'static str,
    text: Option<String>,
}

#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    told: Told,
    subject: String,
    from: String,
}

pub(super) async fn show(reader: Reader, id: Path<String>) -> Answer {
    let MessageLook { message, mail } = find(&reader, &id).await?;
    let view = match reader.query.get("view") {
        "text" => "text",
        _ => "html",
    };
    let from = reader.site().settings.mail_from.clone();
    let (subject, text) = match mail {
        Ok(mail) => (mail.subject, mail.text),
        Err(error) => (words::mail(message.template).to_owned(), with_causes(&error)),
    };
    let page = Page {
        message: Whole { told: Told::from(&message), subject, from },
        view,
        text: (view == "text").then_some(text),
    };
    reader.page("outbox", "admin/message.html", page).answer()
}

pub(super) async fn html(reader: Reader, id: Path<String>) -> Answer {
    let html = match find(&reader, &id).await?.mail {
        Ok(mail) => mail.html,
        Err(_) => return Err(Refusal::missing()),
    };
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .body(html))
}

async fn find(reader: &Reader, id: &str) -> Result<MessageLook, Refusal> {
    let (id, actor, client) = (id_of(id)?, reader.actor(), reader.client.clone());
    reader.run(|app| async move { app.outbox.look(actor, id, &client).await }).await
}
