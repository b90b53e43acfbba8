//! Can the time of an answer tell whether an address has an account, or an organisation is there? Each question is asked, in
//! turn, about an address that has one, one that has an inactive one, and one that nobody has; or one whose account asks for a second
//! factor, one whose account does not, and one that nobody has; or about an organisation, one that was deleted, and one that never
//! was.

mod asker;
mod order;
mod questions;

use std::{net::SocketAddr, sync::mpsc, thread, time::Instant};

use ironplate_tests::SmtpServer;

use self::{
    asker::Asker,
    order::{is_told, order},
    questions::{QUESTIONS, Question},
};
use crate::{
    Outcome,
    database::Database,
    figures::{median, millis},
    http::Connection,
    process::Server,
    subject::Binaries,
    table::Table,
};

pub(crate) const COMMAND: &str = "enumeration";

const SAMPLES: usize = 200;

pub(crate) async fn measure(name: &str, database: Database, binaries: &Binaries) -> Outcome<()> {
    println!("\n{name}: milliseconds to the answer, median of {SAMPLES} each");
    let columns = ["asked", "SMTP", "known", "inactive", "unknown", "known / unknown", "inactive / unknown", ""];
    let mut table = Table::new(columns);
    for (smtp, address) in [("up", Some(run_smtp_server()?)), ("down", None)] {
        let address = address.map_or_else(crate::process::free_address, Ok)?;
        let server = binaries.product_verifying_first(&database, address).await?;
        let asker = Asker::prepare(&mut Connection::open(server.address).await?, smtp).await?;
        for question in &QUESTIONS {
            let [known, inactive, unknown] = sample(&server, &asker, question).await?;
            let (known_or_not, inactive_or_not) = (order(&known, &unknown), order(&inactive, &unknown));
            let cell = |times: Vec<f64>| format!("{:.3}", median(times));
            table.add([
                question.name.to_owned(),
                smtp.to_owned(),
                cell(known),
                cell(inactive),
                cell(unknown),
                format!("{known_or_not:.3}"),
                format!("{inactive_or_not:.3}"),
                if is_told(known_or_not) || is_told(inactive_or_not) { "MORE THAN CHANCE" } else { "chance" }
                    .to_owned(),
            ]);
        }
    }
    table.print();
    println!("  The last figures: how likely one sample is slower than one of an unknown address.");
    database.remove().await
}

/// Latencies in milliseconds, by what was asked about. The order within a round turns, so that each follows each other
/// equally often.
async fn sample(server: &Server, asker: &Asker, question: &Question) -> Outcome<[Vec<f64>; 3]> {
    let mut connection = Connection::open(server.address).await?;
    let mut times: [Vec<f64>; 3] = Default::default();
    for round in 0..SAMPLES + 20 {
        let all = asker.about(&question.about, round);
        for turn in 0..all.len() {
            let one = (round + turn) % all.len();
            let Some((about, times)) = all.get(one).zip(times.get_mut(one)) else { continue };
            let request = (question.request)(asker, about);
            let begun = Instant::now();
            let answer = connection.exchange_for(question.status, &request).await?;
            let took = begun.elapsed();
            if let Some(undo) = question.undo {
                let undo = undo(asker, answer)?;
                connection.exchange(&undo).await?;
            }
            // The first rounds warm up.
            if round >= 20 {
                times.push(millis(took));
            }
        }
    }
    Ok(times)
}

/// A mail server that takes everything, on a thread of its own, so that it does not delay who asks.
fn run_smtp_server() -> Outcome<SocketAddr> {
    let (tell, told) = mpsc::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || {
        runtime.block_on(async {
            let server = SmtpServer::start();
            if tell.send(server.address()).is_ok() {
                std::future::pending::<()>().await;
            }
        });
    });
    Ok(told.recv()?)
}
