//! `ironplate limits` and `ironplate sessions`, while a server runs on the same database.

use ironplate_tests::{Database, PASSWORD, Setup, on_both_databases};
use serde_json::Value;

on_both_databases!(whoever_is_held_off_is_seen_and_let_in_again, sessions_are_ended_for_one_and_for_all,);

const ANN: &str = "ann@example.com";

async fn told(setup: &Setup, arguments: &[&str]) -> String {
    let finished = setup.run(arguments).await;
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    finished.stdout
}

async fn whoever_is_held_off_is_seen_and_let_in_again(database: Database) {
    let setup = Setup::on(&database).with_limit("log_in_per_account", "2 per hour");
    let server = setup.start().await;
    let _ann = server.client().sign_up(ANN).await;
    let try_to_enter = async |password: &str| server.client().ask_for_token(ANN, password).await;
    for clear in [["limits", "clear", "--account", ANN].as_slice(), &["limits", "clear", "--all"]] {
        for _ in 0..2 {
            try_to_enter("a wrong password").await.assert_refused(400, "incorrect_credentials");
        }
        try_to_enter("a wrong password").await.assert_refused(429, "too_many_attempts");

        let seen = told(&setup, &["limits", "list", "--account", ANN, "--format", "json"]).await;
        let seen: Value = serde_json::from_str(&seen).expect("JSON");
        let limit = &seen.as_array().unwrap().iter().find(|limit| limit["limit"] == "log_in_per_account").unwrap();
        assert_eq!((&limit["whose"], &limit["taken"], &limit["permits"]), (&ANN.into(), &2.into(), &2.into()));
        let all = told(&setup, &["limits", "list"]).await;
        assert!(all.starts_with("LIMIT ") && all.contains("log_in_per_account") && !all.contains(ANN), "{all}");

        assert!(told(&setup, clear).await.contains("given back"));
        let _token = try_to_enter(PASSWORD).await.ok();
    }
    let ghost = server.client().ask_for_token("ghost@example.com", "a wrong password").await;
    ghost.assert_refused(400, "incorrect_credentials");
    let of_ghost = told(&setup, &["limits", "list", "--account", "ghost@example.com"]).await;
    assert!(of_ghost.contains("log_in_per_account"), "{of_ghost}");
    assert!(told(&setup, &["limits", "clear", "--client", "192.0.2.1"]).await.contains("nothing was changed"));
    let events = told(&setup, &["audit", "export", "--kind", "limits.cleared"]).await;
    assert_eq!(events.lines().count(), 2, "{events}");
    assert_eq!(setup.run(&["limits", "clear"]).await.code, Some(2), "whose must be said");
}

async fn sessions_are_ended_for_one_and_for_all(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let (ann, root) = (server.client().sign_up(ANN).await, server.superuser().await);
    let tokens = server.client().open_session(ANN).await;
    assert_eq!(told(&setup, &["sessions", "end", "--user", ANN]).await, "2 sessions were ended.\n");
    ann.get("users/me").await.assert_refused(403, "invalid_token");
    let _users = root.get("users/").await.ok();
    assert_eq!(told(&setup, &["sessions", "end", "--all"]).await, "1 session was ended.\n");
    root.get("users/me").await.assert_refused(403, "invalid_token");
    server.client().ask_for_refresh(&tokens.refresh).await.assert_refused(403, "invalid_refresh_token");
    let alarms = told(&setup, &["audit", "export", "--kind", "session.refresh_reused"]).await;
    assert_eq!(alarms, "", "it is no theft");
    assert_eq!(told(&setup, &["sessions", "end", "--all"]).await, "There was no session to end.\n");
    assert_eq!(told(&setup, &["sessions", "end", "--all", "--format", "json"]).await, "{\n  \"ended\": 0\n}\n");
    assert_eq!(setup.run(&["sessions", "end"]).await.code, Some(2), "whose must be said");
}
