//! Whoever has the password does not get in without what its owner has, and whoever has a session does not take it away.

use futures::future::{join, join_all};
use ironplate_tests::{
    Answer, Authenticator, Client, Database, NEW_PASSWORD, PASSWORD, ReceivedMail, Secrets, Server, Setup, SmtpServer,
    challenge_of, latin, on_both_databases, on_postgres_only, until,
};
use serde_json::{Value, json};

use super::world::{ANN, BOB, WRONG};

on_both_databases!(
    a_password_alone_opens_nothing,
    nothing_tells_of_a_second_factor_before_the_password,
    a_reset_by_mail_still_asks_for_the_code,
    a_password_set_by_an_administrator_still_asks,
    other_sessions_end_with_the_first_factor,
    a_stolen_session_changes_nothing_without_proof,
    a_stolen_session_adds_no_first_factor_without_the_password,
    a_password_is_no_proof_where_a_code_must_be,
    a_challenge_is_of_no_use_to_another_client,
    a_challenge_is_no_other_credential,
    codes_are_guessed_by_many_addresses_no_more_than_by_one,
    a_known_place_gets_in_while_others_guess,
    a_challenge_and_a_code_work_once,
    a_recovery_code_works_once,
    a_superuser_resets_those_of_others_and_ends_their_sessions,
    nothing_that_is_stored_or_logged_passes_for_a_factor,
);

on_postgres_only!(a_code_works_once_on_two_servers);

/// Ann, logged in, and her app.
async fn ann_with_app(database: &Database, visitor: &Client) -> (Client, Authenticator) {
    let ann = visitor.sign_up(ANN).await;
    database.prove_addresses().await;
    let app = ann.add_app("phone").await;
    (ann, app)
}

async fn begin(visitor: &Client) -> String {
    challenge_of(&visitor.ask_for_token(ANN, PASSWORD).await)
}

/// The newest mail to Ann with this in it.
async fn mail_with(smtp: &SmtpServer, what: &str) -> ReceivedMail {
    until("a mail comes", async || smtp.mails_to(ANN).into_iter().rfind(|mail| mail.source.contains(what))).await
}

fn assert_no_credential(answer: &Answer) {
    assert_eq!(answer.header("set-cookie"), None, "{answer:?}");
    assert!(answer.json().get("access_token").is_none(), "{answer:?}");
}

async fn a_password_alone_opens_nothing(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let (ann, mut app) = ann_with_app(&database, &visitor).await;
    let before = ann.sessions().await.len();
    for answer in [visitor.ask_for_token(ANN, PASSWORD).await, visitor.ask_for_cookie(ANN, PASSWORD).await] {
        let challenge = challenge_of(&answer);
        assert_no_credential(&answer);
        assert_eq!(answer.json()["methods"], json!(["authenticator_app", "recovery_code"]), "{answer:?}");
        let wrong = visitor.ask_to_prove(&challenge, "made up").await;
        wrong.assert_refused(400, "incorrect_code");
        assert_no_credential(&wrong);
    }
    assert_eq!(ann.sessions().await.len(), before);
    let proved = visitor.ask_to_prove(&begin(&visitor).await, &app.code().await).await.ok();
    let _me = visitor.with_token(proved["access_token"].as_str().unwrap()).get("users/me").await.ok();
}

async fn nothing_tells_of_a_second_factor_before_the_password(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let (_ann, _app) = ann_with_app(&database, &visitor).await;
    let _bob = visitor.sign_up(BOB).await;
    let told = |answer: Answer| {
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        (answer.status, body)
    };
    let with = told(visitor.ask_for_token(ANN, WRONG).await);
    assert_eq!(with, told(visitor.ask_for_token(BOB, WRONG).await));
    let with = told(visitor.ask_for_cookie(ANN, WRONG).await);
    assert_eq!(with, told(visitor.ask_for_cookie(BOB, WRONG).await));
    let with = told(visitor.ask_for_recovery(ANN).await);
    assert_eq!(with, told(visitor.ask_for_recovery(BOB).await));
}

