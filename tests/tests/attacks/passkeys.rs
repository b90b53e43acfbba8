//! What a passkey signed is good once, for what it was asked for, and for whom.

use futures::future::{join, join_all};
use ironplate_tests::{
    Answer, BACKED_UP, Client, Database, MAY_BE_BACKED_UP, NEW_PASSWORD, PASSWORD, Passkey, Secrets, Server, Setup,
    SmtpServer, USER_PRESENT, challenge_of, latin, on_both_databases, on_postgres_only, until,
};
use serde_json::{Value, json};

use super::world::{ANN, BOB, NOBODY, WRONG};

on_both_databases!(
    a_passkey_alone_opens_a_session_and_a_password_asks_for_it,
    an_answer_works_once,
    an_answer_is_of_no_use_for_another_purpose,
    an_answer_is_of_no_use_to_another_client_or_kind_of_session,
    whoever_prepares_an_account_adds_nothing_before_its_address_is_proved,
    a_passkey_opens_its_own_account_alone,
    what_a_browser_elsewhere_asked_for_proves_nothing,
    without_seeing_its_user_a_passkey_alone_opens_nothing,
    a_copy_that_falls_behind_is_refused_and_told,
    a_page_of_another_site_gets_no_cookie,
    nobody_touches_passkeys_of_others,
    a_stolen_session_adds_and_removes_nothing_without_proof,
    a_passkey_is_added_to_the_session_that_asked_for_it,
    nonsense_is_told_by_the_name_of_its_field,
    nothing_that_is_stored_or_told_opens_an_account,
);

on_postgres_only!(an_answer_works_once_on_two_servers);

const ORIGIN: &str = "https://app.example.com";

fn with_passkeys(database: &Database) -> Setup {
    Setup::on(database).with("FRONTEND_HOST", ORIGIN)
}

/// Ann, logged in, and her passkey.
async fn ann_with_passkey(database: &Database, visitor: &Client) -> (Client, Passkey) {
    let ann = visitor.sign_up(ANN).await;
    database.prove_addresses().await;
    let (passkey, _) = ann.add_passkey(ORIGIN).await;
    (ann, passkey)
}

/// Another one of the same key.
fn changed(passkey: &Passkey, change: impl FnOnce(&mut Passkey)) -> Passkey {
    let mut changed = passkey.clone();
    change(&mut changed);
    changed
}

async fn ask(visitor: &Client) -> (String, Value) {
    let answer = visitor.ask_for_token(ANN, PASSWORD).await;
    (challenge_of(&answer), answer.json()["passkey"].clone())
}

async fn log_in_by(visitor: &Client, passkey: &Passkey) -> Answer {
    visitor.ask_for_token_by(&passkey.sign(&visitor.begin_passkey_log_in().await)).await
}

async fn a_passkey_alone_opens_a_session_and_a_password_asks_for_it(database: Database) {
    let server = with_passkeys(&database).start().await;
    let visitor = server.client();
    let ann = visitor.sign_up(ANN).await;
    database.prove_addresses().await;
    let (passkey, added) = ann.add_passkey(ORIGIN).await;
    assert_eq!(added["recovery_codes"].as_array().map(Vec::len), Some(10), "{added}");
    let tokens = log_in_by(&visitor, &passkey).await.ok();
    let me = visitor.with_token(tokens["access_token"].as_str().unwrap()).get("users/me").await.ok();
    assert_eq!(me["email"], ANN);
    let (challenge, options) = ask(&visitor).await;
    assert_eq!((&options["challenge"], &options["rpId"]), (&json!(challenge), &json!("app.example.com")));
    assert_eq!(options["allowCredentials"][0]["id"], passkey.text_id());
    let _tokens = visitor.ask_to_prove_by(&challenge, &passkey.sign(&options)).await.ok();
    let own = ann.get("users/me/second-factors").await.ok();
    assert!(own["passkeys"][0]["last_used_at"].is_string(), "{own}");
}

async fn show_at_once(database: &Database, servers: &[&Server]) {
    let visitor = servers[0].client();
    let (ann, passkey) = ann_with_passkey(database, &visitor).await;
    let before = ann.sessions().await.len();
    let assertion = passkey.sign(&visitor.begin_passkey_log_in().await);
    let clients: Vec<_> = servers.iter().map(|server| server.client()).collect();
    let answers = join_all((0..16).zip(clients.iter().cycle()).map(|(_, client)| client.ask_for_token_by(&assertion)));
    let answers = answers.await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
    assert_eq!(ann.sessions().await.len(), before + 1);
    visitor.ask_for_token_by(&assertion).await.assert_refused(400, "invalid_challenge");
}

