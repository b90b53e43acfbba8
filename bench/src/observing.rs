//! What observing costs: the cheapest request that is logged in, with each way of observing on and off.

use std::{
    hint::black_box,
    net::SocketAddr,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use ironplate_measure::{Part, Request, Work, WorkKind, carried, figures, note};
use tokio::time::{Instant, interval};

use crate::{
    Outcome,
    collector::Collector,
    database::Database,
    http::Connection,
    load::Load,
    measure::{CONNECTIONS, USERS_ME},
    plan::Plan,
    process::{Server, cpu_of, free_address},
    requests,
    rounds::{Contender, Costs},
    subject::{Binaries, People},
    table::{Aim, Table},
};

pub(crate) const COMMAND: &str = "observing";

const FILTER: &str = "IRONPLATE__LOG__FILTER";
const SLOW: &str = "IRONPLATE__LOG__SLOW_MILLISECONDS";

/// A way of observing, and what a server is told for it. What comes first is what all others are held against.
struct Way {
    name: &'static str,
    settings: &'static [(&'static str, &'static str)],
    is_scraped: bool,
    /// The share of requests that is traced, if traces are sent.
    traced: Option<&'static str>,
    /// Whether faults would be reported to Sentry. There are none here: it costs what is kept in case.
    is_reporting: bool,
}

const NOTHING: Way = Way {
    name: "nothing",
    settings: &[(FILTER, "warn"), (SLOW, "0")],
    is_scraped: false,
    traced: None,
    is_reporting: false,
};

/// Each in the JSON of production. Further ways are further lines here.
const WAYS: [Way; 9] = [
    NOTHING,
    Way { name: "metrics, scraped every second", is_scraped: true, ..NOTHING },
    Way { name: "what is slow", settings: &[(FILTER, "warn"), (SLOW, "1000")], ..NOTHING },
    Way { name: "a line a request", settings: &[(FILTER, "info"), (SLOW, "0")], ..NOTHING },
    Way { name: "faults to Sentry", is_reporting: true, ..NOTHING },
    Way { name: "traces of none, for a proxy's requests", traced: Some("0"), ..NOTHING },
    Way { name: "traces of a tenth", traced: Some("0.1"), ..NOTHING },
    Way { name: "traces of all", traced: Some("1"), ..NOTHING },
    Way {
        name: "all but traces",
        settings: &[(FILTER, "info"), (SLOW, "1000")],
        is_scraped: true,
        is_reporting: true,
        ..NOTHING
    },
];

const AIM: Aim = Aim::AtMost(1.03);

/// Requests of which is counted what counting them takes.
const COUNTED: u32 = 1_000_000;

pub(crate) async fn measure(name: &str, database: Database, binaries: &Binaries, plan: &Plan) -> Outcome<()> {
    let collector = Collector::start().await?;
    let mut servers = Vec::new();
    for way in &WAYS {
        servers.push(start(way, &collector, &database, binaries).await?);
    }
    let (first, _) = servers.first().ok_or("nothing to measure")?;
    let people = People::invite(first.address).await?;
    let contenders: Vec<_> = servers.iter().map(|(server, _)| contender(server, &people)).collect();
    let mut costs: Vec<Costs> = WAYS.iter().map(|_| Costs::default()).collect();
    for round in 0..=plan.rounds {
        for ((contender, (_, metrics)), costs) in contenders.iter().zip(&servers).zip(&mut costs) {
            let cost = tokio::select! {
                cost = contender.measure(&database, plan) => cost?,
                broken = scrape(*metrics) => return broken,
            };
            // The first round warms up.
            if round > 0 {
                costs.add(cost);
            }
        }
    }
    println!("\n{name}: GET /users/me, observed");
    table(&costs)?.print();
    drop(servers);
    database.remove().await
}

async fn start(
    way: &Way,
    collector: &Collector,
    database: &Database,
    binaries: &Binaries,
) -> Outcome<(Server, Option<SocketAddr>)> {
    let metrics = way.is_scraped.then(free_address).transpose()?;
    let address = metrics.map(|address| address.to_string());
    let mut settings = way.settings.to_vec();
    settings.push(("IRONPLATE__LOG__FORMAT", "json"));
    settings.extend(address.as_deref().map(|address| ("IRONPLATE__METRICS__ADDRESS", address)));
    if let Some(share) = way.traced {
        settings.push(("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url));
        settings.push(("OTEL_TRACES_SAMPLER_ARG", share));
    }
    let sentry = collector.sentry();
    if way.is_reporting {
        settings.push(("SENTRY_DSN", &sentry));
    }
    Ok((binaries.product_with(database, &settings).await?, metrics))
}

fn contender<'a>(server: &'a Server, people: &People) -> Contender<'a> {
    let request = requests::get(USERS_ME, &people.reader);
    Contender { server, load: Load::flat_out(server.address, vec![request], CONNECTIONS) }
}

/// Until somebody stops waiting; or something is broken.
async fn scrape(metrics: Option<SocketAddr>) -> Outcome<()> {
    let Some(address) = metrics else { return std::future::pending().await };
    let mut seconds = interval(Duration::from_secs(1));
    loop {
        seconds.tick().await;
        Connection::open(address).await?.exchange(&requests::get_anonymously("/metrics")).await?;
    }
}

fn table(costs: &[Costs]) -> Outcome<Table<5>> {
    let mut table = Table::new(["", "ratio", "aim", "", "server µs"]);
    let nothing = costs.first().ok_or("nothing was measured")?;
    for (way, costs) in WAYS.iter().zip(costs) {
        let ratio = costs.ratio(nothing, |cost| cost.cpu);
        let [aim, verdict] = AIM.judge(ratio, " x");
        let micros = costs.median(|cost| cost.cpu);
        table.add([way.name.to_owned(), format!("{ratio:.3} x CPU"), aim, verdict, format!("{micros:.1}")]);
    }
    let (counting, request) = (counting()?, nothing.median(|cost| cost.cpu));
    // It is in all rows above: no setting leaves it out.
    let ratio = request / (request - counting);
    let [aim, verdict] = AIM.judge(ratio, " x");
    table.add(["of these, counting".to_owned(), format!("{ratio:.3} x CPU"), aim, verdict, format!("{counting:.1}")]);
    Ok(table)
}

/// Microseconds that it takes to count one request with all that it waits for, metrics or none.
fn counting() -> Outcome<f64> {
    let begun = cpu_of("self")?;
    for _ in 0..COUNTED {
        let begun = Instant::now();
        figures().requests_in_flight.inc();
        let work = Work::begin(WorkKind::Request("GET"), String::new());
        let waits = async {
            carried(async {
                for part in [Part::Connection, Part::Database] {
                    note(part, black_box(Instant::now().elapsed()));
                }
            })
            .await;
        };
        let Poll::Ready(()) = pin!(work.clone().during(waits)).poll(&mut Context::from_waker(Waker::noop())) else {
            return Err("it waits for nothing".into());
        };
        let request = Request { route: USERS_ME.to_owned(), method: "GET", status: "2xx" };
        figures().answered(&request, begun.elapsed());
        figures().requests_in_flight.dec();
    }
    Ok(cpu_of("self")?.saturating_sub(begun).as_secs_f64() * 1e6 / f64::from(COUNTED))
}
