//! What happened, newest first.

use actix_web::web::ServiceConfig;
use ironplate_application::ports::{AuditCursor, AuditFilter, AuditOrder, AuditRequest};
use ironplate_domain::{AuditEventId, AuditKind, AuditOutcome, Date, Email, RequestId, Timestamp, UserId};
use serde::Serialize;

use super::events::{self, EventView};
use crate::{
    crud::Pager,
    fault::{PageError, Rejection},
    request::{Form, SessionUser, address, resource::page},
    shell::{PageResult, Redirect},
};

const PATH: &str = "/dashboard/audit";

/// Each has more to say than a row of another list.
const ROWS: u32 = 20;

#[derive(Serialize)]
struct AuditLogPage<'a> {
    events: Vec<EventView>,
    search: AuditSearch<'a>,
    kinds: Vec<KindOption>,
    is_filtered: bool,
    pager: Pager,
}

/// What was asked for, as it was typed.
#[derive(Clone, Copy, Serialize)]
struct AuditSearch<'a> {
    actor: &'a str,
    subject: &'a str,
    request: &'a str,
    kind: &'a str,
    outcome: &'a str,
    since: &'a str,
    until: &'a str,
}

#[derive(Serialize)]
struct KindOption {
    value: &'static str,
    label: &'static str,
}

/// On which side of a place the page is.
enum CursorDirection {
    Older(Option<AuditCursor>),
    Newer(AuditCursor),
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(page("/audit", show));
}

async fn show(user: SessionUser) -> PageResult {
    let search = AuditSearch::of(&user);
    let mut form = Form::new();
    let filter = filter(&user, &search, &mut form).await?;
    let side = side(&user);
    let (order, after) = match &side {
        CursorDirection::Older(after) => (AuditOrder::Newest, *after),
        CursorDirection::Newer(before) => (AuditOrder::Oldest, Some(*before)),
    };
    let request = AuditRequest { filter, order, after, limit: ROWS };
    let mut listing =
        user.act(|app, actor, client| async move { app.audit.list(actor, request, &client).await }).await?;
    if let CursorDirection::Newer(_) = side {
        listing.page.events.reverse();
    }
    if !form.is_fine() {
        listing.page.events.clear();
    } else if listing.page.events.is_empty() && !matches!(side, CursorDirection::Older(None)) {
        // Behind the end, where events were that are gone: back to where some are.
        return Ok(Redirect::to(&address(PATH, &search.kept())).answer());
    }
    let to = |name, event| address(PATH, &[&search.kept()[..], &[(name, &*place(event))]].concat());
    let (first, last) = (listing.page.events.first(), listing.page.events.last());
    let (has_newer, has_older) = match side {
        CursorDirection::Older(after) => (after.is_some(), listing.page.next.is_some()),
        CursorDirection::Newer(_) => (listing.page.next.is_some(), true),
    };
    let pager = Pager {
        previous: first.filter(|_| has_newer).map(|event| to("before", event)),
        next: last.filter(|_| has_older).map(|event| to("after", event)),
        ..Pager::default()
    };
    let kinds = AuditKind::ALL.iter().map(|kind| KindOption { value: kind.name(), label: kind.title() });
    let content = AuditLogPage {
        events: events::views(&listing),
        is_filtered: search.kept().iter().any(|(_, value)| !value.is_empty()),
        search,
        kinds: kinds.collect(),
        pager,
    };
    user.page("audit", "admin/audit.html", content).form(&form).answer()
}

impl<'a> AuditSearch<'a> {
    fn of(user: &'a SessionUser) -> Self {
        let get = |name| user.query.get(name).trim();
        Self {
            actor: get("actor"),
            subject: get("subject"),
            request: get("request"),
            kind: get("kind"),
            outcome: get("outcome"),
            since: get("since"),
            until: get("until"),
        }
    }

    const fn kept(&self) -> [(&'a str, &'a str); 7] {
        [
            ("actor", self.actor),
            ("subject", self.subject),
            ("request", self.request),
            ("kind", self.kind),
            ("outcome", self.outcome),
            ("since", self.since),
            ("until", self.until),
        ]
    }
}

/// What can't be understood is said at its field.
async fn filter(user: &SessionUser, search: &AuditSearch<'_>, form: &mut Form) -> Result<AuditFilter, PageError> {
    let actor = person(user, "actor", search.actor, form).await?;
    let subject = person(user, "subject", search.subject, form).await?;
    let until = day(search.until, "until", form);
    Ok(AuditFilter {
        actor,
        subject,
        organization: None,
        kind: AuditKind::from_name(search.kind),
        outcome: match search.outcome {
            "done" => Some(AuditOutcome::Success),
            "failed" => Some(AuditOutcome::Failure),
            _ => None,
        },
        request_id: request_id(search.request, form),
        since: day(search.since, "since", form).map(Date::begins),
        // To the end of that day.
        until: until.map(|day| Date::from_days(i64::from(day.days()) + 1).begins()),
    })
}

/// Somebody by id, who may be gone, or by address, who must be there.
async fn person(
    user: &SessionUser,
    field: &'static str,
    text: &str,
    form: &mut Form,
) -> Result<Option<UserId>, PageError> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = text.parse() {
        return Ok(Some(UserId(id)));
    }
    let Ok(email) = Email::parse(text) else {
        form.blame(field, "Enter an email address or an id");
        return Ok(None);
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

fn request_id(text: &str, form: &mut Form) -> Option<RequestId> {
    let id = RequestId::new(text);
    if id.is_none() && !text.is_empty() {
        form.blame("request", "Enter a request id as pages and answers tell it");
    }
    id
}

fn day(text: &str, field: &'static str, form: &mut Form) -> Option<Date> {
    if text.is_empty() {
        return None;
    }
    let date = Date::parse(text);
    if date.is_none() {
        form.blame(field, "Enter a date like 2026-11-25");
    }
    date
}

/// A place that makes no sense is the beginning.
fn side(user: &SessionUser) -> CursorDirection {
    match (cursor(user.query.get("before")), cursor(user.query.get("after"))) {
        (Some(before), _) => CursorDirection::Newer(before),
        (None, after) => CursorDirection::Older(after),
    }
}

fn cursor(text: &str) -> Option<AuditCursor> {
    let (micros, id) = text.split_once('_')?;
    Some(AuditCursor { at: Timestamp::from_micros(micros.parse().ok()?), id: AuditEventId(id.parse().ok()?) })
}

fn place(event: &ironplate_domain::AuditEvent) -> String {
    format!("{}_{}", event.at.micros(), event.id)
}