async fn an_answer_works_once(database: Database) {
    let server = with_passkeys(&database).start().await;
    show_at_once(&database, &[&server]).await;
}

async fn an_answer_works_once_on_two_servers(database: Database) {
    let setup = with_passkeys(&database);
    let (here, there) = join(setup.start(), setup.start()).await;
    show_at_once(&database, &[&here, &there]).await;
}

/// Of four, each for one thing.
async fn an_answer_is_of_no_use_for_another_purpose(database: Database) {
    let server = with_passkeys(&database).start().await;
    let visitor = server.client();
    let (ann, mut passkey) = ann_with_passkey(&database, &visitor).await;
    let party = |challenge: &Value| json!({ "challenge": challenge, "rpId": "app.example.com" });
    let creation = ann.begin_passkey().await;
    let log_in = visitor.begin_passkey_log_in().await;
    let confirmation = ann.begin_confirmation().await;
    let (waits, second) = ask(&visitor).await;
    for options in [&party(&creation["challenge"]), &confirmation, &second] {
        visitor.ask_for_token_by(&passkey.sign(options)).await.assert_refused(400, "invalid_challenge");
    }
    for options in [&party(&creation["challenge"]), &log_in, &second] {
        let proof = json!({ "assertion": passkey.sign(options) });
        ann.ask_to_confirm(&proof).await.assert_refused(400, "invalid_challenge");
    }
    for options in [&party(&creation["challenge"]), &log_in, &confirmation] {
        let assertion = passkey.sign(options);
        visitor.ask_to_prove_by(&waits, &assertion).await.assert_refused(400, "incorrect_passkey");
        let challenge = options["challenge"].as_str().unwrap();
        visitor.ask_to_prove_by(challenge, &assertion).await.assert_refused(400, "invalid_challenge");
    }
    for options in [&log_in, &confirmation, &second] {
        let asked = json!({ "challenge": options["challenge"], "rp": creation["rp"], "user": creation["user"] });
        let made = Passkey::at(ORIGIN).register(&asked);
        ann.ask_to_add_passkey("mine", &made).await.assert_refused(400, "invalid_challenge");
    }
    // What was signed for a registration is no assertion, and the other way about.
    passkey.kind = Some("webauthn.create".to_owned());
    let confused = passkey.sign(&visitor.begin_passkey_log_in().await);
    visitor.ask_for_token_by(&confused).await.assert_refused(400, "incorrect_passkey");
}

async fn an_answer_is_of_no_use_to_another_client_or_kind_of_session(database: Database) {
    let server = with_passkeys(&database).behind_proxy().start().await;
    let home = server.client().at_address("192.0.2.7");
    let (_ann, passkey) = ann_with_passkey(&database, &home).await;
    let assertion = passkey.sign(&home.begin_passkey_log_in().await);
    home.post("session/passkey", &json!({ "assertion": assertion })).await.assert_refused(400, "invalid_challenge");
    for elsewhere in [home.at_address("203.0.113.66"), home.with_header("user-agent", "another program")] {
        let assertion = passkey.sign(&home.begin_passkey_log_in().await);
        elsewhere.ask_for_token_by(&assertion).await.assert_refused(400, "invalid_challenge");
    }
    let for_cookie = home.post("session/passkey/challenge", &Value::Null).await.ok();
    let assertion = passkey.sign(&for_cookie);
    home.ask_for_token_by(&assertion).await.assert_refused(400, "invalid_challenge");
}

/// Eve signed up with Ann's address, and wants to add a passkey and an app.
async fn whoever_prepares_an_account_adds_nothing_before_its_address_is_proved(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    let visitor = server.client();
    let eve = visitor.sign_up(ANN).await;
    let token = smtp.wait_for_mail_to(ANN).await.token();
    let begun = json!({ "password": PASSWORD });
    eve.post("users/me/passkeys/challenge", &begun).await.assert_refused(409, "email_unverified");
    let mut app = eve.begin_app("phone").await;
    let code = app.code().await;
    eve.ask_to_confirm_app(&app, &code).await.assert_refused(409, "email_unverified");
    let _message = visitor.claim(&token, NEW_PASSWORD).await.ok();
    eve.assert_logged_out().await;
    let tokens = visitor.ask_for_token(ANN, NEW_PASSWORD).await.ok();
    let ann = visitor.with_token(tokens["access_token"].as_str().unwrap());
    let left = ann.get("users/me/second-factors").await.ok();
    assert_eq!(left, json!({ "passkeys": [], "authenticator_apps": [], "recovery_codes_left": 0 }));
}

