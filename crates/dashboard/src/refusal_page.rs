//! The page that says what happened and what to do.

use actix_web::{
    HttpRequest,
    http::header::{HeaderValue, RETRY_AFTER},
};
use ironplate_application::Kind;
use ironplate_web::request_id;
use serde::Serialize;

use crate::{
    answer::Answer,
    refusal::{Refusal, Said},
    visit::Visit,
};

#[derive(Serialize)]
struct Page {
    error: Told,
}

#[derive(Serialize)]
struct Told {
    status: u16,
    title: &'static str,
    text: String,
    advice: &'static str,
    back: &'static str,
    back_label: &'static str,
    request_id: Option<String>,
}

pub(crate) fn of(said: &Said, request: &HttpRequest) -> Answer {
    let visit = Visit::of(request)?;
    let status = said.status();
    let (title, advice) = words(said);
    let told = Told {
        status: status.as_u16(),
        title,
        text: format!("{}.", text(said).trim_end_matches('.')),
        advice,
        back: "/dashboard",
        back_label: "Go to the first page",
        request_id: request_id::current(),
    };
    let page = visit.page("error.html", Page { error: told }).status(status);
    match said.retry_after() {
        Some(after) => page.header(RETRY_AFTER, HeaderValue::from(after.as_secs())),
        None => page,
    }
    .answer()
}

const fn words(said: &Said) -> (&'static str, &'static str) {
    match said.kind {
        Kind::NotFound => ("Not found", "It may have been deleted meanwhile, or the address is not quite right."),
        Kind::Unauthenticated | Kind::Denied => ("Not allowed", "If you think you should, ask an administrator."),
        Kind::Conflict => ("That can’t be done now", "Look at how things are, and try again."),
        Kind::Throttled(_) => ("Too many attempts", "Nothing was changed. Wait a little."),
        Kind::Unavailable => ("Busy right now", "Wait some seconds and try again."),
        Kind::Internal => ("Something went wrong", "Try again. If it stays like this, ask for help."),
        Kind::Invalid | Kind::InvalidField(_) => ("That did not work", "Go back, and try again."),
    }
}

fn text(said: &Said) -> &str {
    match said.kind {
        Kind::Unavailable => "The server has more to do than it can at the moment, or a part of it is out of reach",
        Kind::Internal => "The server failed. What happened is in its log",
        _ => said.sentence(),
    }
}

/// A page that shows itself only to those who ask in the right way.
pub(crate) async fn nothing_here() -> Result<actix_web::HttpResponse, Refusal> {
    Err(Refusal::missing())
}
