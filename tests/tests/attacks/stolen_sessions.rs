//! Whoever steals the database or reads the logs gets no session.

use ironplate_tests::{
    Database, NEW_PASSWORD, PASSWORD, SIGNING_KEY, Secrets, Server, Setup, cookie_of, latin, on_both_databases,
    read_all,
};
use serde_json::{Value, json};

use super::world::{ANN, WRONG};

on_both_databases!(nothing_that_is_stored_or_logged_opens_a_session);

async fn nothing_that_is_stored_or_logged_opens_a_session(database: Database) {
    for format in ["text", "json"] {
        let setup = Setup::on(&database).with("RUST_LOG", "trace").with("IRONPLATE__LOG__FORMAT", format);
        let server = setup.start().await;
        let mut secrets = Secrets::default();
        for secret in [PASSWORD, NEW_PASSWORD, WRONG, SIGNING_KEY] {
            secrets.add(secret, secret.as_bytes());
        }
        let email = format!("{format}-{ANN}");
        live(&server, &email, &mut secrets).await;
        let dump = database.dump().await;
        let log = server.stop().await;

        assert!(latin(&dump).contains(&email), "this is no dump");
        secrets.assert_absent("the database", &dump);
        secrets.assert_absent("the folder", &read_all(setup.folder()));
        assert!(log.stderr.contains("session.log_in"), "this is no log");
        secrets.assert_absent("the log", log.output().as_bytes());
    }
}

/// All that people do with sessions, rightly and wrongly.
async fn live(server: &Server, email: &str, secrets: &mut Secrets) {
    let visitor = server.client();
    let _user = visitor.ask_for_account(email).await.ok();
    let _refused = visitor.ask_for_token(email, WRONG).await;
    let first = visitor.open_session(email).await;
    let second = visitor.refresh(&first.refresh).await;
    let again = visitor.refresh(&first.refresh).await;
    let third = visitor.refresh(&second.refresh).await;
    let replayed = visitor.open_session(email).await;
    let next = visitor.refresh(&replayed.refresh).await;
    let last = visitor.refresh(&next.refresh).await;
    visitor.ask_for_refresh(&replayed.refresh).await.assert_refused(403, "invalid_refresh_token");
    for tokens in [&first, &second, &again, &third, &replayed, &next, &last] {
        secrets.add("an access token", tokens.access.as_bytes());
        let signature = tokens.access.rsplit('.').next().unwrap();
        secrets.add("the signature of an access token", signature.as_bytes());
        let (halves, _generation) = tokens.refresh.split_once('.').unwrap();
        let (shared, own) = halves.split_at(halves.len() / 2);
        secrets.add_token("the first half of a refresh token", shared);
        secrets.add_token("the second half of a refresh token", own);
    }

    let cookie = cookie_of(&visitor.ask_for_cookie(email, PASSWORD).await);
    secrets.add_token("a cookie", cookie.split_once('=').unwrap().1);
    let browser = visitor.with_cookie(&cookie);
    let _me = browser.get("users/me").await.ok();
    let forgotten = visitor.with_header("cookie", &cookie);
    forgotten.post("organizations/", &json!({ "name": "Forged" })).await.assert_refused(403, "cross_site");
    let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let _message = browser.patch("users/me/password", &change).await.ok();
    let exported = browser.get("users/me/export").await;
    secrets.assert_absent("the export", exported.text.as_bytes());
    let _message = browser.post("logout", &Value::Null).await.ok();
    browser.assert_logged_out().await;
}
