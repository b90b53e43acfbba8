//! Log out.

use crate::{
    answer::{Answer, Redirect},
    flash::Flash,
    reader::{Posted, Reader},
};

pub(crate) async fn log_out(Posted { by: reader, .. }: Posted<Reader>) -> Answer {
    let (user, session, client) = (reader.user.id, reader.session, reader.client.clone());
    reader.run(|app| async move { app.sessions.log_out(user, session, &client).await }).await?;
    Ok(Redirect::to("/dashboard/log-in").cookie(reader.session_cookie().take()).saying(Flash::LoggedOut).answer())
}
