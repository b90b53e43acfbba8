//! What the log never tells, whatever its filter.

use ironplate_tests::{
    Database, NEW_PASSWORD, PASSWORD, SENDER, SUPERUSER, Secrets, Setup, SmtpServer, Tokens, cookie_of,
    on_both_databases,
};
use serde_json::json;

on_both_databases!(no_filter_brings_secrets_or_addresses_into_the_log);

const ANN: &str = "ann@example.com";
const MOVED: &str = "ann@example.org";

async fn no_filter_brings_secrets_or_addresses_into_the_log(database: Database) {
    for filter in ["trace", "info,tokio_postgres=trace,diesel=trace,diesel_async=trace,lettre=trace,actix_http=trace"] {
        let smtp = SmtpServer::start();
        let setup = Setup::on(&database).with_mail_to(&smtp).with("RUST_LOG", filter);
        let server = setup.start().await;
        let mut secrets = Secrets::default();
        for text in [ANN, MOVED, SUPERUSER, SENDER, PASSWORD, NEW_PASSWORD, "$argon2", "Bearer "] {
            secrets.add(text, text.as_bytes());
        }

        let visitor = server.client();
        let ann = visitor.sign_up(ANN).await;
        let tokens = visitor.open_session(ANN).await;
        let next = visitor.refresh(&tokens.refresh).await;
        for Tokens { access, refresh } in [tokens, next] {
            secrets.add("an access token", access.as_bytes());
            secrets.add("a refresh token", refresh.as_bytes());
        }
        let cookie = cookie_of(&visitor.ask_for_cookie(ANN, PASSWORD).await);
        secrets.add("a cookie", cookie.split_once('=').expect("a name and a value").1.as_bytes());
        let _me = visitor.with_cookie(&cookie).get("users/me").await.ok();
        let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
        let _message = ann.patch("users/me/password", &change).await.ok();
        let _user = ann.patch("users/me", &json!({ "email": MOVED })).await.ok();
        let _message = visitor.ask_for_recovery(MOVED).await.ok();
        let mail = smtp.wait_for_mail_to(MOVED).await;
        secrets.add_token("a link", &mail.token());
        visitor.ask_for_token(ANN, "wrong-password").await.assert_refused(400, "incorrect_credentials");
        let root = server.superuser().await;
        let _found = root.get(&format!("users/?q={MOVED}")).await.ok();
        let _message = root.delete(&format!("users/{}", ann.id().await)).await.ok();

        setup.wait_for_empty_outbox().await;
        let log = server.stop().await;
        assert!(log.stderr.contains("account.sign_up") && log.stderr.contains("mail sent"), "this is no log: {log:?}");
        secrets.assert_absent(&format!("the log with {filter}"), log.stderr.as_bytes());
    }
}
