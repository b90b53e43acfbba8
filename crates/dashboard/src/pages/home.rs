//! The first page: how things are.

mod chart;

use ironplate_application::{
    overview::{self, Administration, Newest, Overview},
    ports::{AtHand, OwnedCounts, OwnedSummary},
};
use ironplate_domain::{AuditEvent, AuditOutcome, Owner, Timestamp, device};
use ironplate_web::Address;
use serde::Serialize;

use self::chart::Chart;
use super::figure::Figure;
use crate::{
    crud::{Summary, new_url},
    request::{SessionUser, address, resource::page},
    resources::{self, ResourceNames},
    shell::{Flash, PageResult},
    words::{self, Day, When, roles},
};

pub(crate) fn addresses() -> Vec<Address> {
    vec![page("", show)]
}

#[derive(Serialize)]
struct HomePage {
    figures: Vec<Figure>,
    newest: Vec<NewestView>,
    events: Vec<EventSummary>,
    chart: Option<Chart>,
    notices: Vec<Notice>,
}

#[derive(Serialize)]
struct NewestView {
    resource: &'static ResourceNames,
    rows: Vec<Summary>,
    /// Where one is made, by whoever may.
    new_url: Option<String>,
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
    let Overview { newest, owned, members, sessions, events, administration } = overview;
    let own = match (user.at.as_deref(), members) {
        (Some(at), Some(members)) => figures_of(at, &owned, members),
        _ if administration.is_some() => Vec::new(),
        _ => own_figures(&user, &owned, sessions),
    };
    let all = administration.as_ref().map(|administration| figures_of_all(administration, now));
    let whose = actor.at.map_or(Owner::from(actor.user), |at| at.organization.into());
    let page = HomePage {
        figures: own.into_iter().chain(all.into_iter().flatten()).collect(),
        newest: resources::newest(newest).map(|(resource, found)| newest_view(&user, whose, resource, found)).collect(),
        events: events.iter().map(EventSummary::from).collect(),
        chart: administration.map(|administration| Chart::from(administration.activity)),
        notices: notices(&user),
    };
    user.page("home", "home.html", page).answer()
}

fn newest_view(user: &SessionUser, whose: Owner, resource: &'static ResourceNames, found: Newest) -> NewestView {
    let row = |OwnedSummary { id, title, created_at }: OwnedSummary| Summary {
        id: id.to_string(),
        title: words::title(&title).to_owned(),
        created: created_at.into(),
    };
    NewestView {
        resource,
        rows: found.rows.into_iter().map(row).collect(),
        new_url: found.may_create.then(|| new_url(user, whose, resource)),
    }
}

fn own_figures(user: &SessionUser, owned: &OwnedCounts, sessions: usize) -> Vec<Figure> {
    let figures = [
        Figure::new("Sessions", sessions.to_string()).leading_to("/dashboard/settings/security#sessions"),
        Figure::of_day("Member since", Day::from(user.account.created_at)),
    ];
    counted(owned).chain(figures).collect()
}

/// Of the organisation at hand.
fn figures_of(AtHand { organization, role, .. }: &AtHand, owned: &OwnedCounts, members: u64) -> Vec<Figure> {
    let list = format!("/dashboard/organizations/{}/members", organization.id);
    let figures = [
        Figure::new("Members", words::number(members)).leading_to(list),
        Figure::new("Your role", roles::label(*role)),
    ];
    counted(owned).chain(figures).collect()
}

fn counted(owned: &OwnedCounts) -> impl Iterator<Item = Figure> {
    resources::counted(owned).map(|(resource, count)| Figure::new(resource.label, count).leading_to(resource.url))
}

fn figures_of_all(administration: &Administration, now: Timestamp) -> Vec<Figure> {
    let Administration { users, outbox, activity } = administration;
    let today = |days: &[overview::Day]| days.last().map_or(0, |day| day.done);
    let sign_ups = words::plural(today(&activity.sign_ups), "sign-up");
    let this_day = Day::from(now);
    let log_ins = [("kind", "session.log_in"), ("outcome", "done"), ("since", this_day.iso.as_str())];
    let age = |since: Timestamp| words::span(u64::try_from(now.seconds() - since.seconds()).unwrap_or(0));
    vec![
        Figure::new("Users", words::number(*users))
            .saying(Some(format!("{sign_ups} today")))
            .leading_to("/dashboard/users"),
        Figure::new("Log-ins today", words::number(today(&activity.log_ins)))
            .leading_to(address("/dashboard/audit", &log_ins)),
        Figure::new("Mail waiting", words::number(outbox.queued))
            .saying(outbox.oldest_queued.map(|oldest| format!("Oldest: {}", age(oldest))))
            .leading_to("/dashboard/outbox"),
        Figure::new("Mail given up", words::number(outbox.dead)).leading_to("/dashboard/outbox?state=dead"),
    ]
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
