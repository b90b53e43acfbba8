//! The life of an account, from the first visit to the last.

use ironplate_tests::{Database, PASSWORD, Setup, on_both_databases, without_ownership};
use serde_json::{Value, json};

const NEW_PASSWORD: &str = "another-fine-password-7";
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

on_both_databases!(
    a_visitor_becomes_a_user,
    an_address_is_taken_in_any_spelling,
    strangers_are_refused,
    a_new_password_ends_the_other_sessions_and_keeps_this_one,
    a_log_out_ends_its_session_alone,
    a_user_deletes_their_account_and_a_superuser_does_not,
    previous_keys_keep_tokens_valid,
);

without_ownership!(
    a_visitor_becomes_a_user,
    an_address_is_taken_in_any_spelling,
    strangers_are_refused,
    a_new_password_ends_the_other_sessions_and_keeps_this_one,
    a_log_out_ends_its_session_alone,
    a_user_deletes_their_account_and_a_superuser_does_not,
    previous_keys_keep_tokens_valid,
    what_is_not_owned_is_not_rewritten,
);

async fn a_visitor_becomes_a_user(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let body = json!({ "email": "Ann@Example.com", "password": PASSWORD, "full_name": "Ann" });
    let user = visitor.post("users/signup", &body).await.ok();
    assert_eq!(user["email"], "Ann@example.com");
    assert_eq!(user["full_name"], "Ann");
    assert_eq!((&user["is_active"], &user["is_superuser"]), (&json!(true), &json!(false)));

    visitor.ask_for_token("ann@example.com", "wrong-password").await.assert_refused(400, "incorrect_credentials");
    visitor.ask_for_token("nobody@example.com", PASSWORD).await.assert_refused(400, "incorrect_credentials");
    let ann = visitor.log_in("ann@example.com").await;
    assert_eq!(ann.get("users/me").await.ok(), user);
    let renamed = ann.patch("users/me", &json!({ "full_name": "Ann Example" })).await.ok();
    assert_eq!(renamed["full_name"], "Ann Example");
    assert_eq!(ann.get("users/me").await.ok(), renamed);
}

async fn an_address_is_taken_in_any_spelling(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    server.client().ask_for_account("ann@example.com").await.assert_refused(400, "email_taken");
    server.client().ask_for_account("ANN@Example.COM").await.assert_refused(400, "email_taken");
    let bob = server.client().sign_up("bob@example.com").await;
    bob.patch("users/me", &json!({ "email": "Ann@example.com" })).await.assert_refused(409, "email_taken");
    let kept = ann.patch("users/me", &json!({ "email": "ANN@example.com" })).await.ok();
    assert_eq!(kept["email"], "ANN@example.com", "one's own address is not taken");
}

async fn strangers_are_refused(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let bob = server.client().sign_up("bob@example.com").await;
    let own = format!("organizations/{}", ann.add_organization("acme").await);
    let account = format!("users/{}", ann.id().await);

    bob.get(&own).await.assert_refused(404, "organization_not_found");
    bob.patch(&own, &json!({ "name": "Mine" })).await.assert_refused(404, "organization_not_found");
    bob.delete(&own).await.assert_refused(404, "organization_not_found");
    assert_eq!(bob.get("organizations/").await.ok()["count"], 0);
    for path in [account.as_str(), &format!("users/{NOBODY}"), "users/"] {
        bob.get(path).await.assert_refused(403, "not_enough_privileges");
    }
    bob.patch(&account, &json!({ "is_active": false })).await.assert_refused(403, "not_enough_privileges");
    bob.delete(&account).await.assert_refused(403, "not_enough_privileges");

    let visitor = server.client();
    visitor.get(&own).await.assert_refused(401, "not_authenticated");
    visitor.post("organizations/", &json!({ "name": "Mine" })).await.assert_refused(401, "not_authenticated");
    visitor.with_token("made.up.token").get(&own).await.assert_refused(403, "invalid_token");
    let forged = format!("{}x", ann.token().unwrap());
    visitor.with_token(&forged).get(&own).await.assert_refused(403, "invalid_token");
    assert_eq!(ann.get(&own).await.ok()["name"], "acme", "and nothing came of all that");
}

