//! Log in, by the same cookie as the API's.

use actix_web::{
    HttpRequest,
    http::{StatusCode, header::SET_COOKIE},
};
use ironplate_application::{RegistrationMode, sessions::LogIn};
use ironplate_domain::{Email, PasswordAttempt};
use serde::Serialize;

use crate::{
    fault::Broken,
    request::{Form, Kept, OwnPath, Posted, Reader, Sender, Unsent, Visit, why_not_kept},
    shell::{self, Answer, Redirect},
};

/// What the page is asked to tell.
pub(crate) const TWO_ACCOUNTS: &str = "two_accounts";
pub(crate) const NOT_KEPT: &str = "not_kept";
pub(crate) const IS_OVER: &str = "is_over";

#[derive(Serialize)]
struct Page {
    next: Option<OwnPath>,
    is_over: bool,
    can_sign_up: bool,
    /// Something was sent that waits.
    resume: bool,
    kept: Vec<Kept>,
}

#[derive(Serialize)]
struct Resume<'a> {
    email: &'a str,
    unsent: Unsent,
}

/// Whoever is logged in already goes on.
pub(super) async fn show(visit: Visit, request: HttpRequest) -> Answer {
    let next = OwnPath::parse(visit.query.get("next"));
    if Reader::recognise(&request).await.is_ok() {
        return Ok(Redirect::to(next.unwrap_or_else(OwnPath::home).as_str()).answer());
    }
    let mut form = Form::new().holding("next", next.as_ref().map_or("", OwnPath::as_str));
    match visit.query.get("problem") {
        NOT_KEPT => form.complain(why_not_kept(visit.session_cookie().is_secure())),
        TWO_ACCOUNTS => form.complain(
            "Your browser sends cookies of two accounts, and which is yours is not known. Delete the cookies of this site, \
             and log in again",
        ),
        _ => {}
    }
    page(&visit, &form).status(StatusCode::OK).answer()
}

pub(crate) fn page<'a>(visit: &'a Visit, form: &Form) -> shell::Page<'a> {
    let content = Page {
        next: OwnPath::parse(form.text("next")),
        is_over: visit.query.get("problem") == IS_OVER,
        can_sign_up: visit.policy().registration != RegistrationMode::Closed,
        resume: form.is_ticked("resume"),
        kept: Unsent::still_waiting(form.fields()),
    };
    visit.page("entry/log_in.html", content).form(form)
}

pub(super) async fn log_in(Posted { by: visit, mut form }: Posted<Visit>) -> Answer {
    let (email, password) = (form.text("email").trim(), form.text("password"));
    let command = LogIn { email: Email::parse(email).ok(), password: PasswordAttempt::new(password) };
    if email.is_empty() || password.is_empty() {
        if email.is_empty() {
            form.blame("email", "Enter your email address");
        }
        if form.text("password").is_empty() {
            form.blame("password", "Enter your password");
        }
        return page(&visit, &form).answer();
    }
    let (before, client) = (visit.cookies.clone(), visit.client.clone());
    match visit.run(|app| async move { app.sessions.log_in_by_cookie(command, &before, &client).await }).await {
        Ok(opened) => {
            let cookie = visit.session_cookie().give(&opened.secret, opened.lasts);
            let cookie = cookie.ok_or(Broken("the cookie is no header value"))?;
            let next = OwnPath::parse(form.text("next")).unwrap_or_else(OwnPath::home);
            let unsent = Unsent::of(&Unsent::no_more_waiting(form.fields())).filter(|_| form.is_ticked("resume"));
            if let Some(unsent) = unsent {
                return resume(&visit, form.text("email").trim(), unsent.to(next)).header(SET_COOKIE, cookie).answer();
            }
            Ok(Redirect::to(next.as_str()).cookie(Some(cookie)).answer())
        }
        Err(refusal) => {
            form.refuse(refusal)?;
            page(&visit, &form).answer()
        }
    }
}

/// What was sent before is not done behind anybody's back: it is shown, to be sent again.
fn resume<'a>(visit: &'a Visit, email: &str, unsent: Unsent) -> shell::Page<'a> {
    visit.page("entry/resume.html", Resume { email, unsent })
}