async fn a_passkey_opens_its_own_account_alone(database: Database) {
    let server = with_passkeys(&database).start().await;
    let visitor = server.client();
    let (ann, anns) = ann_with_passkey(&database, &visitor).await;
    let bob = visitor.sign_up(BOB).await;
    database.prove_addresses().await;
    let (bobs, _) = bob.add_passkey(ORIGIN).await;
    // Bob's passkey says that it is Ann's, or nobody's.
    for user_handle in [anns.user_handle.clone(), None] {
        let liar = changed(&bobs, |it| it.user_handle = user_handle);
        log_in_by(&visitor, &liar).await.assert_refused(400, "incorrect_passkey");
    }
    // It says to be hers.
    let forged = changed(&bobs, |it| (it.id, it.user_handle) = (anns.id.clone(), anns.user_handle.clone()));
    log_in_by(&visitor, &forged).await.assert_refused(400, "incorrect_passkey");
    let (challenge, options) = ask(&visitor).await;
    for passkey in [&bobs, &forged] {
        visitor.ask_to_prove_by(&challenge, &passkey.sign(&options)).await.assert_refused(400, "incorrect_passkey");
    }
    let confirmation = ann.begin_confirmation().await;
    let proof = json!({ "assertion": bobs.sign(&confirmation) });
    ann.ask_to_confirm(&proof).await.assert_refused(400, "incorrect_passkey");
    bob.ask_to_confirm(&proof).await.assert_refused(400, "invalid_challenge");
    // Hers can't be his as well.
    let registration = anns.clone().register(&bob.begin_passkey().await);
    bob.ask_to_add_passkey("hers", &registration).await.assert_refused(409, "passkey_taken");
}

async fn what_a_browser_elsewhere_asked_for_proves_nothing(database: Database) {
    let server = with_passkeys(&database).start().await;
    let visitor = server.client();
    let (ann, passkey) = ann_with_passkey(&database, &visitor).await;
    let lies: [fn(&mut Passkey); 6] = [
        |it| "https://app.example.com.evil.example".clone_into(&mut it.origin),
        |it| "http://app.example.com".clone_into(&mut it.origin),
        |it| "https://other.app.example.com".clone_into(&mut it.origin),
        |it| it.relying_party = Some("example.com".to_owned()),
        |it| it.also = json!({ "crossOrigin": true }),
        |it| it.also = json!({ "topOrigin": "https://evil.example" }),
    ];
    for lie in lies {
        log_in_by(&visitor, &changed(&passkey, lie)).await.assert_refused(400, "incorrect_passkey");
        let registration = changed(&Passkey::at(ORIGIN), lie).register(&ann.begin_passkey().await);
        ann.ask_to_add_passkey("phished", &registration).await.assert_refused(400, "incorrect_passkey");
    }
}

/// As where somebody found a security key. Beside the password it is enough.
async fn without_seeing_its_user_a_passkey_alone_opens_nothing(database: Database) {
    let server = with_passkeys(&database).start().await;
    let visitor = server.client();
    let (ann, passkey) = ann_with_passkey(&database, &visitor).await;
    let found = changed(&passkey, |it| it.flags = USER_PRESENT);
    log_in_by(&visitor, &found).await.assert_refused(400, "incorrect_passkey");
    let proof = json!({ "assertion": found.sign(&ann.begin_confirmation().await) });
    ann.ask_to_confirm(&proof).await.assert_refused(400, "incorrect_passkey");
    let mut key = changed(&Passkey::at(ORIGIN), |it| it.flags = USER_PRESENT);
    let registration = key.register(&ann.begin_passkey().await);
    let added = ann.ask_to_add_passkey("security key", &registration).await.ok();
    assert_eq!(added["passkey"]["verifies_user"], false, "{added}");
    log_in_by(&visitor, &key).await.assert_refused(400, "incorrect_passkey");
    // Now that browsers are told that one may see nobody, the other one still must see its user.
    let confirmation = ann.begin_confirmation().await;
    assert_eq!(confirmation["userVerification"], "preferred");
    let proof = json!({ "assertion": found.sign(&confirmation) });
    ann.ask_to_confirm(&proof).await.assert_refused(400, "incorrect_passkey");
    let proof = json!({ "assertion": key.sign(&ann.begin_confirmation().await) });
    let _message = ann.ask_to_confirm(&proof).await.ok();
    let (challenge, options) = ask(&visitor).await;
    let _tokens = visitor.ask_to_prove_by(&challenge, &key.sign(&options)).await.ok();
    let (challenge, options) = ask(&visitor).await;
    let untouched = changed(&passkey, |it| it.flags = 0);
    visitor.ask_to_prove_by(&challenge, &untouched.sign(&options)).await.assert_refused(400, "incorrect_passkey");
    let _tokens = visitor.ask_to_prove_by(&challenge, &found.sign(&options)).await.ok();
}

