//! The second step of a log-in: a passkey, a code of an authenticator app, or a recovery code.

use ironplate_application::{
    second_factors::{FactorProof, ProvedBy},
    sessions::{DeviceTrust, PendingLogIn, ProveLogIn, Proved},
};
use ironplate_domain::TokenSecret;
use ironplate_web::request_options;
use serde::Serialize;

use super::log_in;
use crate::{
    fault::{InternalError, PageError, Rejection},
    request::{Form, HiddenField, OwnPath, PostedForm, RequestContext, UnsentForm},
    shell::{PageResponse, PageResult, Redirect},
};

/// What is asked for, and what the form brings back.
#[derive(Serialize)]
struct Asked {
    /// By what the log-in goes on.
    challenge: String,
    /// What a script is to ask the browser for, as JSON; empty where no passkey may be shown.
    passkey_options: String,
    has_app: bool,
    /// There are recovery codes, too.
    has_recovery_codes: bool,
    /// For how many days this device may be trusted; none where it may not.
    trust_days: u64,
}

impl From<&PendingLogIn> for Asked {
    fn from(pending: &PendingLogIn) -> Self {
        Self {
            challenge: pending.challenge.expose().to_owned(),
            passkey_options: pending.passkey.as_ref().map(|it| request_options(it).to_string()).unwrap_or_default(),
            has_app: pending.methods.contains(&ProvedBy::AuthenticatorApp),
            has_recovery_codes: pending.methods.contains(&ProvedBy::RecoveryCode),
            trust_days: pending.trust_days().unwrap_or_default(),
        }
    }
}

impl From<&Form> for Asked {
    fn from(form: &Form) -> Self {
        Self {
            challenge: form.text("challenge").to_owned(),
            passkey_options: form.text("passkey_options").to_owned(),
            has_app: form.is_ticked("has_app"),
            has_recovery_codes: form.is_ticked("has_recovery_codes"),
            trust_days: form.text("trust_days").parse().unwrap_or_default(),
        }
    }
}

#[derive(Serialize)]
struct SecondFactorPage {
    asked: Asked,
    next: Option<OwnPath>,
    /// Something was sent that waits.
    resume: bool,
    kept: Vec<HiddenField>,
}

/// What the page is asked for by whoever comes to its address.
pub(super) async fn show() -> PageResult {
    Ok(Redirect::to("/dashboard/log-in").answer())
}

/// The page that asks for it, with all that the form before it held but the password.
pub(super) fn ask<'a>(context: &'a RequestContext, form: &Form, pending: &PendingLogIn) -> PageResponse<'a> {
    page(context, pending.into(), form, &Form::new())
}

fn page<'a>(context: &'a RequestContext, asked: Asked, sent: &Form, form: &Form) -> PageResponse<'a> {
    let view = SecondFactorPage {
        asked,
        next: OwnPath::parse(sent.text("next")),
        resume: sent.is_ticked("resume"),
        kept: UnsentForm::still_waiting(sent.fields()),
    };
    context.page("entry/second_factor.html", view).form(form)
}

/// What was shown; an error where nothing was.
fn proof(form: &mut Form) -> Result<Option<FactorProof>, ()> {
    if let Some(assertion) = form.assertion() {
        return Ok(Some(FactorProof::Passkey(assertion)));
    }
    if form.typed_code().trim().is_empty() {
        if form.is_ticked("has_app") {
            form.blame("code", "Enter the code that your app shows");
        } else {
            form.blame("recovery_code", "Enter one of the codes that you kept");
        }
        return Err(());
    }
    Ok(FactorProof::parse(form.typed_code()))
}

pub(super) async fn prove(PostedForm { by: context, mut form }: PostedForm<RequestContext>) -> PageResult {
    let Ok(proof) = proof(&mut form) else {
        return page(&context, (&form).into(), &form, &form).answer();
    };
    let trust = if form.is_ticked("trust_device") { DeviceTrust::Trust } else { DeviceTrust::Ask };
    let command = ProveLogIn { challenge: TokenSecret::new(form.text("challenge")), proof, trust };
    let (held, client) = (context.held.clone(), context.client.clone());
    match context.run(|app| async move { app.sessions.prove(command, Some(&held), &client).await }).await {
        Ok(Proved::ByCookie(opened)) => log_in::enter(&context, &form, &opened),
        Ok(Proved::ByTokens(_)) => Err(InternalError("a log-in of the dashboard asks for a cookie").into()),
        // Only from the beginning does it go on.
        Err(error @ PageError::Rejected(Rejection { code: "invalid_challenge" | "incorrect_credentials", .. })) => {
            form.refuse(error)?;
            log_in::page(&context, &form).answer()
        }
        Err(error) => {
            form.refuse(error)?;
            page(&context, (&form).into(), &form, &form).answer()
        }
    }
}
