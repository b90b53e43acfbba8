//! Whether lists are as fast with a million rows as with a thousand.

mod world;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde::Deserialize;

use crate::{
    Outcome,
    database::Database,
    figures::{median, millis},
    http::Connection,
    measure::{ITEMS, USERS_ME},
    plan::Plan,
    requests::{self, get},
    subject::{Binaries, log_in, sign_in},
    table::{Aim, Table},
    walk::deep,
};

pub(crate) const COMMAND: &str = "lists";

/// Rows of each sort.
const FEW: u32 = 1_000;
const MANY: u32 = 1_000_000;

/// Who administers the server.
const SUPERUSER: [(&str, &str); 2] =
    [("FIRST_SUPERUSER", Binaries::SUPERUSER), ("FIRST_SUPERUSER_PASSWORD", requests::PASSWORD)];

/// What a list is held to where there are many rows.
#[derive(Clone, Copy)]
enum Bound {
    /// Of itself where there are few.
    Ratio(Aim),
    /// Milliseconds.
    Time(Aim),
}

struct Question {
    name: String,
    request: Vec<u8>,
    bound: Bound,
    /// Milliseconds.
    times: Vec<f64>,
}

#[derive(Deserialize)]
struct Me {
    id: String,
}

pub(crate) async fn measure(few: Database, many: Database, binaries: &Binaries, plan: &Plan) -> Outcome<()> {
    let engine = few.engine();
    let few = asked(few, FEW, binaries, plan).await?;
    let many = asked(many, MANY, binaries, plan).await?;
    println!("\n{engine}: lists of a million rows, held against those of a thousand\n");
    let mut table = Table::new(["", "a thousand", "a million", "ratio", "aim", ""]);
    for (few, Question { name, times, bound, .. }) in few.into_iter().zip(many) {
        let (few, many) = (median(few.times), median(times));
        let ratio = many / few;
        let [aim, verdict] = match bound {
            Bound::Ratio(aim) => aim.judge(ratio, " x"),
            Bound::Time(aim) => aim.judge(many, " ms"),
        };
        let [few, many] = [few, many].map(|millis| format!("{millis:.2} ms"));
        table.add([name, few, many, format!("{ratio:.2} x"), aim, verdict]);
    }
    table.print();
    Ok(())
}

async fn asked(database: Database, rows: u32, binaries: &Binaries, plan: &Plan) -> Outcome<Vec<Question>> {
    let server = binaries.product_with(&database, &SUPERUSER).await?;
    let owner = sign_in(&mut Connection::open(server.address).await?, world::OWNER).await?;
    // What it knows of its tables is of empty ones.
    drop(server);
    database.run(&world::sql(&database, rows)).await?;
    let server = binaries.product_with(&database, &SUPERUSER).await?;
    let mut questions = questions(server.address, &owner).await?;
    let mut connection = Connection::open(server.address).await?;
    for round in 0..=plan.rounds {
        for Question { request, times, .. } in &mut questions {
            let took = median(ask(&mut connection, request, plan.slice / 10).await?);
            // The first round warms up.
            if round > 0 {
                times.push(took);
            }
        }
    }
    drop(server);
    database.remove().await?;
    Ok(questions)
}

/// Again and again, for that long.
async fn ask(connection: &mut Connection, request: &[u8], time: Duration) -> Outcome<Vec<f64>> {
    let (begun, mut times) = (Instant::now(), Vec::new());
    while times.is_empty() || begun.elapsed() < time {
        let asked = Instant::now();
        connection.exchange(request).await?;
        times.push(millis(asked.elapsed()));
    }
    Ok(times)
}

/// All lists that grow with the product, by each of their filters.
async fn questions(server: SocketAddr, owner: &str) -> Outcome<Vec<Question>> {
    let mut connection = Connection::open(server).await?;
    let root = &log_in(&mut connection, Binaries::SUPERUSER).await?;
    let Me { id } = connection.exchange_json(&get(USERS_ME, owner)).await?;
    let deep = deep(&mut connection, ITEMS, owner, 5).await?;
    let (flat, flatter) = (Bound::Ratio(Aim::AtMost(1.3)), Bound::Ratio(Aim::AtMost(1.5)));
    let searched = Bound::Time(Aim::AtMost(15.0));
    let mut questions = Vec::new();
    let mut add = |path: &str, token: &str, bound| {
        let name =
            path.split_once("after=").map_or_else(|| path.replace(&id, "…"), |(path, _)| format!("{path}after=…"));
        questions.push(Question { name, request: get(path, token), bound, times: Vec::new() });
    };
    add(ITEMS, owner, flat);
    add(&deep, owner, flat);
    for query in ["order=title", "skip=900"] {
        add(&format!("{ITEMS}&{query}"), owner, flat);
    }
    for query in ["q=milk", "q=needle", "q=cheese"] {
        add(&format!("{ITEMS}&{query}"), owner, searched);
    }
    for query in [
        "",
        "state=active",
        "state=inactive",
        "state=invited",
        "state=unverified",
        "role=user",
        "order=email",
        "page=20",
    ] {
        add(&format!("/dashboard/users?{query}"), root, flatter);
    }
    for query in ["q=one", "q=one500%40", "q=nobody"] {
        add(&format!("/dashboard/users?{query}"), root, searched);
    }
    let mine = [format!("actor={id}"), format!("subject={id}")];
    let others =
        ["", "kind=session.log_in", "kind=user.deleted", "outcome=done", "outcome=failed", "request=request-500"];
    for query in
        others.into_iter().chain(["since=2020-01-01", "until=2100-01-01"]).chain(mine.iter().map(String::as_str))
    {
        add(&format!("/dashboard/audit?{query}"), root, flatter);
    }
    for query in ["state=queued", "state=sent", "state=dead"] {
        add(&format!("/dashboard/outbox?{query}"), root, flatter);
    }
    Ok(questions)
}
