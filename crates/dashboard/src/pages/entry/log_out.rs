//! Log out, perhaps to log in to another account and go on.

use actix_web::HttpRequest;

use crate::{
    fault::PageError,
    request::{FormSender, OwnPath, PostedForm, RequestContext, SessionUser, address},
    shell::{Flash, PageResult, Redirect, at_hand},
};

/// Whoever was logged out already, in another tab perhaps, has what they want.
pub(crate) async fn log_out(
    PostedForm { by: context, form }: PostedForm<RequestContext>,
    request: HttpRequest,
) -> PageResult {
    match SessionUser::recognise(&request).await {
        Ok(user) => {
            let (id, session, client) = (user.account.id, user.session, user.client.clone());
            user.run(|app| async move { app.sessions.log_out(id, session, &client).await }).await?;
        }
        Err(PageError::LogInRequired(_)) => {}
        Err(error) => return Err(error),
    }
    let next = OwnPath::parse(form.text("next"));
    let log_in = address("/dashboard/log-in", &[("next", next.as_ref().map_or("", OwnPath::as_str))]);
    Ok(Redirect::to(&log_in)
        .cookie(context.session_cookie().take())
        .cookie(Some(at_hand::forget()))
        .saying(Flash::LoggedOut)
        .answer())
}