async fn a_reset_by_mail_still_asks_for_the_code(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    let visitor = server.client();
    let (ann, mut app) = ann_with_app(&database, &visitor).await;
    let _verified = ann.verify_email(&mail_with(&smtp, "/verify-email?token=").await.token()).await.ok();
    let _message = visitor.ask_for_recovery(ANN).await.ok();
    let mail = mail_with(&smtp, "/reset-password?token=").await;
    let answer = visitor.reset_password(&mail.token(), NEW_PASSWORD).await;
    let _message = answer.ok();
    assert_no_credential(&answer);
    let challenge = challenge_of(&visitor.ask_for_token(ANN, NEW_PASSWORD).await);
    let _tokens = visitor.ask_to_prove(&challenge, &app.code().await).await.ok();
}

async fn a_password_set_by_an_administrator_still_asks(database: Database) {
    let server = Setup::on(&database).start().await;
    let (visitor, root) = (server.client(), server.superuser().await);
    let (ann, _app) = ann_with_app(&database, &visitor).await;
    let before = begin(&visitor).await;
    let change = json!({ "password": NEW_PASSWORD });
    let _user = root.patch(&format!("users/{}", ann.id().await), &change).await.ok();
    visitor.ask_to_prove(&before, "made up").await.assert_refused(400, "invalid_challenge");
    let _challenge = challenge_of(&visitor.ask_for_token(ANN, NEW_PASSWORD).await);
}

async fn other_sessions_end_with_the_first_factor(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let ann = visitor.sign_up(ANN).await;
    let (tokens, browser) = (visitor.open_session(ANN).await, visitor.browse(ANN).await);
    database.prove_addresses().await;
    let _app = ann.add_app("phone").await;
    visitor.with_token(&tokens.access).assert_logged_out().await;
    visitor.ask_for_refresh(&tokens.refresh).await.assert_refused(403, "invalid_refresh_token");
    browser.assert_logged_out().await;
    let _me = ann.get("users/me").await.ok();
}

/// Somebody at a computer that was left alone.
async fn a_stolen_session_changes_nothing_without_proof(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up(ANN).await;
    database.prove_addresses().await;
    let app = ann.add_app("phone").await;
    let (waiting, thief) = (ann.begin_app("tablet").await, ann.clone());
    database.age_proofs().await;
    let before = ann.get("users/me/second-factors").await.ok();
    let apps = "users/me/authenticator-apps/";
    let one = format!("{apps}{}", app.id);
    for refused in [
        thief.post(apps, &json!({ "name": "mine" })).await,
        thief.ask_to_confirm_app(&waiting, "123456").await,
        thief.patch(&one, &json!({ "name": "mine" })).await,
        thief.delete(&one).await,
        thief.post("users/me/recovery-codes", &Value::Null).await,
    ] {
        refused.assert_refused(403, "recent_authentication_required");
    }
    assert_eq!(ann.get("users/me/second-factors").await.ok(), before);
}

/// Not even in the minute of its log-in, nor by trying passwords.
async fn a_stolen_session_adds_no_first_factor_without_the_password(database: Database) {
    let limit = "IRONPLATE__LIMITS__PASSWORD_CHANGE_PER_ACCOUNT";
    let one = Setup::on(&database).with(limit, "4 per hour").start().await;
    let other = Setup::on(&database).with(limit, "4 per hour").start().await;
    let ann = one.client().sign_up(ANN).await;
    let thief = other.client().with_token(ann.token().expect("a token"));
    let apps = "users/me/authenticator-apps/";
    for refused in [
        thief.post(apps, &json!({ "name": "mine" })).await,
        thief.post(apps, &json!({ "name": "mine", "password": null })).await,
    ] {
        refused.assert_refused(400, "password_required");
    }
    let guess = json!({ "name": "mine", "password": "correct horse" });
    for _ in 0..4 {
        thief.post(apps, &guess).await.assert_refused(400, "incorrect_password");
    }
    thief.post(apps, &json!({ "name": "mine", "password": PASSWORD })).await.assert_refused(429, "too_many_attempts");
    let own = ann.get("users/me/second-factors").await.ok();
    assert_eq!(own["authenticator_apps"], json!([]));
}

