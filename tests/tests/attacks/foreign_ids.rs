//! Ids of others in the path, for every operation of the OpenAPI document that takes one.

use ironplate_tests::{Client, Database, Document, Owner, RESOURCES, Setup, on_both_databases};
use reqwest::Method;
use serde_json::json;

use super::world::{ANN, BOB, NOBODY, all_of};

on_both_databases!(
    no_operation_reaches_what_belongs_to_another,
    no_list_shows_what_belongs_to_another,
    every_list_has_its_row_among_the_resources,
    a_session_is_found_under_its_own_user_alone,
    a_member_is_found_in_their_own_organization_alone,
    an_invitation_is_found_in_its_own_organization_alone,
);

async fn no_operation_reaches_what_belongs_to_another(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (Owner::sign_up(&server.client(), ANN).await, server.client().sign_up(BOB).await);
    let before = all_of(&ann.client).await;

    let operations = Document::of(&bob).await.operations();
    let with_ids: Vec<_> = operations.iter().filter(|it| it.authenticated && it.path.contains('{')).collect();
    assert!(with_ids.len() >= 10, "the document has ids: {with_ids:?}");
    for operation in with_ids {
        let answer = Client::send(ann.request(&bob, operation, NOBODY)).await.unwrap();
        assert!([403, 404].contains(&answer.status), "{}: {answer:?}", operation.name());
        assert!(!answer.text.contains(Owner::TEXT) && !answer.text.contains(ANN), "{answer:?}");
    }
    assert_eq!(all_of(&ann.client).await, before, "nothing happened to it");
}

/// Whatever the operation: no list of lists that could be out of date.
async fn no_list_shows_what_belongs_to_another(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (Owner::sign_up(&server.client(), ANN).await, server.client().sign_up(BOB).await);
    let filters = [
        String::new(),
        format!("q={}", Owner::TEXT),
        "q=%25".to_owned(),
        format!("owner_id={}", ann.id),
        format!("subject={}", ann.id),
        format!("actor={}", ann.id),
        "limit=1000&order_by=created_at".to_owned(),
    ];
    let mut lists = 0;
    let operations = Document::of(&bob).await.operations();
    for list in operations.iter().filter(|it| it.authenticated && it.method == "GET" && !it.path.contains('{')) {
        for filter in &filters {
            let seen = bob.get(&format!("{}?{filter}", list.path)).await;
            for secret in ann.secrets() {
                assert!(!seen.text.contains(secret), "{}?{filter}: {seen:?}", list.path);
            }
            lists += usize::from(seen.status == 200);
        }
    }
    assert!(lists >= 5 * filters.len(), "{lists} lists were shown");
}

/// What comes in pages and is no resource here would be passed by.
async fn every_list_has_its_row_among_the_resources(database: Database) {
    let server = Setup::on(&database).start().await;
    let organizations = ["organizations/", "organizations/all"].map(str::to_owned).into_iter();
    let below = ["members/", "invitations/"].map(|list| format!("organizations/{{organization_id}}/{list}"));
    let organizations = organizations.chain(below);
    let known = ["users/".to_owned()]
        .into_iter()
        .chain(organizations)
        .chain(RESOURCES.iter().map(|resource| resource.list.to_owned()));
    let known: Vec<_> = known.map(|list| format!("/api/v1/{list}")).collect();
    let operations = Document::of(&server.client()).await.operations();
    for list in operations.iter().filter(|operation| operation.is_paged) {
        assert!(known.contains(&list.path), "add the resource of {} to RESOURCES in resources.rs", list.path);
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

/// Whoever owns one organisation reaches nobody through it who is in another.
async fn a_member_is_found_in_their_own_organization_alone(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let (hers, his) = (ann.add_organization("hers").await, bob.add_organization("his").await);
    let cy = server.client().sign_up("cy@example.com").await.id().await;
    database.join(&his, &cy, "member").await;
    let members = async || bob.get(&format!("organizations/{his}/members/")).await.ok();
    let before = members().await;
    for user in [cy, bob.id().await] {
        let member = format!("organizations/{hers}/members/{user}");
        ann.patch(&member, &json!({ "role": "viewer" })).await.assert_refused(404, "member_not_found");
        ann.delete(&member).await.assert_refused(404, "member_not_found");
        let transfer = ann.post(&format!("organizations/{hers}/transfer"), &json!({ "user_id": user })).await;
        transfer.assert_refused(404, "member_not_found");
        let theirs = format!("organizations/{his}/members/{user}");
        ann.delete(&theirs).await.assert_refused(404, "organization_not_found");
    }
    assert_eq!(members().await, before);
}

/// Nor does whoever owns another one answer it for whom it is.
async fn an_invitation_is_found_in_its_own_organization_alone(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let (hers, his) = (ann.add_organization("hers").await, bob.add_organization("his").await);
    let sent = bob.invite(&his, NOBODY, "member").await;
    let theirs = format!("organizations/{his}/invitations/");
    let list = async || bob.get(&theirs).await.ok();
    let before = list().await;
    let under_hers = format!("organizations/{hers}/invitations/{sent}");
    ann.delete(&under_hers).await.assert_refused(404, "invitation_not_found");
    ann.post(&format!("{under_hers}/resend"), &json!(null)).await.assert_refused(404, "invitation_not_found");
    ann.delete(&format!("{theirs}{sent}")).await.assert_refused(404, "organization_not_found");
    ann.post(&format!("{theirs}{sent}/resend"), &json!(null)).await.assert_refused(404, "organization_not_found");
    for answer in ["accept", "decline"] {
        let path = format!("users/me/invitations/{sent}/{answer}");
        ann.post(&path, &json!(null)).await.assert_refused(404, "invitation_not_found");
    }
    assert_eq!(list().await, before);
}
