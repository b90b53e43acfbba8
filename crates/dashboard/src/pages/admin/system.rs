//! How the server is.

use ironplate_application::{RegistrationMode, outbox};
use ironplate_domain::{self as domain, Timestamp};
use ironplate_web::Address;
use serde::Serialize;

use super::{
    limits::{self, LimitRow},
    settings,
};
use crate::{
    pages::events::FactView,
    request::{
        PostedForm, SessionUser,
        resource::{action, page},
    },
    shell::{DashboardSettings, Flash, PageResult, Redirect},
    words::{self, When},
};

#[derive(Serialize)]
struct SystemPage {
    version: Vec<FactView>,
    database: Vec<FactView>,
    migrations: Vec<MigrationView>,
    settings: Vec<FactView>,
    limits: Vec<LimitRow>,
    workers: Vec<WorkerView>,
    is_anybody_at_work: bool,
    mail: MailStatus,
}

#[derive(Serialize)]
struct MigrationView {
    name: String,
    is_applied: bool,
}

#[derive(Serialize)]
struct WorkerView {
    name: String,
    is_silent: bool,
    started: When,
    seen: When,
}

#[derive(Serialize)]
struct MailStatus {
    queued: String,
    oldest: Option<When>,
    dead: String,
    transport: &'static str,
    test_to: String,
}

pub(super) fn addresses() -> Vec<Address> {
    vec![page("/system", show), action("/system/test-mail", send_test_mail)]
}

async fn show(user: SessionUser) -> PageResult {
    let facts = user.act(|app, actor, client| async move { app.system.look(actor, &client).await }).await?;
    let site = &user.site().settings;
    let pending = facts.database.migrations.iter().filter(|migration| !migration.is_applied).count();
    let schema = if pending == 0 { "Up to date".to_owned() } else { format!("{pending} migrations are pending") };
    let clock = match facts.clock_skew {
        None => "Agrees with this server's".to_owned(),
        Some(skew) => format!("This server's is {skew}: set both by NTP"),
    };
    let page = SystemPage {
        version: version(site, user.policy().registration),
        database: vec![
            FactView::new("Kind", facts.database.product.clone()),
            FactView::new("Schema", schema),
            FactView::new("Clock", clock),
        ],
        settings: settings::in_force(&user),
        is_anybody_at_work: facts.workers.iter().any(|it| !outbox::is_silent(it.seen_at, facts.now)),
        workers: facts.workers.iter().map(|it| worker(it, facts.now)).collect(),
        migrations: facts
            .database
            .migrations
            .into_iter()
            .map(|migration| MigrationView { name: migration.name, is_applied: migration.is_applied })
            .collect(),
        limits: limits::in_force(site, user.policy()),
        mail: MailStatus {
            queued: words::number(facts.outbox.queued),
            oldest: facts.outbox.oldest_queued.map(When::from),
            dead: words::number(facts.outbox.dead),
            transport: site.mail.name(),
            test_to: user.account.email.as_str().to_owned(),
        },
    };
    user.page("system", "admin/system.html", page).answer()
}

fn version(settings: &DashboardSettings, registration: RegistrationMode) -> Vec<FactView> {
    let registration = match registration {
        RegistrationMode::Open => "Open",
        RegistrationMode::VerifyFirst => "Addresses are verified first",
        RegistrationMode::Closed => "Closed",
    };
    vec![
        FactView::new("Version", settings.version),
        FactView::new("Environment", settings.environment.clone()),
        FactView::new("Registration", registration),
    ]
}

fn worker(worker: &domain::Worker, now: Timestamp) -> WorkerView {
    WorkerView {
        name: worker.name.clone(),
        is_silent: outbox::is_silent(worker.seen_at, now),
        started: worker.started_at.into(),
        seen: worker.seen_at.into(),
    }
}

async fn send_test_mail(PostedForm { by: user, .. }: PostedForm<SessionUser>) -> PageResult {
    let (actor, to, client) = (user.actor(), user.account.email.clone(), user.client.clone());
    user.run(|app| async move { app.outbox.send_test_mail(actor, &to, &client).await }).await?;
    Ok(Redirect::to("/dashboard/system").saying(Flash::TestMailSent).answer())
}
