//! Log out.

use actix_web::HttpRequest;

use crate::{
    answer::{Answer, Redirect},
    flash::Flash,
    reader::{Posted, Reader, Sender},
    refusal::Refusal,
    visit::Visit,
};

/// Whoever was logged out already, in another tab perhaps, has what they want.
pub(crate) async fn log_out(Posted { by: visit, .. }: Posted<Visit>, request: HttpRequest) -> Answer {
    match Reader::recognise(&request, None).await {
        Ok(reader) => {
            let (user, session, client) = (reader.user.id, reader.session, reader.client.clone());
            reader.run(|app| async move { app.sessions.log_out(user, session, &client).await }).await?;
        }
        Err(Refusal::LogInFirst(_)) => {}
        Err(refusal) => return Err(refusal),
    }
    Ok(Redirect::to("/dashboard/log-in").cookie(visit.session_cookie().take()).saying(Flash::LoggedOut).answer())
}
