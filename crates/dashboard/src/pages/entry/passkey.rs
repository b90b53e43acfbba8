//! Log in by a passkey alone: a script asks the browser for it, and sends the form.

use ironplate_domain::SessionKind;
use ironplate_web::request_options;

use super::log_in;
use crate::{
    request::{PostedForm, RequestContext},
    shell::{PageResult, for_script},
};

/// What the script is to ask the browser for.
pub(super) async fn challenge(PostedForm { by: context, .. }: PostedForm<RequestContext>) -> PageResult {
    let client = context.client.clone();
    let begun = context.run(|app| async move { app.sessions.begin_passkey_log_in(SessionKind::Cookie, &client).await });
    Ok(for_script(&request_options(&begun.await?)))
}

pub(super) async fn log_in(PostedForm { by: context, mut form }: PostedForm<RequestContext>) -> PageResult {
    let Some(assertion) = form.assertion() else {
        form.complain("Your browser sent no passkey. Try again, or log in with your password");
        return log_in::page(&context, &form).answer();
    };
    let (held, client) = (context.held.clone(), context.client.clone());
    let outcome =
        context.run(|app| async move { app.sessions.log_in_by_passkey_and_cookie(assertion, &held, &client).await });
    match outcome.await {
        Ok(opened) => log_in::enter(&context, &form, &opened),
        Err(error) => {
            form.refuse(error)?;
            log_in::page(&context, &form).answer()
        }
    }
}
