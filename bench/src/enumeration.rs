//! Can the time of an answer tell whether an address has an account? Recovery is asked for, in turn, for an address that
//! has one, one that has an inactive one, and one that nobody has.

use std::{net::SocketAddr, sync::mpsc, thread, time::Instant};

use ironplate_tests::SmtpServer;
use serde::Deserialize;

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

const WHO: [(&str, &str); 3] =
    [("known", "known@example.com"), ("inactive", "inactive@example.com"), ("unknown", "nobody@example.com")];

/// With 200 samples each, chance alone leaves this figure between 0.443 and 0.557 in 95 of 100 comparisons.
const CHANCE: f64 = 0.057;

pub(crate) async fn measure(name: &str, database: Database, binaries: &Binaries) -> Outcome<()> {
    println!("\n{name}: milliseconds to the answer of POST /password-recovery/{{email}}, median of {SAMPLES} each");
    let mut table = Table::new(["SMTP", "known", "inactive", "unknown", "known / unknown", "inactive / unknown", ""]);
    for (smtp, address) in [("up", Some(run_smtp_server()?)), ("down", None)] {
        let address = address.map_or_else(crate::process::free_address, Ok)?;
        let server = binaries.ironplate_with_smtp(&database, address).await?;
        let [known, inactive, unknown] = sample(&server).await?;
        let (known_or_not, inactive_or_not) = (order(&known, &unknown), order(&inactive, &unknown));
        let told = [known_or_not, inactive_or_not].iter().any(|order| (order - 0.5).abs() > CHANCE);
        let cell = |times: Vec<f64>| format!("{:.3}", median(times));
        table.add([
            smtp.to_owned(),
            cell(known),
            cell(inactive),
            cell(unknown),
            format!("{known_or_not:.3}"),
            format!("{inactive_or_not:.3}"),
            if told { "MORE THAN CHANCE" } else { "chance" }.to_owned(),
        ]);
    }
    table.print();
    println!("  The fourth and fifth figure: how likely one sample is slower than one of an unknown address.");
    database.remove().await
}

/// Latencies in milliseconds, by who was asked about. The order within a round turns, so that everybody follows
/// everybody else equally often.
async fn sample(server: &Server) -> Outcome<[Vec<f64>; 3]> {
    let mut connection = Connection::open(server.address).await?;
    prepare(&mut connection).await?;
    let mut times: [Vec<f64>; 3] = Default::default();
    for round in 0..SAMPLES + 20 {
        for turn in 0..WHO.len() {
            let who = (round + turn) % WHO.len();
            let Some(((_, email), times)) = WHO.get(who).zip(times.get_mut(who)) else { continue };
            let request = requests::recover(email);
            let begun = Instant::now();
            connection.exchange(&request).await?;
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
    for (who, email) in WHO.into_iter().take(2) {
        let Ok(user) = connection.exchange_json::<User>(&requests::sign_up(email)).await else { continue };
        if who == "inactive" {
            connection.exchange(&requests::deactivate(&user.id, &token.access_token)).await?;
        }
    }
    Ok(())
}

/// The probability that a sample of the first is greater than one of the second: Mann and Whitney's U over its maximum.
fn order(first: &[f64], second: &[f64]) -> f64 {
    let pairs = first.iter().flat_map(|one| second.iter().map(move |other| one.total_cmp(other)));
    let (mut greater, mut all) = (0.0, 0.0);
    for pair in pairs {
        all += 1.0;
        greater += match pair {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        };
    }
    greater / all
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_always_slower_is_told_and_what_is_alike_is_not() {
        let near = |order: f64, expected: f64| (order - expected).abs() < 1e-9;
        assert!(near(order(&[2.0, 3.0], &[0.0, 1.0]), 1.0));
        assert!(near(order(&[1.0, 2.0], &[1.0, 2.0]), 0.5));
        assert!(near(order(&[0.0], &[1.0]), 0.0));
    }
}
