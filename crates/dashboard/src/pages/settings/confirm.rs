//! Prove once more who one is, before what only the owner of an account may do; and go on with it.

use actix_web::HttpResponse;
use ironplate_application::{second_factors::FactorProof, sessions::SessionProof};
use ironplate_domain::PasswordAttempt;
use ironplate_web::request_options;
use serde::Serialize;

use crate::{
    fault::PageError,
    request::{Form, HiddenField, OwnPath, PostedForm, SessionUser, UnsentForm, address},
    shell::{PageResponse, PageResult, Redirect, for_script},
};

#[derive(Serialize)]
struct ConfirmPage {
    next: OwnPath,
    /// Something else is asked for, and not the password.
    asks_factor: bool,
    has_passkey: bool,
    has_app: bool,
    has_recovery_codes: bool,
    /// Something was sent to `next` that waits.
    resume: bool,
    kept: Vec<HiddenField>,
}

#[derive(Serialize)]
struct ConfirmedPage {
    unsent: UnsentForm,
}

/// To the page that asks, which then leads on.
pub(crate) fn before(next: &OwnPath) -> HttpResponse {
    Redirect::to(&address("/dashboard/settings/confirm", &[("next", next.as_str())])).answer()
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    let form = Form::new().holding("next", user.query.get("next"));
    page(&user, &form).await?.answer()
}

/// The page that asks, with what waits in this form.
pub(crate) async fn page<'a>(user: &'a SessionUser, form: &Form) -> Result<PageResponse<'a>, PageError> {
    let own = user.act(|app, actor, _| async move { app.second_factors.list_own(actor).await }).await?;
    let view = ConfirmPage {
        next: OwnPath::parse(form.text("next")).unwrap_or_else(OwnPath::home),
        asks_factor: own.are_there(),
        has_passkey: !own.passkeys.is_empty() && user.policy().relying_party.is_some(),
        has_app: !own.apps.is_empty(),
        has_recovery_codes: own.recovery_codes.count > 0,
        resume: form.is_ticked("resume"),
        kept: UnsentForm::still_waiting(form.fields()),
    };
    Ok(user.page("", "settings/confirm.html", view).form(form))
}

/// What a script is to ask the browser for.
pub(super) async fn challenge(PostedForm { by: user, .. }: PostedForm<SessionUser>) -> PageResult {
    let (account, session, client) = (user.account.clone(), user.session, user.client.clone());
    let begun = user.run(|app| async move { app.sessions.begin_confirmation(&account, session, &client).await });
    Ok(for_script(&request_options(&begun.await?)))
}

fn proof(form: &Form) -> SessionProof {
    if let Some(assertion) = form.assertion() {
        return SessionProof::SecondFactor(Some(FactorProof::Passkey(assertion)));
    }
    let code = form.typed_code();
    if code.trim().is_empty() {
        SessionProof::Password(PasswordAttempt::new(form.text("password")))
    } else {
        SessionProof::SecondFactor(FactorProof::parse(code))
    }
}

pub(super) async fn confirm(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let proof = proof(&form);
    let (account, session, client) = (user.account.clone(), user.session, user.client.clone());
    match user.run(|app| async move { app.sessions.confirm(&account, session, proof, &client).await }).await {
        Ok(()) => go_on(&user, &form),
        Err(error) => {
            form.refuse(error)?;
            page(&user, &form).await?.answer()
        }
    }
}

/// To where they were; or to what they sent, which is not done behind anybody's back: it is shown, to be sent again.
fn go_on(user: &SessionUser, form: &Form) -> PageResult {
    let next = OwnPath::parse(form.text("next")).unwrap_or_else(OwnPath::home);
    let unsent = UnsentForm::of(&UnsentForm::no_more_waiting(form.fields())).filter(|_| form.is_ticked("resume"));
    match unsent {
        Some(unsent) => user
            .page("", "settings/confirmed.html", ConfirmedPage { unsent: unsent.to(next) })
            .form(&Form::new())
            .answer(),
        None => Ok(Redirect::to(next.as_str()).answer()),
    }
}
