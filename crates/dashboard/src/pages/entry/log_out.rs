//! Log out, perhaps to log in to another account and go on.

use actix_web::HttpRequest;

use crate::{
    fault::Refusal,
    request::{OwnPath, Posted, Reader, Sender, Visit, address},
    shell::{Answer, Flash, Redirect},
};

/// Whoever was logged out already, in another tab perhaps, has what they want.
pub(crate) async fn log_out(Posted { by: visit, form }: Posted<Visit>, request: HttpRequest) -> Answer {
    match Reader::recognise(&request).await {
        Ok(reader) => {
            let (user, session, client) = (reader.user.id, reader.session, reader.client.clone());
            reader.run(|app| async move { app.sessions.log_out(user, session, &client).await }).await?;
        }
        Err(Refusal::LogInFirst(_)) => {}
        Err(refusal) => return Err(refusal),
    }
    let next = OwnPath::parse(form.text("next"));
    let log_in = address("/dashboard/log-in", &[("next", next.as_ref().map_or("", OwnPath::as_str))]);
    Ok(Redirect::to(&log_in).cookie(visit.session_cookie().take()).saying(Flash::LoggedOut).answer())
}
