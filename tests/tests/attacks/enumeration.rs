//! Answers that would tell whether an address has an account. How long they take is measured in `bench/`.

use std::collections::BTreeMap;

use ironplate_tests::{Answer, Client, Database, Document, PASSWORD, Setup, SmtpServer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use super::world::{ANN, NOBODY, WRONG};

on_both_databases!(
    a_log_in_tells_nothing,
    a_sign_up_that_is_verified_first_tells_nothing,
    a_recovery_tells_nothing,
    another_mail_for_a_sign_up_tells_nothing,
    a_limit_tells_nothing,
    a_limit_tells_nothing_to_who_shares_the_owners_network,
    a_change_of_address_tells_nothing,
    an_organization_tells_nothing_to_strangers,
);

const INACTIVE: &str = "inactive@example.com";

/// All of an answer but for the name and the moment of the request.
fn told(answer: &Answer) -> (u16, BTreeMap<String, String>, String) {
    let unique = ["date", "x-request-id", "content-length"];
    let headers = answer.headers.iter().filter(|(name, _)| !unique.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let body = match answer.json() {
        Value::Object(mut body) => {
            body.shift_remove("request_id");
            Value::Object(body).to_string()
        }
        body => body.to_string(),
    };
    (answer.status, headers, body)
}

pub(super) fn assert_alike(answers: &[Answer]) {
    for answer in &answers[1..] {
        assert_eq!(told(answer), told(&answers[0]));
        // The name of a request has one length.
        assert_eq!(answer.header("content-length"), answers[0].header("content-length"));
    }
}

/// Ann's account, and one that was deactivated.
async fn accounts(setup: &Setup) {
    let server = setup.clone().with("IRONPLATE__REGISTRATION__MODE", "open").start().await;
    let _ann = server.client().sign_up(ANN).await;
    let inactive = server.client().sign_up(INACTIVE).await;
    let user = format!("users/{}", inactive.id().await);
    let _user = server.superuser().await.patch(&user, &json!({ "is_active": false })).await.ok();
    let _stopped = server.stop().await;
}

async fn a_log_in_tells_nothing(database: Database) {
    let setup = Setup::on(&database);
    accounts(&setup).await;
    let server = setup.start().await;
    let visitor = server.client();
    let (mut by_token, mut by_cookie) = (Vec::new(), Vec::new());
    for address in [ANN, INACTIVE, NOBODY, "ANN@EXAMPLE.COM", "no address at all"] {
        for password in [WRONG, "x"] {
            by_token.push(visitor.ask_for_token(address, password).await);
            by_cookie.push(visitor.ask_for_cookie(address, password).await);
        }
    }
    assert_alike(&by_token);
    assert_alike(&by_cookie);
    by_token[0].assert_refused(400, "incorrect_credentials");
    by_cookie[0].assert_refused(400, "incorrect_credentials");
}

async fn a_sign_up_that_is_verified_first_tells_nothing(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__REGISTRATION__MODE", "verify_first");
    accounts(&setup).await;
    let server = setup.start().await;
    let mut answers = Vec::new();
    for address in [ANN, "Ann@Example.com", INACTIVE, NOBODY] {
        answers.push(server.client().ask_for_account(address).await);
    }
    assert_eq!(answers[0].status, 202);
    assert_alike(&answers);
    // Neither does a bad password.
    let weak = |address: &str| json!({ "email": address, "password": "password" });
    let answers = [
        server.client().post("users/signup", &weak(ANN)).await,
        server.client().post("users/signup", &weak(NOBODY)).await,
    ];
    assert_alike(&answers);
}

async fn a_recovery_tells_nothing(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    accounts(&setup).await;
    let server = setup.start().await;
    let visitor = server.client();
    let mut answers = Vec::new();
    for address in [ANN, "ANN@example.com", INACTIVE, NOBODY, "no address at all"] {
        answers.push(visitor.ask_for_recovery(address).await);
        let path = format!("password-recovery/{address}");
        answers.push(Client::send(visitor.request(Method::POST, &path)).await.unwrap());
    }
    assert_eq!(answers[0].status, 200);
    assert_alike(&answers);
}

async fn another_mail_for_a_sign_up_tells_nothing(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__REGISTRATION__MODE", "verify_first");
    accounts(&setup).await;
    let server = setup.start().await;
    let mut answers = Vec::new();
    for round in 1..=3 {
        // One that waits for its link since the first round, one that has an account.
        answers.push(server.client().ask_for_account(NOBODY).await);
        answers.push(server.client().ask_for_account(ANN).await);
        // A link that a newer one replaced before it was mailed is not mailed.
        smtp.wait_for_mails_to(NOBODY, round).await;
    }
    assert_alike(&answers);
    // What is wrong with a link is not told either.
    let used = smtp.mails_to(NOBODY)[0].token();
    let links = [used.as_str(), "Z3Vlc3NlZC10b2tlbi1ndWVzc2VkLXRva2VuLWd1ZXM", "made up"];
    let mut answers = Vec::new();
    for link in links {
        let body = json!({ "token": link, "new_password": PASSWORD });
        answers.push(server.client().post("verify-email", &body).await);
    }
    answers[0].assert_refused(400, "invalid_token");
    assert_alike(&answers);
}

async fn a_limit_tells_nothing(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__REGISTRATION__MODE", "verify_first");
    accounts(&setup).await;
    let setup = setup.behind_proxy().with_limit("log_in_per_account", "3 per day");
    let server = setup.with_limit("mail_per_recipient", "3 per day").start().await;
    for attempt in ["log in", "sign up", "recover"] {
        let mut rounds = [Vec::new(), Vec::new(), Vec::new()];
        for (who, address) in [ANN, INACTIVE, NOBODY].into_iter().enumerate() {
            // The attacker knows the account's limit, not its owner's place.
            let visitor = server.client().at_address("203.0.113.1");
            for _ in 0..5 {
                let answer = match attempt {
                    "log in" => visitor.ask_for_token(address, WRONG).await,
                    "sign up" => visitor.ask_for_account(address).await,
                    _ => visitor.ask_for_recovery(address).await,
                };
                rounds[who].push((
                    answer.status,
                    answer.json()["code"].clone(),
                    answer.header("ratelimit-limit").map(str::to_owned),
                ));
            }
        }
        assert_eq!(rounds[0], rounds[2], "{attempt}: known and unknown");
        assert_eq!(rounds[1], rounds[2], "{attempt}: inactive and unknown");
        assert_eq!(rounds[0][4].0, 429, "{attempt}");
    }
}

async fn a_limit_tells_nothing_to_who_shares_the_owners_network(database: Database) {
    let setup = Setup::on(&database).behind_proxy().with_limit("log_in_per_account", "5 per day");
    let server = setup.with_limit("log_in_per_known_client", "2 per day").start().await;
    let (shared, elsewhere) = (server.client().at_address("198.51.100.7"), server.client().at_address("203.0.113.9"));
    let _owner = shared.sign_up(ANN).await;
    let mut told = BTreeMap::new();
    for address in [ANN, NOBODY] {
        for attempt in 0..12 {
            let client = if [0, 1, 6, 7, 8, 9].contains(&attempt) { &shared } else { &elsewhere };
            let answer = client.ask_for_token(address, WRONG).await;
            told.entry(address).or_insert_with(Vec::new).push((answer.status, answer.json()["code"].clone()));
        }
    }
    assert_eq!(told[ANN], told[NOBODY]);
    assert_eq!(told[ANN].iter().filter(|(status, _)| *status == 400).count(), 5);
}

async fn a_change_of_address_tells_nothing(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__REGISTRATION__MODE", "verify_first");
    accounts(&setup).await;
    let server = setup.start().await;
    let me = server.superuser().await;
    let mut seen = Vec::new();
    for address in [ANN, NOBODY] {
        let before = me.get("users/me/export").await.ok()["messages"].as_array().unwrap().len();
        let answer = me.patch("users/me", &json!({ "email": address })).await;
        smtp.wait_for_mail_to(address).await;
        let export = me.get("users/me/export").await.ok();
        let links = export["links"].as_array().unwrap();
        assert_eq!((links.len(), &links[0]["email"]), (1, &json!(address)));
        let messages = export["messages"].as_array().unwrap().len() - before;
        seen.push((answer.status, answer.json(), links[0]["purpose"].clone(), messages));
    }
    assert_eq!(seen[0], seen[1]);
}

/// Whether it exists, existed once, never did, or threw them out; with each operation on one, and on what one has.
async fn an_organization_tells_nothing_to_strangers(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up("bob@example.com").await);
    let own = bob.add_organization("own").await;
    let (existing, former, deleted) = (
        ann.add_organization("existing").await,
        ann.add_organization("former").await,
        ann.add_organization("deleted").await,
    );
    database.join(&former, &bob.id().await, "admin").await;
    let _message = ann.delete(&format!("organizations/{former}/members/{}", bob.id().await)).await.ok();
    let _message = ann.delete(&format!("organizations/{deleted}?name=deleted")).await.ok();
    let nothing = "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11".to_owned();
    let of_which = [existing, former, deleted, nothing];

    let ann_id = ann.id().await;
    let operations = Document::of(&bob).await.operations();
    let on_one = operations.iter().filter(|it| it.path.contains("{organization_id}"));
    let mut asked = 0;
    for operation in on_one {
        let mut answers = Vec::new();
        for organization in &of_which {
            let path = operation.path.replace("{organization_id}", organization);
            let path = path.replace("{user_id}", &ann_id).replace("{invitation_id}", &own);
            // Enough for each of the operations.
            let body = json!({ "name": "Mine", "role": "viewer", "user_id": ann_id, "organization_id": own,
                "emails": [NOBODY] });
            let request = bob.request(operation.method.parse().unwrap(), &path).query(&[("name", "existing")]);
            let request = if operation.takes.is_some() { request.json(&body) } else { request };
            answers.push(Client::send(request).await.unwrap());
        }
        assert_eq!(answers[0].status, 404, "{:?}", answers[0]);
        assert_alike(&answers);
        asked += 1;
    }
    assert!(asked >= 12, "the document has such operations: {asked}");
}
