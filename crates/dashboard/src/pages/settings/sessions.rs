//! Where one is logged in.

use actix_web::web::Path;
use ironplate_application::Kind;
use ironplate_domain::{Session, SessionId};
use serde::Serialize;

use crate::{
    fault::{Refusal, Said},
    request::{Posted, Reader},
    shell::{Answer, Flash, Redirect},
    words::When,
};

const PATH: &str = "/dashboard/settings/sessions";

#[derive(Serialize)]
struct Page {
    sessions: Vec<Row>,
}

/// A session, as people see it.
#[derive(Serialize)]
pub(crate) struct Row {
    id: String,
    device: String,
    address: String,
    created: When,
    used: When,
    is_current: bool,
}

impl Row {
    /// `current` is the session of whoever looks.
    pub(crate) fn of(session: &Session, current: SessionId) -> Self {
        Self {
            id: session.id.to_string(),
            device: session.device(),
            address: session.address.map_or_else(|| "unknown".to_owned(), |address| address.to_string()),
            created: session.created_at.into(),
            used: session.last_seen_at.into(),
            is_current: session.id == current,
        }
    }
}

pub(super) async fn show(reader: Reader) -> Answer {
    let (actor, client) = (reader.actor(), reader.client.clone());
    let sessions = reader.run(|app| async move { app.sessions.list(actor, actor.user, &client).await }).await?;
    let mut sessions: Vec<Row> = sessions.iter().map(|session| Row::of(session, reader.session)).collect();
    sessions.sort_by_key(|row| !row.is_current);
    reader.page("sessions", "settings/sessions.html", Page { sessions }).answer()
}

pub(super) async fn end(Posted { by: reader, .. }: Posted<Reader>, id: Path<String>) -> Answer {
    let id = id.parse().map(SessionId).map_err(|_| Refusal::missing())?;
    let (actor, client) = (reader.actor(), reader.client.clone());
    let ended = reader.run(|app| async move { app.sessions.revoke(actor, actor.user, id, &client).await }).await;
    already_gone(ended)?;
    Ok(Redirect::to(PATH).saying(Flash::SessionEnded).answer())
}

/// In another tab, perhaps: then it is as its owner wants it.
pub(crate) fn already_gone(ended: Result<(), Refusal>) -> Result<(), Refusal> {
    match ended {
        Err(Refusal::Said(Said { kind: Kind::NotFound, .. })) => Ok(()),
        ended => ended,
    }
}

pub(super) async fn end_others(Posted { by: reader, .. }: Posted<Reader>) -> Answer {
    let (actor, keep, client) = (reader.actor(), Some(reader.session), reader.client.clone());
    reader.run(|app| async move { app.sessions.revoke_all(actor, actor.user, keep, &client).await }).await?;
    Ok(Redirect::to(PATH).saying(Flash::OtherSessionsEnded).answer())
}
