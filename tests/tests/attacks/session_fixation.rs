//! Sessions that an attacker planted before their victim logged in.

use ironplate_tests::{Client, Database, NEW_PASSWORD, PASSWORD, Setup, cookie_of, on_both_databases};
use serde_json::json;

use super::world::{ANN, BOB};

on_both_databases!(
    a_planted_cookie_is_not_adopted,
    the_attackers_own_session_ends_where_the_victim_logs_in,
    of_cookies_of_two_accounts_neither_counts,
    another_cookie_of_the_name_changes_nothing,
    a_session_that_was_stolen_ends_with_the_password,
    a_cookie_that_opens_nothing_is_taken_away,
);

async fn log_in_with(client: &Client) -> String {
    cookie_of(&client.ask_for_cookie(ANN, PASSWORD).await)
}

async fn a_planted_cookie_is_not_adopted(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    let name = log_in_with(&visitor).await.split_once('=').unwrap().0.to_owned();
    let planted = format!("{name}={}", "A".repeat(43));
    let given = log_in_with(&visitor.with_cookie(&planted)).await;
    assert_ne!(given, planted);
    visitor.with_cookie(&planted).assert_logged_out().await;
    let _me = visitor.with_cookie(&given).get("users/me").await.ok();
    let again = log_in_with(&visitor.with_cookie(&given)).await;
    assert_ne!(again, given, "each log-in gives a new one");
}

async fn the_attackers_own_session_ends_where_the_victim_logs_in(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let _users = (visitor.ask_for_account(ANN).await.ok(), visitor.ask_for_account(BOB).await.ok());
    let planted = cookie_of(&visitor.ask_for_cookie(BOB, PASSWORD).await);
    let given = log_in_with(&visitor.with_cookie(&planted)).await;
    visitor.with_cookie(&planted).assert_logged_out().await;
    assert_eq!(visitor.with_cookie(&given).get("users/me").await.ok()["email"], ANN);
}

async fn of_cookies_of_two_accounts_neither_counts(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let _users = (visitor.ask_for_account(ANN).await.ok(), visitor.ask_for_account(BOB).await.ok());
    let (ann, bob) = (log_in_with(&visitor).await, cookie_of(&visitor.ask_for_cookie(BOB, PASSWORD).await));
    for both in [format!("{bob}; {ann}"), format!("{ann}; {bob}"), format!("{ann}; x=y; {bob}; {ann}")] {
        visitor.with_cookie(&both).get("users/me").await.assert_refused(401, "not_authenticated");
    }
}

/// Another product at this host, or at a parent domain, set it; or an own one is left from before.
async fn another_cookie_of_the_name_changes_nothing(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    let (older, newer) = (log_in_with(&visitor).await, log_in_with(&visitor).await);
    let name = newer.split('=').next().expect("a name");
    assert_eq!(name, "ironplate-session", "a name of the product's own");
    for cookies in [
        format!("{name}=theirs; {newer}"),
        format!("{newer}; {name}=theirs"),
        format!("{name}=; {newer}; {name}=theirs; {name}=more"),
        format!("{newer}; {newer}"),
        format!("{older}; {newer}"),
    ] {
        let browser = visitor.with_cookie(&cookies);
        assert_eq!(browser.get("users/me").await.ok()["email"], ANN, "{cookies}");
        let _made = browser.post("organizations/", &serde_json::json!({ "name": "牛乳" })).await.ok();
    }
    visitor
        .with_cookie(&format!("{name}=theirs; {name}=others"))
        .get("users/me")
        .await
        .assert_refused(403, "invalid_token");
}

async fn a_session_that_was_stolen_ends_with_the_password(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let ann = visitor.sign_up(ANN).await;
    let (stolen, token) = (visitor.with_cookie(&log_in_with(&visitor).await), visitor.log_in(ANN).await);
    let _me = (stolen.get("users/me").await.ok(), token.get("users/me").await.ok());
    let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let _message = ann.patch("users/me/password", &change).await.ok();
    stolen.assert_logged_out().await;
    token.assert_logged_out().await;
    let _me = ann.get("users/me").await.ok();
}

async fn a_cookie_that_opens_nothing_is_taken_away(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    let cookie = log_in_with(&visitor).await;
    let ann = visitor.with_cookie(&cookie);
    let _message = ann.delete("session").await.ok();
    let answer = ann.get("users/me").await;
    answer.assert_refused(403, "invalid_token");
    let taken = answer.header("set-cookie").expect("the cookie is taken away");
    assert!(taken.contains("=;") && taken.contains("Max-Age=0"), "{taken}");
}
