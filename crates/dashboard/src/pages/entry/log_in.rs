//! Log in, by the same cookie as the API's.

use actix_web::{
    HttpRequest,
    http::{StatusCode, header::SET_COOKIE},
};
use ironplate_application::{
    RegistrationMode,
    sessions::{CookieOpened, LogIn, PendingLogIn},
};
use ironplate_domain::{Email, Password, PasswordAttempt};
use serde::Serialize;

use super::second_factor;
use crate::{
    fault::InternalError,
    request::{
        Form, FormSender, HiddenField, OwnPath, PostedForm, RequestContext, SessionUser, UnsentForm, why_not_kept,
    },
    shell::{PageResponse, PageResult, Redirect, at_hand},
};

/// What the page is asked to tell.
pub(crate) const TWO_ACCOUNTS: &str = "two_accounts";
pub(crate) const NOT_KEPT: &str = "not_kept";
pub(crate) const IS_OVER: &str = "is_over";

#[derive(Serialize)]
struct LogInPage {
    next: Option<OwnPath>,
    is_over: bool,
    can_sign_up: bool,
    /// Passkeys are used here.
    has_passkeys: bool,
    /// Something was sent that waits.
    resume: bool,
    kept: Vec<HiddenField>,
}

#[derive(Serialize)]
struct ResumePage<'a> {
    email: &'a str,
    unsent: UnsentForm,
}

/// Whoever is logged in already goes on.
pub(super) async fn show(context: RequestContext, request: HttpRequest) -> PageResult {
    let next = OwnPath::parse(context.query.get("next"));
    if SessionUser::recognise(&request).await.is_ok() {
        return Ok(Redirect::to(next.unwrap_or_else(OwnPath::home).as_str()).answer());
    }
    let mut form = Form::new().holding("next", next.as_ref().map_or("", OwnPath::as_str));
    match context.query.get("problem") {
        NOT_KEPT => form.complain(why_not_kept(context.network().cookies.is_secure())),
        TWO_ACCOUNTS => form.complain(
            "Your browser sends cookies of two accounts, and which is yours is not known. Delete the cookies of this site, \
             and log in again",
        ),
        _ => {}
    }
    page(&context, &form).status(StatusCode::OK).answer()
}

pub(crate) fn page<'a>(context: &'a RequestContext, form: &Form) -> PageResponse<'a> {
    let view = LogInPage {
        next: OwnPath::parse(form.text("next")),
        is_over: context.query.get("problem") == IS_OVER,
        can_sign_up: context.policy().registration != RegistrationMode::Closed,
        has_passkeys: context.policy().relying_party.is_some(),
        resume: form.is_ticked("resume"),
        kept: UnsentForm::still_waiting(form.fields()),
    };
    context.page("entry/log_in.html", view).form(form)
}

pub(super) async fn log_in(PostedForm { by: context, mut form }: PostedForm<RequestContext>) -> PageResult {
    let (email, password) = (form.text("email").trim(), form.text("password"));
    let command = LogIn { email: Email::parse(email).ok(), password: PasswordAttempt::new(password) };
    if email.is_empty() || password.is_empty() {
        if email.is_empty() {
            form.blame("email", "Enter your email address");
        }
        if form.text("password").is_empty() {
            form.blame("password", "Enter your password");
        }
        return page(&context, &form).answer();
    }
    let (held, client) = (context.held.clone(), context.client.clone());
    let outcome = context
        .run(|app| async move { PendingLogIn::apart(app.sessions.log_in_by_cookie(command, &held, &client).await) });
    match outcome.await {
        Ok(Ok(opened)) => enter(&context, &form, &opened),
        Ok(Err(pending)) => second_factor::ask(&context, &form, &pending).answer(),
        Err(error) => {
            form.refuse(error)?;
            page(&context, &form).answer()
        }
    }
}

/// Logs in whoever made their account just now, and leads this way: nobody has to type twice what they typed.
pub(super) async fn newcomer(context: &RequestContext, email: Email, password: Password, way: Redirect) -> Redirect {
    let (held, client) = (context.held.clone(), context.client.clone());
    let command = LogIn { email: Some(email), password: password.into() };
    match context.run(|app| async move { app.sessions.log_in_by_cookie(command, &held, &client).await }).await {
        Ok(opened) => {
            context.network().cookies.of(&opened).into_iter().flatten().fold(way, |way, it| way.cookie(Some(it)))
        }
        // The account is made; its owner can log in later.
        Err(_) => Redirect::to("/dashboard/log-in"),
    }
}

/// The session is open: on to where the reader wanted to go, or to what they sent before it was over.
pub(super) fn enter(context: &RequestContext, form: &Form, opened: &CookieOpened) -> PageResult {
    let cookies = context.network().cookies.of(opened).ok_or(InternalError("a cookie is no header value"))?;
    let cookies = cookies.into_iter().chain([at_hand::forget()]);
    let next = OwnPath::parse(form.text("next")).unwrap_or_else(OwnPath::home);
    let unsent = UnsentForm::of(&UnsentForm::no_more_waiting(form.fields())).filter(|_| form.is_ticked("resume"));
    if let Some(unsent) = unsent {
        let page = resume(context, opened.user.email.as_str(), unsent.to(next));
        return cookies.fold(page, |page, cookie| page.header(SET_COOKIE, cookie)).answer();
    }
    Ok(cookies.fold(Redirect::to(next.as_str()), |way, cookie| way.cookie(Some(cookie))).answer())
}

/// What was sent before is not done behind anybody's back: it is shown, to be sent again.
fn resume<'a>(context: &'a RequestContext, email: &str, unsent: UnsentForm) -> PageResponse<'a> {
    context.page("entry/resume.html", ResumePage { email, unsent })
}
