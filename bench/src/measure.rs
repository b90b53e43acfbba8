//! All that is measured on one database, in its order.

use std::time::Duration;

use tokio::signal::{
    ctrl_c,
    unix::{SignalKind, signal},
};

use crate::{
    Outcome,
    argon::Hashing,
    baseline,
    database::Database,
    flood,
    load::Load,
    plan::Plan,
    process::Server,
    report::Report,
    requests,
    rounds::{Contender, Contest},
    startup,
    subject::{Binaries, People},
};

/// Enough to keep every thread of a server busy.
pub(crate) const CONNECTIONS: usize = 16;

/// Enough to share commits.
const MANY: usize = 64;

/// What a server needs to calm down after its start.
pub(crate) const A_MOMENT: Duration = Duration::from_millis(500);

pub(crate) const USERS_ME: &str = "/api/v1/users/me";
pub(crate) const ITEMS: &str = "/api/v1/items/?limit=100";

/// As many as the dashboard shows.
const ITEMS_TWIN: &str = "/api/v1/items/?limit=25";
pub(crate) const ITEMS_PAGE: &str = "/dashboard/items";

/// Measures, prints, and leaves nothing behind, not even when interrupted.
pub(crate) async fn all(engine: &'static str, database: Database, binaries: &Binaries, plan: &Plan) -> Outcome<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let outcome = tokio::select! {
        outcome = report(engine, &database, binaries, plan) => outcome,
        _ = ctrl_c() => Err("interrupted".into()),
        _ = terminate.recv() => Err("terminated".into()),
    };
    database.remove().await?;
    outcome?.print();
    Ok(())
}

async fn report(engine: &'static str, database: &Database, binaries: &Binaries, plan: &Plan) -> Outcome<Report> {
    let start = startup::run(binaries, database, plan).await?;
    let (product, _) = binaries.product(database).await?;
    tokio::time::sleep(A_MOMENT).await;
    let memory_idle = product.memory()?;

    let people = People::invite(product.address).await?;
    let log_ins = Load::flat_out(product.address, people.log_ins(), People::CROWD);
    let baseline = binaries.baseline(database).await?;
    let contest = contest(&product, &baseline, &people, log_ins.clone())?;
    let rounds = contest.run(database, plan).await?;
    drop(baseline);
    let flood = flood::run(&product, requests::get(USERS_ME, &people.reader), &log_ins, plan).await?;

    tokio::time::sleep(plan.rest).await;
    Ok(Report { engine, rounds, flood, start, memory_idle, memory_after: product.memory()? })
}

fn contest<'a>(
    product: &'a Server,
    baseline: &'a Server,
    people: &People,
    log_ins: Load,
) -> Outcome<Contest<Contender<'a>, Hashing>> {
    let ask = |server: &'a Server, request| Contender {
        server,
        load: Load::flat_out(server.address, vec![request], CONNECTIONS),
    };
    Ok(Contest {
        baseline: ask(baseline, requests::get(baseline::PATH, &baseline::token()?)),
        users_me: ask(product, requests::get(USERS_ME, &people.reader)),
        items: ask(product, requests::get(ITEMS, &people.reader)),
        items_twin: ask(product, requests::get(ITEMS_TWIN, &people.reader)),
        items_page: ask(product, requests::get(ITEMS_PAGE, &people.reader)),
        create_item: ask(product, requests::create_item(&people.writer)),
        create_item_by_many: Contender {
            server: product,
            load: Load::flat_out(product.address, vec![requests::create_item(&people.writer)], MANY),
        },
        log_in: Contender { server: product, load: log_ins },
        argon: Hashing::of_the_server()?,
    })
}
