//! Refresh tokens that were stolen, replayed, or lost on their way.

use ironplate_tests::{Client, Database, NEW_PASSWORD, PASSWORD, Server, Setup, SmtpServer, Tokens, on_both_databases};
use serde_json::{Value, json};

use super::world::ANN;

on_both_databases!(
    a_replayed_refresh_token_ends_the_session_and_its_owner_is_told,
    a_thief_who_refreshes_first_loses_the_session_to_nobody,
    without_a_window_a_second_use_ends_the_session,
    an_answer_that_was_lost_costs_nothing,
    a_replay_ends_no_other_session,
    a_refresh_token_dies_with_its_session,
    a_made_up_refresh_token_opens_and_ends_nothing,
    a_refresh_token_that_the_database_never_saw_ends_nothing,
    whoever_has_half_of_a_refresh_token_ends_the_session_and_does_not_open_it,
);

async fn world(database: &Database) -> (Server, Client, Tokens) {
    world_of(&Setup::on(database)).await
}

async fn world_of(setup: &Setup) -> (Server, Client, Tokens) {
    let server = setup.start().await;
    let visitor = server.client();
    let _user = visitor.ask_for_account(ANN).await.ok();
    let tokens = visitor.open_session(ANN).await;
    (server, visitor, tokens)
}

/// Asserts that neither of these tokens opens anything any more.
async fn assert_dead(visitor: &Client, tokens: &Tokens) {
    visitor.with_token(&tokens.access).assert_logged_out().await;
    visitor.ask_for_refresh(&tokens.refresh).await.assert_refused(403, "invalid_refresh_token");
}

async fn assert_alive(visitor: &Client, tokens: &Tokens) {
    let _me = visitor.with_token(&tokens.access).get("users/me").await.ok();
}

async fn a_replayed_refresh_token_ends_the_session_and_its_owner_is_told(database: Database) {
    let smtp = SmtpServer::start();
    let (server, visitor, first) = world_of(&Setup::on(&database).with_mail_to(&smtp)).await;
    smtp.wait_for_mail_to(ANN).await;
    let second = visitor.refresh(&first.refresh).await;
    let third = visitor.refresh(&second.refresh).await;
    visitor.ask_for_refresh(&first.refresh).await.assert_refused(403, "invalid_refresh_token");
    for tokens in [&first, &second, &third] {
        assert_dead(&visitor, tokens).await;
    }
    let notice = smtp.wait_for_mails_to(ANN, 2).await.pop().unwrap();
    assert!(notice.token_if_any().is_none(), "a notice holds no key: {}", notice.text);
    let root = server.superuser().await;
    let events = root.get("audit?kind=session.refresh_reused").await.ok();
    assert_eq!(events["data"].as_array().unwrap().len(), 1, "{events}");
    assert_eq!(events["data"][0]["subject_email"], ANN);
}

async fn a_thief_who_refreshes_first_loses_the_session_to_nobody(database: Database) {
    let (_server, visitor, stolen) = world(&database).await;
    let thief = visitor.refresh(&stolen.refresh).await;
    let thief = visitor.refresh(&thief.refresh).await;
    // The owner, whose app still holds the first.
    visitor.ask_for_refresh(&stolen.refresh).await.assert_refused(403, "invalid_refresh_token");
    assert_dead(&visitor, &thief).await;
}

async fn without_a_window_a_second_use_ends_the_session(database: Database) {
    let setup = Setup::on(&database).with("IRONPLATE__SESSIONS__REFRESH_REUSE_SECONDS", "0");
    let (_server, visitor, first) = world_of(&setup).await;
    let second = visitor.refresh(&first.refresh).await;
    visitor.ask_for_refresh(&first.refresh).await.assert_refused(403, "invalid_refresh_token");
    assert_dead(&visitor, &second).await;
}

async fn an_answer_that_was_lost_costs_nothing(database: Database) {
    let (_server, visitor, first) = world(&database).await;
    let lost = visitor.refresh(&first.refresh).await;
    let again = visitor.refresh(&first.refresh).await;
    assert_eq!(again.refresh, lost.refresh, "one lineage");
    let next = visitor.refresh(&again.refresh).await;
    assert_alive(&visitor, &next).await;
    let sessions = visitor.with_token(&next.access).sessions().await;
    assert_eq!(sessions.len(), 1, "{sessions:?}");
}

