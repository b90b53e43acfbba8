//! Can the time of an answer tell whether an address has an account? Each question is asked, in turn, about an address that
//! has one, one that has an inactive one, and one that nobody has.

mod order;
mod questions;

use std::{net::SocketAddr, sync::mpsc, thread, time::Instant};

use ironplate_tests::SmtpServer;
use serde::Deserialize;

use self::{
    order::{is_told, order},
    questions::{QUESTIONS, Question, Unknown},
};
use crate::{
    Outcome,
    database::Database,
    figures::{median, millis},
    http::Connection,
    process::Server,
    requests,
    subject::Binaries,
    table::Table,
};

pub(crate) const COMMAND: &str = "enumeration";

const SAMPLES: usize = 200;

const WHO: [&str; 3] = ["known@example.com", "inactive@example.com", "nobody@example.com"];

pub(crate) async fn measure(name: &str, database: Database, binaries: &Binaries) -> Outcome<()> {
    println!("\n{name}: milliseconds to the answer, median of {SAMPLES} each");
    let columns = ["asked", "SMTP", "known", "inactive", "unknown", "known / unknown", "inactive / unknown", ""];
    let mut table = Table::new(columns);
    for (smtp, address) in [("up", Some(run_smtp_server()?)), ("down", None)] {
        let address = address.map_or_else(crate::process::free_address, Ok)?;
        let server = binaries.ironplate_verifying_first(&database, address).await?;
        prepare(&mut Connection::open(server.address).await?).await?;
        for question in &QUESTIONS {
            let [known, inactive, unknown] = sample(&server, question).await?;
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

/// Latencies in milliseconds, by who was asked about. The order within a round turns, so that everybody follows
/// everybody else equally often.
async fn sample(server: &Server, question: &Question) -> Outcome<[Vec<f64>; 3]> {
    let mut connection = Connection::open(server.address).await?;
    let mut times: [Vec<f64>; 3] = Default::default();
    for round in 0..SAMPLES + 20 {
        for turn in 0..WHO.len() {
            let who = (round + turn) % WHO.len();
            let Some((email, times)) = WHO.get(who).zip(times.get_mut(who)) else { continue };
            let request = match question.unknown {
                Unknown::NewEachRound if email.starts_with("nobody") => {
                    (question.request)(&format!("nobody{round}@example.com"))
                }
                _ => (question.request)(email),
            };
            let begun = Instant::now();
            connection.exchange_for(question.status, &request).await?;
            // The first rounds warm up.
            if round >= 20 {
                times.push(millis(begun.elapsed()));
            }
        }
    }
    Ok(times)
}

#[derive(Deserialize)]
struct User {
    id: String,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

/// Makes the two accounts, unless an earlier run did, and deactivates one.
async fn prepare(connection: &mut Connection) -> Outcome<()> {
    let token: Token = connection.exchange_json(&requests::log_in(Binaries::SUPERUSER)).await?;
    for email in WHO.into_iter().take(2) {
        let made = connection.exchange_json::<User>(&requests::make_user(email, &token.access_token)).await;
        let Ok(user) = made else { continue };
        if email.starts_with("inactive") {
            connection.exchange(&requests::deactivate(&user.id, &token.access_token)).await?;
        }
    }
    Ok(())
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
