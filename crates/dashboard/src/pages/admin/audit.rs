//! What happened, newest first.

use ironplate_domain::{AuditKind, UserId};
use ironplate_web::Address;

use crate::{
    fault::{PageError, Rejection},
    pages::{
        audit_log::{AskedOfLog, AskedPerson},
        events,
    },
    request::{Form, SessionUser, resource::page},
    shell::{PageResult, Redirect},
};

const PATH: &str = "/dashboard/audit";

pub(super) fn addresses() -> Vec<Address> {
    vec![page("/audit", show)]
}

async fn show(user: SessionUser) -> PageResult {
    let (asked, mut form) = (AskedOfLog::of(&user, PATH), Form::new());
    let mut filter = asked.search.filter(&mut form);
    filter.actor = person(&user, "actor", asked.search.actor, &mut form).await?;
    filter.subject = person(&user, "subject", asked.search.subject, &mut form).await?;
    let request = asked.request(filter);
    let listing = user.act(|app, actor, client| async move { app.audit.list(actor, request, &client).await }).await?;
    match asked.page(listing, events::views, AuditKind::ALL) {
        Ok(content) => user.page("audit", "admin/audit.html", content).form(&form).answer(),
        Err(elsewhere) => Ok(Redirect::to(&elsewhere).answer()),
    }
}

/// Who is asked for by this field.
async fn person(
    user: &SessionUser,
    field: &'static str,
    text: &str,
    form: &mut Form,
) -> Result<Option<UserId>, PageError> {
    let email = match AskedPerson::read(field, text, form) {
        None => return Ok(None),
        Some(AskedPerson::Id(id)) => return Ok(Some(id)),
        Some(AskedPerson::Address(email)) => email,
    };
    match user.act(|app, actor, client| async move { app.users.find(actor, &email, &client).await }).await {
        Ok(account) => Ok(Some(account.id)),
        Err(PageError::Rejected(Rejection { code: "user_not_found", .. })) => {
            form.blame(field, "Nobody has this address");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
