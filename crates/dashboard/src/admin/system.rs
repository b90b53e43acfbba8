//! How the server is.

use actix_web::web::ServiceConfig;
use ironplate_application::{RegistrationMode, system::SystemFacts};
use serde::Serialize;

use super::{
    events::Fact,
    limits::{self, Row},
};
use crate::{
    answer::{Answer, Redirect},
    flash::Flash,
    reader::{Posted, Reader},
    routes::{action, page},
    site::{Pulse, Settings},
    when::When,
    words,
};

/// A worker that was silent for longer is taken for stopped, in seconds.
const SILENCE: i64 = 90;

#[derive(Serialize)]
struct Page {
    version: Vec<Fact>,
    database: Vec<Fact>,
    migrations: Vec<Migration>,
    limits: Vec<Row>,
    workers: Vec<Worker>,
    mail: Mail,
}

#[derive(Serialize)]
struct Migration {
    name: String,
    is_applied: bool,
}

#[derive(Serialize)]
struct Worker {
    name: &'static str,
    state: &'static str,
    seen: Option<When>,
    queued: String,
    oldest: Option<When>,
    dead: String,
}

#[derive(Serialize)]
struct Mail {
    transport: &'static str,
    test_to: String,
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(page("/system", show)).service(action("/system/test-mail", send_test_mail));
}

async fn show(reader: Reader) -> Answer {
    let (actor, client) = (reader.actor(), reader.client.clone());
    let facts = reader.run(|app| async move { app.system.look(actor, &client).await }).await?;
    let settings = &reader.site().settings;
    let pending = facts.database.migrations.iter().filter(|migration| !migration.is_applied).count();
    let schema = if pending == 0 { "Up to date".to_owned() } else { format!("{pending} migrations are pending") };
    let page = Page {
        version: version(settings, reader.policy().registration),
        database: vec![Fact::new("Kind", facts.database.product.clone()), Fact::new("Schema", schema)],
        workers: settings.worker.iter().map(|pulse| worker(pulse, &facts)).collect(),
        migrations: facts
            .database
            .migrations
            .into_iter()
            .map(|migration| Migration { name: migration.name, is_applied: migration.is_applied })
            .collect(),
        limits: limits::in_force(reader.policy()),
        mail: Mail { transport: settings.mail.name(), test_to: reader.user.email.as_str().to_owned() },
    };
    reader.page("system", "admin/system.html", page).answer()
}

fn version(settings: &Settings, registration: RegistrationMode) -> Vec<Fact> {
    let registration = match registration {
        RegistrationMode::Open => "Open",
        RegistrationMode::VerifyFirst => "Addresses are verified first",
        RegistrationMode::Closed => "Closed",
    };
    vec![
        Fact::new("Version", settings.version),
        Fact::new("Environment", settings.environment.clone()),
        Fact::new("Registration", registration),
    ]
}

fn worker(pulse: &Pulse, facts: &SystemFacts) -> Worker {
    let seen = pulse.last();
    let is_stopped = seen.is_none_or(|seen| facts.now.seconds() - seen.seconds() > SILENCE);
    Worker {
        name: "Inside this server",
        state: match facts.outbox.queued {
            _ if is_stopped => "stopped",
            0 => "idle",
            _ => "working",
        },
        seen: seen.map(When::from),
        queued: words::number(facts.outbox.queued),
        oldest: facts.outbox.oldest_queued.map(When::from),
        dead: words::number(facts.outbox.dead),
    }
}

async fn send_test_mail(Posted { by: reader, .. }: Posted<Reader>) -> Answer {
    let (actor, to, client) = (reader.actor(), reader.user.email.clone(), reader.client.clone());
    reader.run(|app| async move { app.outbox.send_test_mail(actor, &to, &client).await }).await?;
    Ok(Redirect::to("/dashboard/system").saying(Flash::TestMailSent).answer())
}
