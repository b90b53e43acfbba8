//! Log out, perhaps to go on as somebody else.

use actix_web::HttpRequest;

use crate::{
    fault::PageError,
    request::{FormSender, OwnPath, PostedForm, RequestContext, SessionUser},
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
    Ok(Redirect::to(next.as_ref().map_or("/dashboard/log-in", OwnPath::as_str))
        .cookie(context.session_cookie().take())
        .cookie(Some(at_hand::forget()))
        .saying(Flash::LoggedOut)
        .answer())
}
