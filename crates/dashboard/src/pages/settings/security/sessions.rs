//! Where one is logged in.

use actix_web::web::Path;
use ironplate_application::Kind;
use ironplate_domain::{Session, SessionId};
use serde::Serialize;

use super::PATH;
use crate::{
    fault::{PageError, Rejection},
    request::{PostedForm, SessionUser, resource::id_of},
    shell::{Flash, PageResult, Redirect},
    words::When,
};

/// A session, as people see it.
#[derive(Serialize)]
pub(crate) struct SessionView {
    id: String,
    device: String,
    address: String,
    created: When,
    used: When,
    is_current: bool,
}

impl SessionView {
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

/// Where the reader is logged in, here first.
pub(super) async fn list(user: &SessionUser) -> Result<Vec<SessionView>, PageError> {
    let sessions =
        user.act(|app, actor, client| async move { app.sessions.list(actor, actor.user, &client).await }).await?;
    let mut sessions: Vec<SessionView> =
        sessions.iter().map(|session| SessionView::of(session, user.session)).collect();
    sessions.sort_by_key(|row| !row.is_current);
    Ok(sessions)
}

/// They had a page of their own.
pub(in super::super) async fn moved(_: SessionUser) -> PageResult {
    Ok(Redirect::to(&format!("{PATH}#sessions")).answer())
}

pub(in super::super) async fn end(
    PostedForm { by: user, .. }: PostedForm<SessionUser>,
    id: Path<String>,
) -> PageResult {
    let id = id_of(&id, SessionId)?;
    let ended =
        user.act(|app, actor, client| async move { app.sessions.revoke(actor, actor.user, id, &client).await }).await;
    already_gone(ended)?;
    Ok(Redirect::to(PATH).saying(Flash::SessionEnded).answer())
}

/// In another tab, perhaps: then it is as its owner wants it.
pub(crate) fn already_gone(ended: Result<(), PageError>) -> Result<(), PageError> {
    match ended {
        Err(PageError::Rejected(Rejection { kind: Kind::NotFound, .. })) => Ok(()),
        ended => ended,
    }
}

pub(in super::super) async fn end_others(PostedForm { by: user, .. }: PostedForm<SessionUser>) -> PageResult {
    let (actor, keep, client) = (user.actor(), Some(user.session), user.client.clone());
    user.run(|app| async move { app.sessions.revoke_all(actor, actor.user, keep, &client).await }).await?;
    Ok(Redirect::to(PATH).saying(Flash::OtherSessionsEnded).answer())
}