async fn a_password_is_no_proof_where_a_code_must_be(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let ann = visitor.sign_up(ANN).await;
    let _message = ann.ask_to_confirm(&json!({ "password": PASSWORD })).await.ok();
    database.prove_addresses().await;
    let app = ann.add_app("phone").await;
    ann.ask_to_confirm(&json!({ "password": PASSWORD })).await.assert_refused(400, "second_factor_needed");
    ann.ask_to_confirm(&json!({ "password": WRONG })).await.assert_refused(400, "incorrect_password");
    ann.ask_to_confirm(&json!({ "code": app.last_code() })).await.assert_refused(400, "incorrect_code");
    let _message = ann.ask_to_confirm(&json!({ "code": app.recovery_codes[0] })).await.ok();
}

async fn a_challenge_is_of_no_use_to_another_client(database: Database) {
    let server = Setup::on(&database).behind_proxy().start().await;
    let home = server.client().at_address("192.0.2.7");
    let (_ann, mut app) = ann_with_app(&database, &home).await;
    let (challenge, code) = (begin(&home).await, app.code().await);
    for elsewhere in [home.at_address("203.0.113.66"), home.with_header("user-agent", "another program")] {
        elsewhere.ask_to_prove(&challenge, &code).await.assert_refused(400, "invalid_challenge");
    }
    let _tokens = home.ask_to_prove(&challenge, &code).await.ok();
}

async fn a_challenge_is_no_other_credential(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let (_ann, _app) = ann_with_app(&database, &visitor).await;
    let challenge = begin(&visitor).await;
    visitor.with_token(&challenge).get("users/me").await.assert_refused(403, "invalid_token");
    visitor.ask_for_refresh(&challenge).await.assert_refused(403, "invalid_refresh_token");
    visitor.with_cookie(&format!("session={challenge}")).get("users/me").await.assert_refused(401, "not_authenticated");
    visitor.reset_password(&challenge, NEW_PASSWORD).await.assert_refused(400, "invalid_token");
    visitor.verify_email(&challenge).await.assert_refused(400, "invalid_token");
    let tokens = visitor.sign_up(BOB).await;
    let made_up = tokens.token().unwrap();
    visitor.ask_to_prove(made_up, "123456").await.assert_refused(400, "invalid_challenge");
}

/// Ten an hour, whoever shows them and from wherever.
async fn codes_are_guessed_by_many_addresses_no_more_than_by_one(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp).behind_proxy();
    let server = setup.with_limit("second_factor_per_account", "10 per hour").start().await;
    let (_ann, _app) = ann_with_app(&database, &server.client().at_address("192.0.2.7")).await;
    let mut wrong = 0;
    for n in 1..=30 {
        let attacker = server.client().at_address(&format!("203.0.{n}.1"));
        let answer = attacker.ask_to_prove(&begin(&attacker).await, "made up").await;
        match answer.status {
            400 => wrong += 1,
            _ => answer.assert_refused(429, "too_many_attempts"),
        }
    }
    assert_eq!(wrong, 10);
    let _told = mail_with(&smtp, "Wrong codes for").await;
}

async fn a_known_place_gets_in_while_others_guess(database: Database) {
    let setup = Setup::on(&database).behind_proxy().with_limit("second_factor_per_account", "1 per day");
    let server = setup.start().await;
    let home = server.client().at_address("192.0.2.7");
    let (_ann, mut app) = ann_with_app(&database, &home).await;
    let attacker = server.client().at_address("203.0.113.66");
    let challenge = begin(&attacker).await;
    attacker.ask_to_prove(&challenge, "made up").await.assert_refused(400, "incorrect_code");
    attacker.ask_to_prove(&challenge, "made up").await.assert_refused(429, "too_many_attempts");
    let _tokens = home.ask_to_prove(&begin(&home).await, &app.code().await).await.ok();
}

