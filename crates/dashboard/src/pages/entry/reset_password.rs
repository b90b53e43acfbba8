//! Choose a password, behind a mailed link.

use actix_web::HttpRequest;
use ironplate_application::{RegistrationMode, recovery::ResetPassword, verification::VerifyEmail};
use ironplate_domain::{OneTimeToken, Password, TokenPurpose, TokenSecret};
use serde::Serialize;

use crate::{
    fault::PageError,
    request::{Form, PostedForm, RequestContext, SessionUser},
    shell::{Flash, PageResponse, PageResult, Redirect},
};

#[derive(Serialize)]
struct ResetPasswordPage<'a> {
    why: &'static str,
    state: &'static str,
    token: &'a str,
    email: Option<&'a str>,
    /// Whose account is in use, where that is another one.
    other: Option<&'a str>,
    can_sign_up: bool,
}

pub(super) async fn show(context: RequestContext, request: HttpRequest) -> PageResult {
    let secret = context.query.get("token");
    match look(&context, secret).await? {
        Some(link) => {
            let other = other(&request, &link).await?;
            ask(&context, secret, &link, other.as_ref(), &Form::new()).answer()
        }
        None => invalid(&context, "reset").answer(),
    }
}

/// What the link is good for; nothing is used up.
pub(super) async fn look(context: &RequestContext, secret: &str) -> Result<Option<OneTimeToken>, PageError> {
    let secret = TokenSecret::new(secret);
    context.run(|app| async move { app.recovery.look_at_link(&secret).await }).await
}

/// Whoever is logged in to another account than the one that the link is about.
async fn other(request: &HttpRequest, link: &OneTimeToken) -> Result<Option<SessionUser>, PageError> {
    Ok(SessionUser::if_any(request).await?.filter(|user| user.account.id != link.user))
}

fn ask<'a>(
    context: &'a RequestContext,
    token: &str,
    link: &OneTimeToken,
    other: Option<&SessionUser>,
    form: &Form,
) -> PageResponse<'a> {
    about(context, "ask", token, link, other).form(form)
}

/// A page in this state.
fn about<'a>(
    context: &'a RequestContext,
    state: &'static str,
    token: &str,
    link: &OneTimeToken,
    other: Option<&SessionUser>,
) -> PageResponse<'a> {
    let Some(why) = why(link.purpose) else { return invalid(context, "reset") };
    let (email, other) = (Some(link.email.as_str()), other.map(|user| user.account.email.as_str()));
    context.page("entry/reset_password.html", ResetPasswordPage { why, state, token, email, other, can_sign_up: false })
}

fn invalid<'a>(context: &'a RequestContext, why: &'static str) -> PageResponse<'a> {
    let can_sign_up = context.policy().registration != RegistrationMode::Closed;
    let page = ResetPasswordPage { why, state: "invalid", token: "", email: None, other: None, can_sign_up };
    context.page("entry/reset_password.html", page).form(&Form::new())
}

const fn why(purpose: TokenPurpose) -> Option<&'static str> {
    match purpose {
        TokenPurpose::ResetPassword => Some("reset"),
        TokenPurpose::SetPassword => Some("set"),
        TokenPurpose::FinishSignUp => Some("finish"),
        TokenPurpose::VerifyEmail => Some("confirm"),
        TokenPurpose::ConfirmEmail => None,
    }
}

pub(super) async fn reset(
    PostedForm { by: context, mut form }: PostedForm<RequestContext>,
    request: HttpRequest,
) -> PageResult {
    let secret = form.text("token").to_owned();
    let Some(link) = look(&context, &secret).await? else {
        return invalid(&context, if form.text("why") == "finish" { "finish" } else { "reset" }).answer();
    };
    let other = other(&request, &link).await?;
    let Some(new_password) = form.input::<Password>("password") else {
        return ask(&context, &secret, &link, other.as_ref(), &form).answer();
    };
    match set(&context, TokenSecret::new(&secret), link.purpose, new_password).await {
        // Led to the form for logging in, they would find themselves on the pages of the other account.
        Ok(()) if other.is_some() => about(&context, "done", "", &link, other.as_ref()).form(&Form::new()).answer(),
        Ok(()) => Ok(Redirect::to("/dashboard/log-in").saying(Flash::PasswordReset).answer()),
        Err(error) => {
            form.refuse(error)?;
            ask(&context, &secret, &link, other.as_ref(), &form).answer()
        }
    }
}

/// The link that verifies an address sets a password, too, where somebody else may have chosen the present one.
async fn set(
    context: &RequestContext,
    token: TokenSecret,
    purpose: TokenPurpose,
    new_password: Password,
) -> Result<(), PageError> {
    let client = context.client.clone();
    if purpose == TokenPurpose::VerifyEmail {
        let command = VerifyEmail { token, new_password: Some(new_password) };
        return context.run(|app| async move { app.verification.verify(command, None, &client).await }).await;
    }
    let command = ResetPassword { token, new_password };
    context.run(|app| async move { app.recovery.reset_password(command, &client).await }).await
}
