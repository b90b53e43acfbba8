//! Servers that share a database are one.

use futures::future::{join, join_all};
use ironplate_tests::{Client, Database, Server, Setup, on_both_databases, on_postgres_only};
use serde_json::{Value, json};

on_postgres_only!(
    what_one_server_writes_the_other_reads,
    a_log_out_on_one_holds_on_the_other_at_once,
    a_new_password_on_one_ends_sessions_on_the_other_at_once,
    an_address_goes_to_one_of_many_on_two_servers,
);

on_both_databases!(an_address_goes_to_one_of_many, a_change_of_key_logs_nobody_out);

const RIVALS: usize = 16;

async fn two_servers(database: &Database) -> (Server, Server) {
    let setup = Setup::on(database);
    join(setup.start(), setup.start()).await
}

async fn what_one_server_writes_the_other_reads(database: Database) {
    let (here, there) = two_servers(&database).await;
    let ann = here.client().sign_up("ann@example.com").await;
    for n in 0..20 {
        let made = format!("organizations/{}", ann.add_organization(&format!("team-{n}")).await);
        let ann = ann.at(there.address());
        assert_eq!(ann.get(&made).await.ok()["name"], format!("team-{n}"));
    }
}

async fn a_log_out_on_one_holds_on_the_other_at_once(database: Database) {
    let (here, there) = two_servers(&database).await;
    let ann = here.client().sign_up("ann@example.com").await;
    for _ in 0..10 {
        let ann = ann.log_in("ann@example.com").await;
        let _me = ann.at(there.address()).get("users/me").await.ok();
        let _message = ann.post("logout", &Value::Null).await.ok();
        ann.at(there.address()).get("users/me").await.assert_refused(403, "invalid_token");
    }
}

async fn a_new_password_on_one_ends_sessions_on_the_other_at_once(database: Database) {
    let (here, there) = two_servers(&database).await;
    let ann = here.client().sign_up("ann@example.com").await;
    let elsewhere = there.client().log_in("ann@example.com").await;
    let change = json!({ "current_password": ironplate_tests::PASSWORD, "new_password": "another-fine-password-7" });
    let _message = ann.patch("users/me/password", &change).await.ok();
    elsewhere.get("users/me").await.assert_refused(403, "invalid_token");
    let _me = ann.at(there.address()).get("users/me").await.ok();
}

async fn an_address_goes_to_one_of_many_on_two_servers(database: Database) {
    let (here, there) = two_servers(&database).await;
    assert_one_of_many_signs_up(&[here.client(), there.client()]).await;
}

async fn an_address_goes_to_one_of_many(database: Database) {
    let server = Setup::on(&database).start().await;
    assert_one_of_many_signs_up(&[server.client()]).await;
}

async fn assert_one_of_many_signs_up(clients: &[Client]) {
    let spellings = ["ann@example.com", "Ann@example.com", "ANN@EXAMPLE.COM"];
    let rivals = clients.iter().cycle().zip(spellings.iter().cycle()).take(RIVALS);
    let answers = join_all(rivals.map(|(client, email)| client.ask_for_account(email))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1, "{won:?}");
    for answer in lost {
        answer.assert_refused(400, "email_taken");
    }
}

/// By the order in docs/SECURITY.md, one server after the other. Whoever logs in on either stays logged in on both, at every
/// step.
async fn a_change_of_key_logs_nobody_out(database: Database) {
    let (old, new) = ("OldKey-9rT2vXq7LmZw4Hd8Jc1Ny5Bf3Gk", "NewKey-5sVb8QpM3zXy6Rt1Wn9Lh2Kd7Fj");
    let with = |key: &str, previous: Option<&str>| {
        let setup = Setup::on(&database).with("SECRET_KEY", key);
        previous.map_or(setup.clone(), |previous| setup.with("PREVIOUS_SECRET_KEYS", previous))
    };
    let steps = [with(old, None), with(old, Some(new)), with(new, Some(old))];
    let (mut here, mut there) = (steps[0].start().await, steps[0].start().await);
    let mut known = vec![here.client().sign_up("ann@example.com").await];
    for setup in &steps[1..] {
        here.stop().await;
        here = setup.start().await;
        known.extend([here.client().log_in("ann@example.com").await, there.client().log_in("ann@example.com").await]);
        assert_known(&known, &[&here, &there]).await;
        there.stop().await;
        there = setup.start().await;
        known.extend([here.client().log_in("ann@example.com").await, there.client().log_in("ann@example.com").await]);
        assert_known(&known, &[&here, &there]).await;
    }
    // Tokens of the old key have run out by now; those of the new one go on.
    here.stop().await;
    here = with(new, None).start().await;
    let fresh = there.client().log_in("ann@example.com").await;
    assert_known(&[fresh], &[&here, &there]).await;
}

async fn assert_known(sessions: &[Client], servers: &[&Server]) {
    for (session, server) in sessions.iter().flat_map(|session| servers.iter().map(move |server| (session, server))) {
        let _me = session.at(server.address()).get("users/me").await.ok();
    }
}
