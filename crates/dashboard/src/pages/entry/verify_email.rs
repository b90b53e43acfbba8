//! Confirm an address, behind a mailed link. Looking changes nothing, because mail scanners look, too.
//!
//! It is confirmed inside a session of the account that the link is about. Everybody else is told what they can do.

use actix_web::HttpRequest;
use ironplate_application::verification::VerifyEmail;
use ironplate_domain::{OneTimeToken, TokenPurpose, TokenSecret};
use serde::Serialize;

use super::reset_password::look;
use crate::{
    fault::{Refusal, Said},
    request::{Form, Posted, Reader, Visit, address},
    shell::{self, Answer, Flash, Redirect},
};

#[derive(Default, Serialize)]
struct Page<'a> {
    state: &'static str,
    change: bool,
    token: &'a str,
    email: Option<String>,
    /// Whose account is in use, where that is another one.
    other: Option<String>,
    here: String,
    log_in: String,
}

pub(super) async fn show(visit: Visit, request: HttpRequest) -> Answer {
    let secret = visit.query.get("token");
    let Some(link) = look(&visit, secret).await? else { return invalid(&visit).answer() };
    match link.purpose {
        TokenPurpose::VerifyEmail | TokenPurpose::ConfirmEmail => {
            let reader = Reader::if_any(&request).await?;
            ask(&visit, secret, &link, reader.as_ref(), &Form::new()).answer()
        }
        _ => Ok(Redirect::to(&address("/dashboard/reset-password", &[("token", secret)])).answer()),
    }
}

fn ask<'a>(
    visit: &'a Visit,
    token: &str,
    link: &OneTimeToken,
    reader: Option<&Reader>,
    form: &Form,
) -> shell::Page<'a> {
    let is_theirs = reader.is_some_and(|reader| reader.user.id == link.user);
    let other = reader.filter(|_| !is_theirs).map(|reader| reader.user.email.to_string());
    let content = Page {
        state: if is_theirs { "ask" } else { "outside" },
        change: link.purpose == TokenPurpose::ConfirmEmail,
        token,
        email: Some(link.email.to_string()),
        other,
        here: here(token),
        log_in: address("/dashboard/log-in", &[("next", &here(token))]),
    };
    page(visit, content).form(form)
}

fn here(token: &str) -> String {
    address("/dashboard/verify-email", &[("token", token)])
}

fn invalid(visit: &Visit) -> shell::Page<'_> {
    page(visit, Page { state: "invalid", ..Page::default() })
}

fn page<'a>(visit: &'a Visit, content: Page<'_>) -> shell::Page<'a> {
    visit.page("entry/verify_email.html", content).form(&Form::new())
}

pub(super) async fn verify(Posted { by: visit, mut form }: Posted<Visit>, request: HttpRequest) -> Answer {
    let secret = form.text("token").to_owned();
    let Some(link) = look(&visit, &secret).await? else { return invalid(&visit).answer() };
    let reader = Reader::if_any(&request).await?;
    let (client, by) = (visit.client.clone(), reader.as_ref().map(Reader::actor));
    let command = VerifyEmail { token: TokenSecret::new(&secret), new_password: None };
    match visit.run(|app| async move { app.verification.verify(command, by, &client).await }).await {
        Ok(()) => {
            let is_new = link.purpose == TokenPurpose::ConfirmEmail;
            let flash = if is_new { Flash::NewAddressConfirmed } else { Flash::AddressConfirmed };
            Ok(Redirect::to("/dashboard").saying(flash).answer())
        }
        Err(Refusal::Said(Said { code: "password_required" | "session_required", .. })) => {
            Ok(Redirect::to(&here(&secret)).answer())
        }
        Err(Refusal::Said(Said { code: "invalid_token", .. })) => invalid(&visit).answer(),
        Err(refusal) => {
            form.refuse(refusal)?;
            ask(&visit, &secret, &link, reader.as_ref(), &form).answer()
        }
    }
}
