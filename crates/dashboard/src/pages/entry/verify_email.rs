//! Confirm an address, behind a mailed link. Looking changes nothing, because mail scanners look, too.
//!
//! It is confirmed inside a session of the account that the link is about. Everybody else is told what they can do.

use actix_web::HttpRequest;
use ironplate_application::verification::VerifyEmail;
use ironplate_domain::{OneTimeToken, TokenPurpose, TokenSecret};
use serde::Serialize;

use super::reset_password::look;
use crate::{
    fault::{PageError, Rejection},
    request::{Form, PostedForm, RequestContext, SessionUser, address},
    shell::{Flash, PageResponse, PageResult, Redirect},
};

#[derive(Default, Serialize)]
struct VerifyEmailPage<'a> {
    state: &'static str,
    change: bool,
    token: &'a str,
    email: Option<String>,
    /// Whose account is in use, where that is another one.
    other: Option<String>,
    here: String,
    log_in: String,
}

pub(super) async fn show(context: RequestContext, request: HttpRequest) -> PageResult {
    let secret = context.query.get("token");
    let Some(link) = look(&context, secret).await? else { return invalid(&context).answer() };
    match link.purpose {
        TokenPurpose::VerifyEmail | TokenPurpose::ConfirmEmail => {
            let user = SessionUser::if_any(&request).await?;
            ask(&context, secret, &link, user.as_ref(), &Form::new()).answer()
        }
        _ => Ok(Redirect::to(&address("/dashboard/reset-password", &[("token", secret)])).answer()),
    }
}

fn ask<'a>(
    context: &'a RequestContext,
    token: &str,
    link: &OneTimeToken,
    user: Option<&SessionUser>,
    form: &Form,
) -> PageResponse<'a> {
    let is_theirs = user.is_some_and(|user| user.account.id == link.user);
    let other = user.filter(|_| !is_theirs).map(|user| user.account.email.to_string());
    let view = VerifyEmailPage {
        state: if is_theirs { "ask" } else { "outside" },
        change: link.purpose == TokenPurpose::ConfirmEmail,
        token,
        email: Some(link.email.to_string()),
        other,
        here: here(token),
        log_in: address("/dashboard/log-in", &[("next", &here(token))]),
    };
    page(context, view).form(form)
}

fn here(token: &str) -> String {
    address("/dashboard/verify-email", &[("token", token)])
}

fn invalid(context: &RequestContext) -> PageResponse<'_> {
    page(context, VerifyEmailPage { state: "invalid", ..VerifyEmailPage::default() })
}

fn page<'a>(context: &'a RequestContext, view: VerifyEmailPage<'_>) -> PageResponse<'a> {
    context.page("entry/verify_email.html", view).form(&Form::new())
}

pub(super) async fn verify(
    PostedForm { by: context, mut form }: PostedForm<RequestContext>,
    request: HttpRequest,
) -> PageResult {
    let secret = form.text("token").to_owned();
    let Some(link) = look(&context, &secret).await? else { return invalid(&context).answer() };
    let user = SessionUser::if_any(&request).await?;
    let (client, by) = (context.client.clone(), user.as_ref().map(SessionUser::actor));
    let command = VerifyEmail { token: TokenSecret::new(&secret), new_password: None };
    match context.run(|app| async move { app.verification.verify(command, by, &client).await }).await {
        Ok(()) => {
            let is_new = link.purpose == TokenPurpose::ConfirmEmail;
            let flash = if is_new { Flash::NewAddressConfirmed } else { Flash::AddressConfirmed };
            Ok(Redirect::to("/dashboard").saying(flash).answer())
        }
        Err(PageError::Rejected(Rejection { code: "password_required" | "session_required", .. })) => {
            Ok(Redirect::to(&here(&secret)).answer())
        }
        Err(PageError::Rejected(Rejection { code: "invalid_token", .. })) => invalid(&context).answer(),
        Err(error) => {
            form.refuse(error)?;
            ask(&context, &secret, &link, user.as_ref(), &form).answer()
        }
    }
}
