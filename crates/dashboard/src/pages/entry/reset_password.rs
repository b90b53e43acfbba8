//! Choose a password, behind a mailed link.

use actix_web::HttpRequest;
use ironplate_application::{RegistrationMode, recovery::ResetPassword, verification::VerifyEmail};
use ironplate_domain::{OneTimeToken, Password, TokenPurpose, TokenSecret};
use serde::Serialize;

use crate::{
    fault::Refusal,
    request::{Form, Posted, Reader, Visit},
    shell::{self, Answer, Flash, Redirect},
};

#[derive(Serialize)]
struct Page<'a> {
    why: &'static str,
    state: &'static str,
    token: &'a str,
    email: Option<&'a str>,
    /// Whose account is in use, where that is another one.
    other: Option<&'a str>,
    can_sign_up: bool,
}

pub(super) async fn show(visit: Visit, request: HttpRequest) -> Answer {
    let secret = visit.query.get("token");
    match look(&visit, secret).await? {
        Some(link) => {
            let other = other(&request, &link).await?;
            ask(&visit, secret, &link, other.as_ref(), &Form::new()).answer()
        }
        None => invalid(&visit, "reset").answer(),
    }
}

/// What the link is good for; nothing is used up.
pub(super) async fn look(visit: &Visit, secret: &str) -> Result<Option<OneTimeToken>, Refusal> {
    let secret = TokenSecret::new(secret);
    visit.run(|app| async move { app.recovery.look_at_link(&secret).await }).await
}

/// Whoever is logged in to another account than the one that the link is about.
async fn other(request: &HttpRequest, link: &OneTimeToken) -> Result<Option<Reader>, Refusal> {
    Ok(Reader::if_any(request).await?.filter(|reader| reader.user.id != link.user))
}

fn ask<'a>(visit: &'a Visit, token: &str, link: &OneTimeToken, other: Option<&Reader>, form: &Form) -> shell::Page<'a> {
    about(visit, "ask", token, link, other).form(form)
}

/// A page in this state.
fn about<'a>(
    visit: &'a Visit,
    state: &'static str,
    token: &str,
    link: &OneTimeToken,
    other: Option<&Reader>,
) -> shell::Page<'a> {
    let Some(why) = why(link.purpose) else { return invalid(visit, "reset") };
    let (email, other) = (Some(link.email.as_str()), other.map(|reader| reader.user.email.as_str()));
    visit.page("entry/reset_password.html", Page { why, state, token, email, other, can_sign_up: false })
}

fn invalid<'a>(visit: &'a Visit, why: &'static str) -> shell::Page<'a> {
    let can_sign_up = visit.policy().registration != RegistrationMode::Closed;
    let page = Page { why, state: "invalid", token: "", email: None, other: None, can_sign_up };
    visit.page("entry/reset_password.html", page).form(&Form::new())
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

pub(super) async fn reset(Posted { by: visit, mut form }: Posted<Visit>, request: HttpRequest) -> Answer {
    let secret = form.text("token").to_owned();
    let Some(link) = look(&visit, &secret).await? else {
        return invalid(&visit, if form.text("why") == "finish" { "finish" } else { "reset" }).answer();
    };
    let other = other(&request, &link).await?;
    let Some(new_password) = form.needed::<Password>("password") else {
        return ask(&visit, &secret, &link, other.as_ref(), &form).answer();
    };
    match set(&visit, TokenSecret::new(&secret), link.purpose, new_password).await {
        // Led to the form for logging in, they would find themselves on the pages of the other account.
        Ok(()) if other.is_some() => about(&visit, "done", "", &link, other.as_ref()).form(&Form::new()).answer(),
        Ok(()) => Ok(Redirect::to("/dashboard/log-in").saying(Flash::PasswordReset).answer()),
        Err(refusal) => {
            form.refuse(refusal)?;
            ask(&visit, &secret, &link, other.as_ref(), &form).answer()
        }
    }
}

/// The link that verifies an address sets a password, too, where somebody else may have chosen the present one.
async fn set(visit: &Visit, token: TokenSecret, purpose: TokenPurpose, new_password: Password) -> Result<(), Refusal> {
    let client = visit.client.clone();
    if purpose == TokenPurpose::VerifyEmail {
        let command = VerifyEmail { token, new_password: Some(new_password) };
        return visit.run(|app| async move { app.verification.verify(command, None, &client).await }).await;
    }
    let command = ResetPassword { token, new_password };
    visit.run(|app| async move { app.recovery.reset_password(command, &client).await }).await
}
