//! One user: account, devices, and what happened.

use actix_web::web::Path;
use ironplate_application::{
    ports::{AuditFilter, AuditOrder, AuditRequest},
    users::UserDetails,
};
use ironplate_domain::UserId;
use serde::Serialize;

use super::UserView;
use crate::{
    pages::{
        events::{self, EventView, FactView},
        settings::SessionView,
    },
    request::{SessionUser, resource::id_of},
    resources,
    shell::PageResult,
    words::{self, When},
};

/// Events that are shown here; the audit log has all of them.
const FEW: u32 = 5;

#[derive(Serialize)]
struct UserPage {
    user: UserDetailsView,
    is_self: bool,
    is_last: bool,
    has_second_factor: bool,
    sessions: Vec<SessionView>,
    events: Vec<EventView>,
}

#[derive(Serialize)]
struct UserDetailsView {
    #[serde(flatten)]
    view: UserView,
    last_seen: Option<When>,
    pending: Option<String>,
}

pub(super) async fn show(user: SessionUser, id: Path<String>) -> PageResult {
    let id = id_of(&id, UserId)?;
    let look = user.act(|app, actor, client| async move { app.users.look(actor, id, &client).await }).await?;
    let sessions = user.act(|app, actor, client| async move { app.sessions.list(actor, id, &client).await }).await?;
    let filter = AuditFilter { subject: Some(id), ..AuditFilter::default() };
    let newest = AuditRequest { filter, order: AuditOrder::Newest, after: None, limit: FEW };
    let listing = user.act(|app, actor, client| async move { app.audit.list(actor, newest, &client).await }).await?;
    let mut view = UserView::from(&look.user);
    view.facts.extend(resources::counted(&look.owned).map(|(resource, count)| FactView::new(resource.label, count)));
    view.facts.push(FactView::new("Second factors", second_factors(&look)));
    let page = UserPage {
        is_self: id == user.account.id,
        is_last: look.is_last_superuser,
        has_second_factor: look.authenticator_apps + look.passkeys > 0,
        user: UserDetailsView {
            view,
            last_seen: look.last_seen.map(When::from),
            pending: look.pending.map(|email| email.as_str().to_owned()),
        },
        sessions: sessions.iter().map(|session| SessionView::of(session, user.session)).collect(),
        events: events::views(&listing),
    };
    user.page("users", "admin/user.html", page).answer()
}

/// "1 passkey, 2 authenticator apps".
fn second_factors(look: &UserDetails) -> String {
    let counts = [(look.passkeys, "passkey"), (look.authenticator_apps, "authenticator app")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = counts.map(|(count, one)| words::plural(count as u64, one)).collect();
    if told.is_empty() { "None".to_owned() } else { told.join(", ") }
}
