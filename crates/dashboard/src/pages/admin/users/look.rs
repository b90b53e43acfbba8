//! One user: account, devices, and what happened.

use actix_web::web::Path;
use ironplate_application::ports::{AuditFilter, AuditOrder, AuditRequest};
use serde::Serialize;

use super::{Told, id_of};
use crate::{
    pages::{
        admin::events::{self, Event},
        settings::SessionRow,
    },
    request::Reader,
    shell::Answer,
    words::{self, When},
};

/// Events that are shown here; the audit log has all of them.
const FEW: u32 = 5;

#[derive(Serialize)]
struct Page {
    user: Whole,
    is_self: bool,
    is_last: bool,
    sessions: Vec<SessionRow>,
    events: Vec<Event>,
}

#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    told: Told,
    items: String,
    last_seen: Option<When>,
    pending: Option<String>,
}

pub(super) async fn show(reader: Reader, id: Path<String>) -> Answer {
    let (id, actor, client) = (id_of(&id)?, reader.actor(), reader.client.clone());
    let look = reader.run(|app| async move { app.users.look(actor, id, &client).await }).await?;
    let client = reader.client.clone();
    let sessions = reader.run(|app| async move { app.sessions.list(actor, id, &client).await }).await?;
    let client = reader.client.clone();
    let filter = AuditFilter { subject: Some(id), ..AuditFilter::default() };
    let newest = AuditRequest { filter, order: AuditOrder::Newest, after: None, limit: FEW };
    let listing = reader.run(|app| async move { app.audit.list(actor, newest, &client).await }).await?;
    let page = Page {
        is_self: id == actor.user,
        is_last: look.is_last_superuser,
        user: Whole {
            told: Told::from(&look.user),
            items: words::number(look.items),
            last_seen: look.last_seen.map(When::from),
            pending: look.pending.map(|email| email.as_str().to_owned()),
        },
        sessions: sessions.iter().map(|session| SessionRow::of(session, reader.session)).collect(),
        events: events::told(&listing),
    };
    reader.page("users", "admin/user.html", page).answer()
}