async fn a_replay_ends_no_other_session(database: Database) {
    let (_server, visitor, first) = world(&database).await;
    let other = visitor.open_session(ANN).await;
    let second = visitor.refresh(&first.refresh).await;
    let _third = visitor.refresh(&second.refresh).await;
    visitor.ask_for_refresh(&first.refresh).await.assert_refused(403, "invalid_refresh_token");
    assert_alive(&visitor, &other).await;
    assert_alive(&visitor, &visitor.refresh(&other.refresh).await).await;
}

async fn a_refresh_token_dies_with_its_session(database: Database) {
    let (server, visitor, tokens) = world(&database).await;
    let ann = visitor.with_token(&tokens.access);
    let _message = ann.post("logout", &Value::Null).await.ok();
    assert_dead(&visitor, &tokens).await;

    let (here, elsewhere) = (visitor.open_session(ANN).await, visitor.open_session(ANN).await);
    let ann = visitor.with_token(&here.access);
    let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let _message = ann.patch("users/me/password", &change).await.ok();
    assert_dead(&visitor, &elsewhere).await;
    let here = visitor.refresh(&here.refresh).await;

    let user = format!("users/{}", ann.id().await);
    let root = server.superuser().await;
    let _user = root.patch(&user, &json!({ "is_active": false })).await.ok();
    visitor.ask_for_refresh(&here.refresh).await.assert_refused(403, "invalid_refresh_token");
    let _user = root.patch(&user, &json!({ "is_active": true })).await.ok();
    assert_dead(&visitor, &here).await;

    let here = Tokens::of(&visitor.ask_for_token(ANN, NEW_PASSWORD).await);
    let _message = root.delete(&user).await.ok();
    visitor.ask_for_refresh(&here.refresh).await.assert_refused(403, "invalid_refresh_token");
}

async fn a_made_up_refresh_token_opens_and_ends_nothing(database: Database) {
    let (_server, visitor, tokens) = world(&database).await;
    let text = &tokens.refresh;
    let half = text.len() / 2;
    let spoilt = [
        String::new(),
        "x".repeat(text.len()),
        text[..half].to_owned(),
        text[half..].to_owned(),
        text[half..].repeat(2),
        format!("{text}x"),
        format!(" {text}"),
        text.to_uppercase(),
        "x".repeat(100_000),
        "é".repeat(half),
    ];
    for made_up in spoilt {
        let answer = visitor.ask_for_refresh(&made_up).await;
        assert!([403, 413, 422].contains(&answer.status), "{made_up:.50}: {answer:?}");
    }
    for no_text in [json!(null), json!(1), json!([text]), json!({ "$ne": null }), json!(true)] {
        let answer = visitor.post("login/refresh", &json!({ "refresh_token": no_text })).await;
        answer.assert_refused(422, "validation_error");
        assert!(!answer.text.contains(text.as_str()), "it is not echoed: {answer:?}");
    }
    assert_alive(&visitor, &tokens).await;
    assert_alive(&visitor, &visitor.refresh(text).await).await;
}

/// As after the database was restored.
async fn a_refresh_token_that_the_database_never_saw_ends_nothing(database: Database) {
    let (server, visitor, first) = world(&database).await;
    let second = visitor.refresh(&first.refresh).await;
    let unseen = second.refresh.replace(".1", ".2");
    visitor.ask_for_refresh(&unseen).await.assert_refused(403, "invalid_refresh_token");
    assert_alive(&visitor, &second).await;
    let events = server.superuser().await.get("audit?kind=session.refresh_reused").await.ok();
    assert_eq!(events["data"], json!([]));
}

async fn whoever_has_half_of_a_refresh_token_ends_the_session_and_does_not_open_it(database: Database) {
    let (_server, visitor, tokens) = world(&database).await;
    let (first, second) = tokens.refresh.split_at(tokens.refresh.len() / 2);
    let false_half = if second.starts_with('A') { "B" } else { "A" };
    let forged = format!("{first}{false_half}{}", &second[1..]);
    visitor.ask_for_refresh(&forged).await.assert_refused(403, "invalid_refresh_token");
    assert_dead(&visitor, &tokens).await;
}
