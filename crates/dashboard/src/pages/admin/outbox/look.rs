//! One mail, looked at.

use actix_web::{
    HttpResponse,
    http::header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    },
    web::Path,
};
use ironplate_application::{outbox::MessageDetails, with_causes};
use ironplate_domain::MessageId;
use serde::Serialize;

use super::MessageView;
use crate::{
    fault::PageError,
    request::{SessionUser, resource::id_of},
    shell::PageResult,
    words,
};

/// A mail may style itself inline. It loads nothing, runs nothing and belongs to no origin.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox",
);

#[derive(Serialize)]
struct MessagePage {
    message: MessageDetailsView,
    view: &'static str,
    text: Option<String>,
}

#[derive(Serialize)]
struct MessageDetailsView {
    #[serde(flatten)]
    view: MessageView,
    subject: String,
    from: String,
}

pub(super) async fn show(user: SessionUser, id: Path<String>) -> PageResult {
    let MessageDetails { message, mail } = find(&user, &id).await?;
    let view = match user.query.get("view") {
        "text" => "text",
        _ => "html",
    };
    let from = user.site().settings.mail_from.clone();
    let (subject, text) = match mail {
        Ok(mail) => (mail.subject, mail.text),
        Err(error) => (words::mail(message.template).to_owned(), with_causes(&error)),
    };
    let page = MessagePage {
        message: MessageDetailsView { view: MessageView::from(&message), subject, from },
        view,
        text: (view == "text").then_some(text),
    };
    user.page("outbox", "admin/message.html", page).answer()
}

pub(super) async fn html(user: SessionUser, id: Path<String>) -> PageResult {
    let html = match find(&user, &id).await?.mail {
        Ok(mail) => mail.html,
        Err(_) => return Err(PageError::missing()),
    };
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .body(html))
}

async fn find(user: &SessionUser, id: &str) -> Result<MessageDetails, PageError> {
    let id = id_of(id, MessageId)?;
    user.act(|app, actor, client| async move { app.outbox.look(actor, id, &client).await }).await
}
