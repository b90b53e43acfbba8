//! The first page: how things are.

mod chart;

use actix_web::web::ServiceConfig;
use ironplate_application::{
    overview::{self, Administration, Overview},
    ports::OwnedCounts,
};
use ironplate_domain::{AuditEvent, AuditOutcome, Timestamp, device};
use serde::Serialize;

use self::chart::Chart;
use crate::{
    request::{SessionUser, address, resource::page},
    resources,
    shell::{Flash, PageResult},
    words::{self, Day, When},
};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(page("", show));
}

#[derive(Serialize)]
struct HomePage {
    figures: Vec<Figure>,
    items: Vec<NewItemView>,
    events: Vec<EventSummary>,
    chart: Option<Chart>,
    notices: Vec<Notice>,
}

#[derive(Serialize)]
struct Figure {
    label: &'static str,
    value: String,
    day: Option<Day>,
    url: Option<String>,
    more: Option<String>,
}

#[derive(Serialize)]
struct NewItemView {
    id: String,
    title: String,
    created: When,
}

#[derive(Serialize)]
struct EventSummary {
    text: &'static str,
    tone: &'static str,
    address: String,
    device: Option<String>,
    at: When,
}

#[derive(Serialize)]
struct Notice {
    text: &'static str,
    url: Option<&'static str>,
    link: Option<&'static str>,
}

async fn show(user: SessionUser) -> PageResult {
    let actor = user.actor();
    let (overview, now) =
        user.run(|app| async move { app.overviews.look(actor).await.map(|seen| (seen, app.core.clock.now())) }).await?;
    let Overview { items, owned, sessions, events, administration } = overview;
    let figures = match &administration {
        Some(administration) => figures_of_all(administration, now),
        None => own_figures(&user, &owned, sessions),
    };
    let page = HomePage {
        figures,
        items: items
            .into_iter()
            .map(|item| NewItemView {
                id: item.id.to_string(),
                title: words::title(item.title.as_str()).to_owned(),
                created: item.created_at.into(),
            })
            .collect(),
        events: events.iter().map(EventSummary::from).collect(),
        chart: administration.map(|administration| Chart::from(administration.activity)),
        notices: notices(&user),
    };
    user.page("home", "home.html", page).answer()
}

fn own_figures(user: &SessionUser, owned: &OwnedCounts, sessions: usize) -> Vec<Figure> {
    let since = Day::from(user.account.created_at);
    let counted = resources::counted(owned).map(|(it, count)| Figure::new(it.label, count).leading_to(it.url));
    let figures = [
        Figure::new("Sessions", sessions.to_string()).leading_to("/dashboard/settings/sessions"),
        Figure { day: Some(since), ..Figure::new("Member since", String::new()) },
    ];
    counted.chain(figures).collect()
}

fn figures_of_all(administration: &Administration, now: Timestamp) -> Vec<Figure> {
    let Administration { users, outbox, activity } = administration;
    let today = |days: &[overview::Day]| days.last().map_or(0, |day| day.done);
    let sign_ups = words::plural(today(&activity.sign_ups), "sign-up");
    let this_day = Day::from(now);
    let log_ins = [("kind", "session.log_in"), ("outcome", "done"), ("since", this_day.iso.as_str())];
    let age = |since: Timestamp| words::span(u64::try_from(now.seconds() - since.seconds()).unwrap_or(0));
    vec![
        Figure { more: Some(format!("{sign_ups} today")), ..Figure::new("Users", words::number(*users)) }
            .leading_to("/dashboard/users"),
        Figure::new("Log-ins today", words::number(today(&activity.log_ins)))
            .leading_to(&address("/dashboard/audit", &log_ins)),
        Figure {
            more: outbox.oldest_queued.map(|oldest| format!("Oldest: {}", age(oldest))),
            ..Figure::new("Mail waiting", words::number(outbox.queued))
        }
        .leading_to("/dashboard/outbox"),
        Figure::new("Mail given up", words::number(outbox.dead)).leading_to("/dashboard/outbox?state=dead"),
    ]
}

impl Figure {
    fn new(label: &'static str, value: String) -> Self {
        Self { label, value, day: None, url: None, more: None }
    }

    fn leading_to(self, url: &str) -> Self {
        Self { url: Some(url.to_owned()), ..self }
    }
}

fn notices(user: &SessionUser) -> Vec<Notice> {
    // Whoever signed up just now is told of the mail already.
    if user.account.is_verified || !user.policy().sends_mail || user.flash() == Some(Flash::SignedUp) {
        return Vec::new();
    }
    vec![Notice {
        text: "Your email address is not confirmed yet.",
        url: Some("/dashboard/settings/profile"),
        link: Some("Confirm it"),
    }]
}

impl From<&AuditEvent> for EventSummary {
    fn from(event: &AuditEvent) -> Self {
        let address = event.client.address;
        Self {
            text: event.kind.title(),
            tone: if event.outcome == AuditOutcome::Success { "good" } else { "bad" },
            address: address.map_or_else(|| "On the server".to_owned(), |address| address.to_string()),
            device: event.client.user_agent.as_ref().map(|agent| device(Some(agent))),
            at: event.at.into(),
        }
    }
}