async fn a_new_password_ends_the_other_sessions_and_keeps_this_one(database: Database) {
    let server = Setup::on(&database).start().await;
    let here = server.client().sign_up("ann@example.com").await;
    let elsewhere = server.client().log_in("ann@example.com").await;
    let change = |current: &str, new: &str| json!({ "current_password": current, "new_password": new });
    let path = "users/me/password";
    here.patch(path, &change("wrong-password", NEW_PASSWORD)).await.assert_refused(400, "incorrect_password");
    here.patch(path, &change(PASSWORD, PASSWORD)).await.assert_refused(400, "password_unchanged");
    let _me = elsewhere.get("users/me").await.ok();

    let _message = here.patch(path, &change(PASSWORD, NEW_PASSWORD)).await.ok();
    elsewhere.get("users/me").await.assert_refused(403, "invalid_token");
    let _me = here.get("users/me").await.ok();
    server.client().ask_for_token("ann@example.com", PASSWORD).await.assert_refused(400, "incorrect_credentials");
    let _token = server.client().ask_for_token("ann@example.com", NEW_PASSWORD).await.ok();
}

async fn a_log_out_ends_its_session_alone(database: Database) {
    let server = Setup::on(&database).start().await;
    let here = server.client().sign_up("ann@example.com").await;
    let elsewhere = server.client().log_in("ann@example.com").await;
    let _message = here.post("logout", &Value::Null).await.ok();
    here.get("users/me").await.assert_refused(403, "invalid_token");
    here.post("logout", &Value::Null).await.assert_refused(403, "invalid_token");
    let _me = elsewhere.get("users/me").await.ok();
}

async fn a_user_deletes_their_account_and_a_superuser_does_not(database: Database) {
    let server = Setup::on(&database).start().await;
    let root = server.superuser().await;
    root.delete("users/me").await.assert_refused(403, "superuser_deletes_self");
    let ann = server.client().sign_up("ann@example.com").await;
    let id = ann.id().await;
    let _message = ann.delete("users/me").await.ok();
    ann.get("users/me").await.assert_refused(404, "user_not_found");
    root.get(&format!("users/{id}")).await.assert_refused(404, "user_not_found");
    let _again = server.client().sign_up("ann@example.com").await;
}

async fn previous_keys_keep_tokens_valid(database: Database) {
    let (old, new) = ("OldKey-9rT2vXq7LmZw4Hd8Jc1Ny5Bf3Gk", "NewKey-5sVb8QpM3zXy6Rt1Wn9Lh2Kd7Fj");
    let setup = Setup::on(&database).with("SECRET_KEY", old);
    let server = setup.start().await;
    let token = server.client().sign_up("ann@example.com").await.token().unwrap().to_owned();
    server.stop().await;

    let setup = setup.with("SECRET_KEY", new).with("PREVIOUS_SECRET_KEYS", old);
    let server = setup.start().await;
    let _me = server.client().with_token(&token).get("users/me").await.ok();
    let fresh = server.client().log_in("ann@example.com").await.token().unwrap().to_owned();
    server.stop().await;

    let server = setup.without("PREVIOUS_SECRET_KEYS").start().await;
    server.client().with_token(&token).get("users/me").await.assert_refused(403, "invalid_token");
    let _me = server.client().with_token(&fresh).get("users/me").await.ok();
}

async fn what_is_not_owned_is_not_rewritten(database: Database) {
    let _server = Setup::on(&database).start().await;
    let schema = database.schema();
    for statement in [
        "UPDATE audit_events SET outcome = 'failure'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "DROP TRIGGER audit_events_append_only ON audit_events",
        "ALTER TABLE audit_events DISABLE TRIGGER ALL",
        "UPDATE audit_retention SET keep_seconds = 86400",
        "CREATE OR REPLACE FUNCTION prune_audit_events(before timestamptz, most bigint) RETURNS bigint LANGUAGE sql \
         AS 'SELECT 1::bigint'",
        "DELETE FROM __diesel_schema_migrations",
        "ALTER TABLE users ADD COLUMN mine text",
    ] {
        let refused = schema.execute(statement).await.expect_err(statement);
        assert!(refused.code().is_some_and(|state| state.code() == "42501"), "{statement}: {refused:?}");
    }
    schema.execute("SELECT prune_audit_events(now(), 100)").await.expect("what is over its retention may go");
}
