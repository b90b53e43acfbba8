//! `ironplate import`: what other systems have comes in once, however often it is tried, and what can't come in is told.

mod csv;
mod template;

use ironplate_tests::{Finished, Setup};
use serde_json::Value;

/// Of everybody's password, as the template made them until January 2026, but cheaper.
const BCRYPT: &str = "$2b$04$rLlCAzzTv73MA7v9kCwmaO57bhZbDMsjt0.Zu424OOSTD.xJbHPiC";

const ANN: &str = "ann@example.com";

/// The command in JSON, with what it said.
async fn run(setup: &Setup, arguments: &[&str]) -> (Value, Finished) {
    let finished = setup.run(&[&["import"], arguments, &["--format", "json"]].concat()).await;
    (serde_json::from_str(&finished.stdout).unwrap_or_else(|error| panic!("{error}: {finished:?}")), finished)
}

/// The command, which leaves nothing out.
async fn done(setup: &Setup, arguments: &[&str]) -> Value {
    let (report, finished) = run(setup, arguments).await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(report["complete"], true, "{report}");
    report
}

/// How many rows were imported, were here already, were refused and were held back.
fn counts(report: &Value, sort: &str) -> [u64; 4] {
    ["imported", "already_here", "refused", "held_back"].map(|count| report[sort][count].as_u64().expect("a number"))
}

/// Which row, and the code of what is wrong with it.
fn faults(report: &Value) -> Vec<(Value, String)> {
    let faults = report["faults"].as_array().expect("faults").iter();
    faults.map(|fault| (fault["id"].clone(), fault["code"].as_str().expect("a code").to_owned())).collect()
}

/// Everybody who has an account, by address.
async fn users(setup: &Setup) -> Vec<Value> {
    let listed = setup.run(&["user", "list", "--limit", "10000", "--format", "json"]).await;
    let mut users: Vec<Value> = serde_json::from_str(&listed.stdout).expect("JSON");
    users.sort_by_key(|user| user["email"].to_string());
    users
}

/// How many events of this kind there are.
async fn events(setup: &Setup, kind: &str) -> usize {
    let exported = setup.run(&["audit", "export", "--kind", kind]).await;
    exported.stdout.lines().count()
}
