//! Whether each of several servers on one database does as much with its processor as one alone.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use crate::{
    Outcome,
    database::Database,
    figures::{count, median, micros_each},
    load::Load,
    measure::{ITEMS, USERS_ME},
    plan::Plan,
    process::Server,
    requests,
    subject::{Binaries, People},
    table::{Aim, Table},
};

pub(crate) const COMMAND: &str = "servers";

/// How many are asked at once.
const SERVERS: [usize; 3] = [1, 2, 4];

/// Requests for each second that one of them serves: at least so many of what it serves alone.
const AIM: Aim = Aim::AtLeast(0.9);

/// So little for each that all of them, the database and whoever asks have room on two cores.
const CONNECTIONS: usize = 4;
const PAUSE: Duration = Duration::from_millis(10);

/// What was measured of so many servers.
struct Together {
    /// Microseconds of their processors for each request.
    cpu: f64,
    /// A second, of all of them.
    rate: f64,
}

pub(crate) async fn measure(database: Database, binaries: &Binaries, plan: &Plan) -> Outcome<()> {
    let mut servers = Vec::new();
    for _ in 0..SERVERS.into_iter().max().unwrap_or(0) {
        servers.push(binaries.product(&database).await?.0);
    }
    let first = servers.first().ok_or("nothing to measure")?;
    let people = People::invite(first.address).await?;
    let asked = [
        ("GET /users/me", requests::get(USERS_ME, &people.reader)),
        ("GET /items/?limit=100", requests::get(ITEMS, &people.reader)),
        ("POST /items/", requests::create_item(&people.writer)),
    ];
    println!("\nPostgreSQL: several servers on one database");
    let mut table = Table::new(["", "servers", "a second", "server µs", "requests for its CPU", "aim", ""]);
    for (name, request) in asked {
        let mut rounds = Vec::new();
        for round in 0..=plan.rounds {
            let mut measured = Vec::new();
            for many in SERVERS {
                measured.push(together(servers.iter().take(many), &request, plan.slice * 3).await?);
            }
            // The first round warms up.
            if round > 0 {
                rounds.push(measured);
            }
        }
        for (place, many) in SERVERS.into_iter().enumerate() {
            let each = |figure: fn(&Together, &Together) -> f64| {
                median(rounds.iter().filter_map(|measured| Some(figure(measured.get(place)?, measured.first()?))))
            };
            let ratio = each(|these, one| one.cpu / these.cpu);
            let [aim, verdict] = AIM.judge(ratio, " x");
            let (rate, cpu) = (each(|these, _| these.rate), each(|these, _| these.cpu));
            let [rate, cpu] = [format!("{rate:.0}"), format!("{cpu:.1}")];
            table.add([name.to_owned(), many.to_string(), rate, cpu, format!("{ratio:.2} x"), aim, verdict]);
        }
    }
    table.print();
    drop(servers);
    database.remove().await
}

/// All of them at the same time, each with a load of its own.
async fn together(servers: impl Iterator<Item = &Server> + Clone, request: &[u8], time: Duration) -> Outcome<Together> {
    let cpu = || servers.clone().map(Server::cpu).sum::<Outcome<Duration>>();
    let (before, requests) = (cpu()?, Arc::new(vec![request.to_vec()]));
    let mut loads = JoinSet::new();
    for server in servers.clone() {
        let load =
            Load { address: server.address, requests: Arc::clone(&requests), connections: CONNECTIONS, pause: PAUSE };
        loads.spawn(async move { load.run(time).await });
    }
    let (mut answered, mut elapsed) = (0, Duration::ZERO);
    while let Some(load) = loads.join_next().await {
        let load = load??;
        answered += load.latencies.len();
        elapsed = elapsed.max(load.elapsed);
    }
    let spent = cpu()?.saturating_sub(before);
    Ok(Together { cpu: micros_each(spent, answered), rate: count(answered) / elapsed.as_secs_f64() })
}
