//! Confirm an address, behind a mailed link. Looking changes nothing, because mail scanners look, too.

use ironplate_application::verification::VerifyEmail;
use ironplate_domain::{TokenPurpose, TokenSecret};
use serde::Serialize;

use super::reset_password::look;
use crate::{
    answer::{self, Answer, Redirect},
    fields::address,
    flash::Flash,
    form::Form,
    reader::Posted,
    refusal::{Refusal, Said},
    visit::Visit,
};

#[derive(Default, Serialize)]
struct Page<'a> {
    state: &'static str,
    change: bool,
    token: &'a str,
    email: Option<String>,
}

pub(super) async fn show(visit: Visit) -> Answer {
    let secret = visit.query.get("token");
    let Some(link) = look(&visit, secret).await? else { return invalid(&visit).answer() };
    match link.purpose {
        TokenPurpose::VerifyEmail | TokenPurpose::ConfirmEmail => {
            ask(&visit, secret, link.purpose, Some(link.email.as_str()), &Form::new()).answer()
        }
        _ => Ok(Redirect::to(&address("/dashboard/reset-password", &[("token", secret)])).answer()),
    }
}

fn ask<'a>(visit: &'a Visit, token: &str, purpose: TokenPurpose, email: Option<&str>, form: &Form) -> answer::Page<'a> {
    let change = purpose == TokenPurpose::ConfirmEmail;
    page(visit, Page { state: "ask", change, token, email: email.map(str::to_owned) }).form(form)
}

fn invalid(visit: &Visit) -> answer::Page<'_> {
    page(visit, Page { state: "invalid", ..Page::default() })
}

fn page<'a>(visit: &'a Visit, content: Page<'_>) -> answer::Page<'a> {
    visit.page("entry/verify_email.html", content).form(&Form::new())
}

pub(super) async fn verify(Posted { by: visit, mut form }: Posted<Visit>) -> Answer {
    let secret = form.text("token").to_owned();
    let Some(link) = look(&visit, &secret).await? else { return invalid(&visit).answer() };
    let (client, command) =
        (visit.client.clone(), VerifyEmail { token: TokenSecret::new(&secret), new_password: None });
    match visit.run(|app| async move { app.verification.verify(command, &client).await }).await {
        Ok(()) => {
            let is_new = link.purpose == TokenPurpose::ConfirmEmail;
            let flash = if is_new { Flash::NewAddressConfirmed } else { Flash::AddressConfirmed };
            // Whoever is not logged in is led on to the form for that, and told there.
            Ok(Redirect::to("/dashboard").saying(flash).answer())
        }
        Err(Refusal::Said(Said { code: "password_required", .. })) => {
            Ok(Redirect::to(&address("/dashboard/reset-password", &[("token", &secret)])).answer())
        }
        Err(Refusal::Said(Said { code: "invalid_token", .. })) => invalid(&visit).answer(),
        Err(refusal) => {
            form.refuse(refusal)?;
            ask(&visit, &secret, link.purpose, Some(link.email.as_str()), &form).answer()
        }
    }
}
