//! The first page: how things are.

mod chart;

use actix_web::web::ServiceConfig;
use ironplate_application::overview::{Administration, Overview};
use ironplate_domain::{AuditEvent, AuditOutcome, Timestamp, device};
use serde::Serialize;

use self::chart::Chart;
use crate::{
    answer::Answer,
    reader::Reader,
    routes::page,
    when::{self, When},
    words,
};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(page("", show));
}

#[derive(Serialize)]
struct Page {
    figures: Vec<Figure>,
    items: Vec<NewItem>,
    events: Vec<Event>,
    chart: Option<Chart>,
    notices: Vec<Notice>,
}

#[derive(Serialize)]
struct Figure {
    label: &'static str,
    value: String,
    url: Option<&'static str>,
    more: Option<String>,
}

#[derive(Serialize)]
struct NewItem {
    id: String,
    title: String,
    created: When,
}

#[derive(Serialize)]
struct Event {
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

async fn show(reader: Reader) -> Answer {
    let actor = reader.actor();
    let (overview, now) = reader
        .run(|app| async move { app.overviews.look(actor).await.map(|seen| (seen, app.overviews.clock.now())) })
        .await?;
    let Overview { items, sessions, events, administration } = overview;
    let figures = match &administration {
        Some(administration) => figures_of_all(administration, now),
        None => own_figures(&reader, items.count, sessions, now),
    };
    let rows = items.rows.into_iter();
    let page = Page {
        figures,
        items: rows
            .map(|item| NewItem { id: item.id.to_string(), title: item.title.into(), created: item.created_at.into() })
            .collect(),
        events: events.iter().map(Event::from).collect(),
        chart: administration.map(|administration| Chart::from(administration.activity)),
        notices: notices(&reader),
    };
    reader.page("home", "home.html", page).answer()
}

fn own_figures(reader: &Reader, items: u64, sessions: usize, now: Timestamp) -> Vec<Figure> {
    let age = u64::try_from((now.seconds() - reader.user.created_at.seconds()) / 86_400).unwrap_or(0);
    let since = when::moment(reader.user.created_at).map(|moment| format!("Since {}", when::day(moment.date())));
    vec![
        Figure { label: "Items", value: words::number(items), url: Some("/dashboard/items"), more: None },
        Figure {
            label: "Logged-in devices",
            value: sessions.to_string(),
            url: Some("/dashboard/settings/sessions"),
            more: None,
        },
        Figure { label: "Member for", value: words::plural(age, "day"), url: None, more: since },
    ]
}

fn figures_of_all(administration: &Administration, now: Timestamp) -> Vec<Figure> {
    let outbox = &administration.outbox;
    let today = |days: &[ironplate_application::overview::Day]| days.last().map_or(0, |day| day.done);
    let oldest = outbox
        .oldest_queued
        .map(|oldest| format!("Oldest: {}", words::span(u64::try_from(now.seconds() - oldest.seconds()).unwrap_or(0))));
    vec![
        Figure {
            label: "Users",
            value: words::number(administration.users),
            url: Some("/dashboard/users"),
            more: Some(format!("{} today", words::plural(today(&administration.activity.sign_ups), "sign-up"))),
        },
        Figure {
            label: "Log-ins today",
            value: words::number(today(&administration.activity.log_ins)),
            url: Some("/dashboard/audit?kind=session.log_in"),
            more: None,
        },
        Figure {
            label: "Mail queued",
            value: words::number(outbox.queued),
            url: Some("/dashboard/outbox"),
            more: oldest,
        },
        Figure {
            label: "Mail given up",
            value: words::number(outbox.dead),
            url: Some("/dashboard/outbox?state=dead"),
            more: None,
        },
    ]
}

fn notices(reader: &Reader) -> Vec<Notice> {
    if reader.user.is_verified || !reader.policy().sends_mail {
        return Vec::new();
    }
    vec![Notice {
        text: "Your email address is not confirmed yet.",
        url: Some("/dashboard/settings/profile"),
        link: Some("Confirm it"),
    }]
}

impl From<&AuditEvent> for Event {
    fn from(event: &AuditEvent) -> Self {
        let address = event.client.address;
        Self {
            text: words::kind(event.kind),
            tone: if event.outcome == AuditOutcome::Success { "good" } else { "bad" },
            address: address.map_or_else(|| "On the server".to_owned(), |address| address.to_string()),
            device: event.client.user_agent.as_ref().map(|agent| device(Some(agent))),
            at: event.at.into(),
        }
    }
}
