//! Ids of others in the path, for every operation of the OpenAPI document that takes one.

use ironplate_tests::{Client, Database, Document, Operation, Setup, on_both_databases};
use reqwest::Method;
use serde_json::json;

use super::world::{ANN, BOB, all_of};

on_both_databases!(
    no_operation_reaches_what_belongs_to_another,
    no_list_shows_what_belongs_to_another,
    a_session_is_found_under_its_own_user_alone,
);

/// The path, with each id in it replaced by one of the victim's.
fn path_to_ids_of(operation: &Operation, user: &str, item: &str, session: &str) -> String {
    let path = operation.path.replace("{user_id}", user).replace("{id}", item).replace("{session_id}", session);
    let path = path.replace("{email}", ANN);
    assert!(!path.contains('{'), "say in `path_to_ids_of` which id of the victim stands in {path}");
    path
}

async fn no_operation_reaches_what_belongs_to_another(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let (user, item) = (ann.id().await, ann.add_item("Milk").await);
    let session = ann.sessions().await[0]["id"].as_str().unwrap().to_owned();
    let before = all_of(&ann).await;

    let operations = Document::of(&bob).await.operations();
    let with_ids: Vec<_> = operations.iter().filter(|it| it.authenticated && it.path.contains('{')).collect();
    assert!(with_ids.len() >= 10, "the document has ids: {with_ids:?}");
    for operation in with_ids {
        let path = path_to_ids_of(operation, &user, &item, &session);
        // Something that each of them would take from who may.
        let theft = json!({ "title": "Stolen", "full_name": "Stolen", "email": "stolen@example.com" });
        let request = bob.request(operation.method.parse().unwrap(), &path).json(&theft);
        let answer = Client::send(request).await.unwrap();
        assert!([403, 404].contains(&answer.status), "{}: {answer:?}", operation.name());
        assert!(!answer.text.contains("Milk") && !answer.text.contains(ANN), "{answer:?}");
    }
    assert_eq!(all_of(&ann).await, before, "nothing happened to it");
}

async fn no_list_shows_what_belongs_to_another(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let (user, item) = (ann.id().await, ann.add_item("Milk").await);
    let filters = [
        String::new(),
        "q=Milk".to_owned(),
        "q=%25".to_owned(),
        format!("owner_id={user}"),
        format!("subject={user}"),
        format!("actor={user}"),
        "limit=1000&order_by=created_at".to_owned(),
    ];
    for list in ["items/", "users/me/audit", "users/me/sessions", "users/me/export"] {
        for filter in &filters {
            let seen = bob.get(&format!("{list}?{filter}")).await.ok().to_string();
            for secret in [&user, &item, ANN, "Milk"] {
                assert!(!seen.contains(secret), "{list}?{filter}: {seen}");
            }
        }
    }
}

async fn a_session_is_found_under_its_own_user_alone(database: Database) {
    let server = Setup::on(&database).start().await;
    let root = server.superuser().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let session = ann.sessions().await[0]["id"].as_str().unwrap().to_owned();
    let under_bob = format!("users/{}/sessions/{session}", bob.id().await);
    root.delete(&under_bob).await.assert_refused(404, "session_not_found");
    root.delete(&format!("users/me/sessions/{session}")).await.assert_refused(404, "session_not_found");
    let _me = ann.get("users/me").await.ok();
    let under_ann = format!("users/{}/sessions/{session}", ann.id().await);
    let answer = Client::send(root.request(Method::DELETE, &under_ann)).await.unwrap();
    let _message = answer.ok();
    ann.assert_logged_out().await;
}