async fn a_copy_that_falls_behind_is_refused_and_told(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).with("FRONTEND_HOST", ORIGIN).start().await;
    let visitor = server.client();
    let (_ann, mut passkey) = ann_with_passkey(&database, &visitor).await;
    let copy = changed(&passkey, |it| it.sign_count = 7);
    passkey.sign_count = 8;
    passkey.flags |= MAY_BE_BACKED_UP | BACKED_UP;
    let _tokens = log_in_by(&visitor, &passkey).await.ok();
    for behind in [&copy, &passkey] {
        log_in_by(&visitor, behind).await.assert_refused(400, "incorrect_passkey");
    }
    let root = server.superuser().await;
    let events = root.get("audit?kind=passkey.count_went_back").await.ok();
    assert_eq!(events["data"].as_array().map(Vec::len), Some(2), "{events}");
    until("a mail comes", async || {
        smtp.mails_to(ANN).into_iter().find(|mail| mail.source.contains("may have been copied"))
    })
    .await;
}

async fn a_page_of_another_site_gets_no_cookie(database: Database) {
    let server = with_passkeys(&database).start().await;
    let visitor = server.client();
    let (_ann, passkey) = ann_with_passkey(&database, &visitor).await;
    let show = async |client: &Client| {
        let options = visitor.post("session/passkey/challenge", &Value::Null).await.ok();
        client.post("session/passkey", &json!({ "assertion": passkey.sign(&options) })).await
    };
    let elsewhere = visitor.with_header("origin", "https://evil.example").with_header("sec-fetch-site", "cross-site");
    let refused = show(&elsewhere).await;
    refused.assert_refused(403, "cross_site");
    assert_eq!(refused.header("set-cookie"), None);
    let given = show(&visitor).await;
    assert_eq!((given.ok()["email"].as_str(), given.header("set-cookie").is_some()), (Some(ANN), true));
}

async fn nobody_touches_passkeys_of_others(database: Database) {
    let server = with_passkeys(&database).start().await;
    let visitor = server.client();
    let (ann, passkey) = ann_with_passkey(&database, &visitor).await;
    let own = ann.get("users/me/second-factors").await.ok();
    let path = format!("users/me/passkeys/{}", own["passkeys"][0]["id"].as_str().unwrap());
    for other in [visitor.sign_up(BOB).await, server.superuser().await] {
        other.patch(&path, &json!({ "name": "mine" })).await.assert_refused(404, "passkey_not_found");
        other.delete(&path).await.assert_refused(404, "passkey_not_found");
    }
    assert_eq!(ann.get("users/me/second-factors").await.ok(), own);
    let _passkey = ann.patch(&path, &json!({ "name": "laptop" })).await.ok();
    let _message = ann.delete(&path).await.ok();
    log_in_by(&visitor, &passkey).await.assert_refused(400, "incorrect_passkey");
    let _tokens = visitor.ask_for_token(ANN, PASSWORD).await.ok();
    visitor.ask_for_token(ANN, WRONG).await.assert_refused(400, "incorrect_credentials");
    visitor.ask_for_token(NOBODY, WRONG).await.assert_refused(400, "incorrect_credentials");
}

/// Somebody at a computer that was left alone.
async fn a_stolen_session_adds_and_removes_nothing_without_proof(database: Database) {
    let server = with_passkeys(&database).start().await;
    let (ann, passkey) = ann_with_passkey(&database, &server.client()).await;
    let options = ann.begin_passkey().await;
    let an_hour_ago = match database.kind() {
        "sqlite" => "proved_at - 3600000000",
        _ => "proved_at - interval '1 hour'",
    };
    database.execute(&format!("UPDATE sessions SET proved_at = {an_hour_ago}")).await;
    let before = ann.get("users/me/second-factors").await.ok();
    let path = format!("users/me/passkeys/{}", before["passkeys"][0]["id"].as_str().unwrap());
    let made = Passkey::at(ORIGIN).register(&options);
    for refused in [
        ann.post("users/me/passkeys/challenge", &json!({})).await,
        ann.ask_to_add_passkey("mine", &made).await,
        ann.patch(&path, &json!({ "name": "mine" })).await,
        ann.delete(&path).await,
    ] {
        refused.assert_refused(403, "recent_authentication_required");
    }
    ann.ask_to_confirm(&json!({ "password": PASSWORD })).await.assert_refused(400, "second_factor_needed");
    assert_eq!(ann.get("users/me/second-factors").await.ok(), before);
    let proof = json!({ "assertion": passkey.sign(&ann.begin_confirmation().await) });
    let _message = ann.ask_to_confirm(&proof).await.ok();
    let _message = ann.delete(&path).await.ok();
}

