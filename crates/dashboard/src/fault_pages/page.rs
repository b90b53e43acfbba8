//! The page that says what happened and what to do.

use actix_web::{
    HttpMessage, HttpRequest,
    http::{
        Method, StatusCode,
        header::{ACCEPT_ENCODING, ALLOW, HeaderValue, RETRY_AFTER},
    },
};
use ironplate_application::Kind;
use ironplate_web::request_id;
use serde::Serialize;

use crate::{
    fault::{Rejection, UNSUPPORTED_ENCODING},
    headers::has_token,
    request::{Fields, OwnPath, Recognised, RequestContext, SessionUser, UnsentForm},
    resources::ORGANIZATIONS,
    shell::{PageResult, Redirect},
};

#[derive(Serialize)]
struct ErrorPage {
    error: ErrorView,
    unsent: Option<UnsentForm>,
}

#[derive(Serialize)]
struct ErrorView {
    status: u16,
    title: &'static str,
    text: String,
    advice: String,
    back: String,
    back_label: &'static str,
    /// Where members leave the organisation that bars them.
    leave: Option<String>,
    request_id: Option<String>,
}

pub(super) fn of(rejection: &Rejection, request: &HttpRequest) -> PageResult {
    if rejection.code == "second_factor_enrolment_required" && is_page(request) {
        return Ok(Redirect::to(SECURITY).answer());
    }
    let context = RequestContext::of(request)?;
    let status = rejection.status;
    let (title, advice) = words(rejection);
    let (back, back_label) = way_on(rejection, &context, request);
    let reader = SessionUser::who_was_recognised(request);
    let barred = reader.as_ref().and_then(Recognised::barred_from);
    let response = ErrorView {
        status: status.as_u16(),
        title,
        text: format!("{}.", text(rejection).trim_end_matches('.')),
        advice: rejection.advice.clone().unwrap_or_else(|| advice.to_owned()),
        back,
        back_label,
        leave: barred.map(|id| format!("{}/{id}/leave", ORGANIZATIONS.url)),
        request_id: request_id::current(),
    };
    let view = ErrorPage { error: response, unsent: unsent(rejection, request) };
    let page = match reader {
        Some(user) => context.page("error_inside.html", view).within_shell("", &user),
        None => context.page("error.html", view),
    }
    .status(status);
    match (rejection.retry_after(), rejection.code) {
        (Some(after), _) => page.header(RETRY_AFTER, after),
        (None, UNSUPPORTED_ENCODING) => page.header(ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        (None, _) => page,
    }
    .answer()
}

/// What the reader typed is theirs, whatever became of it; but what another site's page sent is not.
fn unsent(rejection: &Rejection, request: &HttpRequest) -> Option<UnsentForm> {
    let is_ours = rejection.code != "cross_site";
    let unsent = request.extensions().get::<Fields>().filter(|_| is_ours).and_then(UnsentForm::of)?;
    Some(match asked(request).filter(|_| rejection.may_pass()) {
        Some(to) => unsent.to(to),
        None => unsent,
    })
}

pub(super) fn asked(request: &HttpRequest) -> Option<OwnPath> {
    OwnPath::parse(request.uri().path_and_query()?.as_str())
}

/// Where the reader goes on: to the same page, if it may be there in a moment; or to where they were. The form behind a mailed link
/// was sent to its own page.
fn way_on(rejection: &Rejection, context: &RequestContext, request: &HttpRequest) -> (String, &'static str) {
    if needs_second_factor(rejection) {
        return (SECURITY.to_owned(), "Set one up");
    }
    let is_page = is_page(request);
    let again = || if is_page || has_token(request) { asked(request) } else { context.came_from() };
    match again().filter(|_| rejection.may_pass()) {
        Some(page) if is_page => (page.to_string(), "Try again"),
        Some(page) => (page.to_string(), "Go back"),
        None => (OwnPath::home().to_string(), "Go to Home"),
    }
}

/// Where a second factor is set up.
const SECURITY: &str = "/dashboard/settings/security";

fn is_page(request: &HttpRequest) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

/// An address that is asked in another way.
pub(super) fn of_wrong_method(allow: &'static str, request: &HttpRequest) -> PageResult {
    let rejection = Rejection {
        kind: Kind::Invalid,
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: "method_not_allowed",
        fields: None,
        text: "This can’t be asked for in this way. Some addresses only take what a form or a button of a page sends"
            .to_owned(),
        advice: None,
    };
    let mut answer = of(&rejection, request)?;
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    Ok(answer)
}

/// Whoever it is told to has to have a second factor first.
fn needs_second_factor(rejection: &Rejection) -> bool {
    matches!(rejection.code, "second_factor_enrolment_required" | "organization_requires_second_factor")
}

fn words(rejection: &Rejection) -> (&'static str, &'static str) {
    match rejection.kind {
        _ if needs_second_factor(rejection) => {
            ("A second factor is needed", "With a passkey or an app on your phone it takes a minute.")
        }
        Kind::NotFound => ("Not found", "It may have been deleted meanwhile, or the address is not quite right."),
        Kind::Unauthenticated | Kind::Denied(_) | Kind::Forbidden => {
            ("Not allowed", "If you think you should, ask an administrator.")
        }
        Kind::Conflict => ("That can’t be done now", "Look at how things are, and try again."),
        Kind::Throttled(_) => ("Too many attempts", "Nothing was changed."),
        Kind::Unavailable => ("Busy right now", "Wait some seconds and try again."),
        Kind::Internal => ("Something went wrong", "Try again. If it stays like this, ask for help."),
        Kind::Invalid | Kind::InvalidField(_) => ("That did not work", "Nothing was changed."),
    }
}

fn text(rejection: &Rejection) -> &str {
    match rejection.kind {
        // The way there is below.
        Kind::Forbidden if needs_second_factor(rejection) => {
            "Your account needs something beside your password. Until it has that, you can see nothing else"
        }
        Kind::Unavailable => "The server has more to do than it can at the moment, or a part of it is out of reach",
        Kind::Internal => "The server failed. What happened is in its log",
        _ => rejection.sentence(),
    }
}