async fn prove_at_once(database: &Database, servers: &[&Server]) {
    let visitor = servers[0].client();
    let (ann, mut app) = ann_with_app(database, &visitor).await;
    let before = ann.sessions().await.len();
    let (one, code) = (begin(&visitor).await, app.code().await);
    let clients: Vec<_> = servers.iter().map(|server| server.client()).collect();
    let several = join_all((0..4).map(|_| begin(&visitor))).await;
    // Of one challenge four, of others one each: all with one code.
    let challenges = several.iter().chain([&one; 4]);
    let answers =
        challenges.zip(clients.iter().cycle()).map(|(challenge, client)| client.ask_to_prove(challenge, &code));
    let inside = join_all(answers).await.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((inside, ann.sessions().await.len()), (1, before + 1));
}

async fn a_challenge_and_a_code_work_once(database: Database) {
    let server = Setup::on(&database).start().await;
    prove_at_once(&database, &[&server]).await;
}

async fn a_code_works_once_on_two_servers(database: Database) {
    let setup = Setup::on(&database);
    let (here, there) = join(setup.start(), setup.start()).await;
    prove_at_once(&database, &[&here, &there]).await;
}

async fn a_recovery_code_works_once(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let (ann, app) = ann_with_app(&database, &visitor).await;
    let challenges = join_all((0..8).map(|_| begin(&visitor))).await;
    let code = &app.recovery_codes[0];
    let answers = join_all(challenges.iter().map(|challenge| visitor.ask_to_prove(challenge, code))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
    let made = ann.post("users/me/recovery-codes", &Value::Null).await.ok();
    let former = visitor.ask_to_prove(&begin(&visitor).await, &app.recovery_codes[1]).await;
    former.assert_refused(400, "incorrect_code");
    let new = made["recovery_codes"][0].as_str().unwrap();
    let _tokens = visitor.ask_to_prove(&begin(&visitor).await, new).await.ok();
}

async fn a_superuser_resets_those_of_others_and_ends_their_sessions(database: Database) {
    let server = Setup::on(&database).start().await;
    let (visitor, root) = (server.client(), server.superuser().await);
    let (ann, app) = ann_with_app(&database, &visitor).await;
    let challenge = begin(&visitor).await;
    let path = format!("users/{}/second-factors", ann.id().await);
    let bob = visitor.sign_up(BOB).await;
    bob.delete(&path).await.assert_refused(403, "not_enough_privileges");
    let _message = root.delete(&path).await.ok();
    ann.assert_logged_out().await;
    let code = &app.recovery_codes[0];
    visitor.ask_to_prove(&challenge, code).await.assert_refused(400, "invalid_challenge");
    let _tokens = visitor.ask_for_token(ANN, PASSWORD).await.ok();
    let own = format!("users/{}/second-factors", root.id().await);
    root.delete(&own).await.assert_refused(403, "superuser_resets_self");
}

async fn nothing_that_is_stored_or_logged_passes_for_a_factor(database: Database) {
    let setup = Setup::on(&database).with("RUST_LOG", "trace");
    let server = setup.start().await;
    let visitor = server.client();
    let (ann, mut app) = ann_with_app(&database, &visitor).await;
    let (challenge, code) = (begin(&visitor).await, app.code().await);
    let _tokens = visitor.ask_to_prove(&challenge, &code).await.ok();
    let again = begin(&visitor).await;
    let _tokens = visitor.ask_to_prove(&again, &app.recovery_codes[0]).await.ok();
    let exported = ann.get("users/me/export").await.text;
    let mut secrets = Secrets::default();
    secrets.add("the secret of an app", app.text.as_bytes());
    secrets.add("the secret of an app, decoded", &app.secret());
    for challenge in [&challenge, &again] {
        secrets.add_token("a challenge", challenge);
    }
    for code in &app.recovery_codes {
        secrets.add("a recovery code", code.as_bytes());
        secrets.add("a recovery code without hyphens", code.replace('-', "").as_bytes());
    }
    let dump = database.dump().await;
    let log = server.stop().await;
    assert!(latin(&dump).contains(ANN) && log.stderr.contains("session.log_in"), "dump and log are there");
    secrets.assert_absent("the database", &dump);
    secrets.assert_absent("the export", exported.as_bytes());
    secrets.assert_absent("the log", log.output().as_bytes());
}
