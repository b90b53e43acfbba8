//! How the server is.

use actix_web::web::ServiceConfig;
use ironplate_application::{RegistrationMode, outbox};
use ironplate_domain::{self as domain, Timestamp};
use serde::Serialize;

use super::{
    events::Fact,
    limits::{self, Row},
    settings,
};
use crate::{
    request::{
        Posted, Reader,
        resource::{action, page},
    },
    shell::{Answer, Flash, Redirect, Settings},
    words::{self, When},
};

#[derive(Serialize)]
struct Page {
    version: Vec<Fact>,
    database: Vec<Fact>,
    migrations: Vec<Migration>,
    settings: Vec<Fact>,
    limits: Vec<Row>,
    workers: Vec<Worker>,
    is_anybody_at_work: bool,
    mail: Mail,
}

#[derive(Serialize)]
struct Migration {
    name: String,
    is_applied: bool,
}

#[derive(Serialize)]
struct Worker {
    name: String,
    is_silent: bool,
    started: When,
    seen: When,
}

#[derive(Serialize)]
struct Mail {
    queued: String,
    oldest: Option<When>,
    dead: String,
    transport: &'static str,
    test_to: String,
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(page("/system", show)).service(action("/system/test-mail", send_test_mail));
}

async fn show(reader: Reader) -> Answer {
    let (actor, client) = (reader.actor(), reader.client.clone());
    let facts = reader.run(|app| async move { app.system.look(actor, &client).await }).await?;
    let site = &reader.site().settings;
    let pending = facts.database.migrations.iter().filter(|migration| !migration.is_applied).count();
    let schema = if pending == 0 { "Up to date".to_owned() } else { format!("{pending} migrations are pending") };
    let clock = match facts.clock_skew {
        None => "Agrees with this server's".to_owned(),
        Some(skew) => format!("This server's is {skew}: set both by NTP"),
    };
    let page = Page {
        version: version(site, reader.policy().registration),
        database: vec![
            Fact::new("Kind", facts.database.product.clone()),
            Fact::new("Schema", schema),
            Fact::new("Clock", clock),
        ],
        settings: settings::in_force(&reader),
        is_anybody_at_work: facts.workers.iter().any(|it| !outbox::is_silent(it.seen_at, facts.now)),
        workers: facts.workers.iter().map(|it| worker(it, facts.now)).collect(),
        migrations: facts
            .database
            .migrations
            .into_iter()
            .map(|migration| Migration { name: migration.name, is_applied: migration.is_applied })
            .collect(),
        limits: limits::in_force(site, reader.policy()),
        mail: Mail {
            queued: words::number(facts.outbox.queued),
            oldest: facts.outbox.oldest_queued.map(When::from),
            dead: words::number(facts.outbox.dead),
            transport: site.mail.name(),
            test_to: reader.user.email.as_str().to_owned(),
        },
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

fn worker(worker: &domain::Worker, now: Timestamp) -> Worker {
    Worker {
        name: worker.name.clone(),
        is_silent: outbox::is_silent(worker.seen_at, now),
        started: worker.started_at.into(),
        seen: worker.seen_at.into(),
    }
}

async fn send_test_mail(Posted { by: reader, .. }: Posted<Reader>) -> Answer {
    let (actor, to, client) = (reader.actor(), reader.user.email.clone(), reader.client.clone());
    reader.run(|app| async move { app.outbox.send_test_mail(actor, &to, &client).await }).await?;
    Ok(Redirect::to("/dashboard/system").saying(Flash::TestMailSent).answer())
}