async fn a_passkey_is_added_to_the_session_that_asked_for_it(database: Database) {
    let server = with_passkeys(&database).start().await;
    let visitor = server.client();
    let (ann, bob) = (visitor.sign_up(ANN).await, visitor.sign_up(BOB).await);
    database.prove_addresses().await;
    let other = visitor.log_in(ANN).await;
    for thief in [&bob, &other] {
        let made = Passkey::at(ORIGIN).register(&ann.begin_passkey().await);
        thief.ask_to_add_passkey("mine", &made).await.assert_refused(400, "invalid_challenge");
    }
    let options = ann.begin_passkey().await;
    let first = Passkey::at(ORIGIN).register(&options);
    let _added = ann.ask_to_add_passkey("first", &first).await.ok();
    let second = Passkey::at(ORIGIN).register(&options);
    ann.ask_to_add_passkey("second", &second).await.assert_refused(400, "invalid_challenge");
    other.assert_logged_out().await;
}

async fn nonsense_is_told_by_the_name_of_its_field(database: Database) {
    let server = with_passkeys(&database).start().await;
    let visitor = server.client();
    let (ann, passkey) = ann_with_passkey(&database, &visitor).await;
    let good = passkey.sign(&visitor.begin_passkey_log_in().await);
    for (member, nonsense) in [
        ("clientDataJSON", json!("!")),
        ("clientDataJSON", Value::Null),
        ("authenticatorData", json!(7)),
        ("signature", json!("A".repeat(30_000))),
        ("userHandle", json!({})),
    ] {
        let mut assertion = good.clone();
        assertion["response"][member] = nonsense;
        let refused = visitor.ask_for_token_by(&assertion).await;
        refused.assert_refused(422, "validation_error");
        assert_eq!(refused.json()["detail"][0]["loc"], json!(["body", "assertion"]), "{refused:?}");
        assert!(refused.text.contains(member), "{refused:?}");
    }
    let refused = ann.ask_to_add_passkey("key", &json!({ "response": [] })).await;
    refused.assert_refused(422, "validation_error");
    assert_eq!(refused.json()["detail"][0]["loc"], json!(["body", "registration"]), "{refused:?}");
    // What reads well and says nothing.
    for (member, nonsense) in [("authenticatorData", "AAAA"), ("signature", ""), ("clientDataJSON", "bnVsbA")] {
        let mut assertion = passkey.sign(&visitor.begin_passkey_log_in().await);
        assertion["response"][member] = json!(nonsense);
        let answer = visitor.ask_for_token_by(&assertion).await;
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    for object in ["", "oA", "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA"] {
        let mut registration = Passkey::at(ORIGIN).register(&ann.begin_passkey().await);
        registration["response"]["attestationObject"] = json!(object);
        ann.ask_to_add_passkey("key", &registration).await.assert_refused(400, "incorrect_passkey");
    }
}

async fn nothing_that_is_stored_or_told_opens_an_account(database: Database) {
    let server = with_passkeys(&database).with("RUST_LOG", "trace").start().await;
    let visitor = server.client();
    let (ann, passkey) = ann_with_passkey(&database, &visitor).await;
    let unused = visitor.begin_passkey_log_in().await;
    let _tokens = log_in_by(&visitor, &passkey).await.ok();
    let exported = ann.get("users/me/export").await;
    assert!(exported.text.contains(&passkey.text_id()), "it names the passkey");
    let mut secrets = Secrets::default();
    secrets.add_token("a challenge", unused["challenge"].as_str().unwrap());
    let dump = database.dump().await;
    let log = server.stop().await;
    assert!(latin(&dump).contains(ANN) && log.stderr.contains("session.log_in"), "dump and log are there");
    secrets.assert_absent("the database", &dump);
    secrets.assert_absent("the export", exported.text.as_bytes());
    secrets.assert_absent("the log", log.output().as_bytes());
}
