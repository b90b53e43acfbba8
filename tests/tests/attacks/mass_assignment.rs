//! Fields that a client sends although they are none of its business.

use ironplate_tests::{Client, Database, Document, NEW_PASSWORD, PASSWORD, RESOURCES, Setup, on_both_databases};
use serde_json::{Value, json};

use super::world::{ANN, BOB};

on_both_databases!(
    nobody_signs_up_with_rights,
    nobody_gives_themselves_rights,
    nobody_makes_or_moves_anything_for_another,
    nobody_makes_or_moves_an_organization_for_another,
    a_superuser_sets_no_more_than_is_offered,
);

const ID: &str = "00000000-0000-7000-8000-000000000001";

/// All that accounts and items have, and what other systems call it.
fn wishes(owner: &str) -> Value {
    json!({
        "id": ID, "user_id": ID, "owner_id": owner, "owner": owner, "created_at": "2001-01-01T00:00:00Z",
        "is_superuser": true, "is_admin": true, "role": "admin", "is_active": false, "is_verified": true,
        "hashed_password": "x", "password_hash": "x", "email_canonical": "x", "__proto__": { "is_superuser": true },
        "user": { "is_superuser": true }, "user[is_superuser]": true, "is_superuser ": true, "IS_SUPERUSER": true,
    })
}

fn with(mut wishes: Value, fields: &Value) -> Value {
    let all = wishes.as_object_mut().unwrap();
    all.extend(fields.as_object().unwrap().clone());
    wishes
}

fn without(mut wishes: Value, names: &[&str]) -> Value {
    for name in names {
        wishes.as_object_mut().unwrap().shift_remove(*name);
    }
    wishes
}

async fn assert_plain(user: &Value, client: &Client) {
    assert_ne!(user["id"], ID);
    assert_eq!(
        (&user["is_superuser"], &user["is_active"], &user["is_verified"]),
        (&json!(false), &json!(true), &json!(false))
    );
    assert!(!user["created_at"].as_str().unwrap().starts_with("2001"), "{user}");
    client.get("users/").await.assert_refused(403, "not_enough_privileges");
}

async fn nobody_signs_up_with_rights(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let body = with(wishes(ID), &json!({ "email": ANN, "password": PASSWORD }));
    let user = visitor.post("users/signup", &body).await.ok();
    assert_plain(&user, &visitor.log_in(ANN).await).await;
    let doubled = format!(
        r#"{{"is_superuser":true,"email":"{BOB}","password":"{PASSWORD}","is_superuser":true,"is_verified":1}}"#
    );
    let request = visitor.request(reqwest::Method::POST, "users/signup").header("content-type", "application/json");
    let user = Client::send(request.body(doubled)).await.unwrap().ok();
    assert_plain(&user, &visitor.log_in(BOB).await).await;
}

async fn nobody_gives_themselves_rights(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up(ANN).await;
    let before = ann.get("users/me").await.ok();
    let body = with(wishes(ID), &json!({ "password": NEW_PASSWORD, "new_password": NEW_PASSWORD }));
    let after = ann.patch("users/me", &body).await.ok();
    assert_eq!(after, before);
    assert_eq!(ann.get("users/me").await.ok(), before);
    let change = with(wishes(ID), &json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD }));
    let _message = ann.patch("users/me/password", &change).await.ok();
    assert_eq!(ann.get("users/me").await.ok(), before);
    assert_plain(&before, &ann).await;
    server.client().assert_no_log_in(ANN, PASSWORD).await;
}

/// Of no resource, and whatever a new one is answered with but does not take.
async fn nobody_makes_or_moves_anything_for_another(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let (victim, thief) = (ann.id().await, bob.id().await);
    let document = Document::of(&bob).await;
    for resource in RESOURCES {
        let fields = document.fields_that_none_may_set(&format!("/api/v1/{}", resource.list));
        let mut wishes = wishes(&victim);
        for field in &fields {
            wishes.as_object_mut().unwrap().entry(field).or_insert(json!("a wish"));
        }
        let wish = |body| with(wishes.clone(), &body);
        let own = bob.owner_of_new(resource).await;
        let made =
            bob.post(resource.list, &wish(bob.body_of_new(own.as_deref(), resource, "Planted").await)).await.ok();
        assert_eq!(made["owner_id"], *own.as_ref().unwrap_or(&thief));
        for field in &fields {
            assert_ne!(made[field], wishes[field], "{field} was wished for: {made}");
        }
        let id = made["id"].as_str().unwrap();
        for operation in resource.operations(&document.operations()) {
            // Moving is for who may do it at both ends: the table of roles has it.
            let goes_elsewhere = operation.path.ends_with("/move");
            if !operation.path.contains('{') || operation.takes.is_none() || goes_elsewhere {
                continue;
            }
            let path = operation.path_to(id);
            let request = bob.request(operation.method.parse().unwrap(), &path).json(&wish((resource.body)("Moved")));
            let moved = Client::send(request).await.unwrap().ok();
            for field in &fields {
                assert_eq!(moved[field], made[field], "{}: {field} was wished for: {moved}", operation.name());
            }
        }
        assert_eq!(ann.get(resource.list).await.ok()["count"], 0);
    }
}

async fn nobody_makes_or_moves_an_organization_for_another(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, bob) = (server.client().sign_up(ANN).await, server.client().sign_up(BOB).await);
    let (victim, theirs) = (ann.id().await, ann.add_organization("hers").await);
    let mut wishes = wishes(&victim);
    for (field, wish) in [("created_by", &victim), ("organization_id", &theirs), ("joined_at", &victim)] {
        wishes.as_object_mut().unwrap().insert(field.to_owned(), json!(wish));
    }
    let made = bob.post("organizations/", &with(wishes.clone(), &json!({ "name": "Mine" }))).await.ok();
    assert!(made["id"] != ID && made["role"] == "owner" && !made["created_at"].as_str().unwrap().starts_with("2001"));
    let path = format!("organizations/{}", made["id"].as_str().unwrap());
    let changed = bob.patch(&path, &with(wishes.clone(), &json!({ "name": "Mine" }))).await.ok();
    assert_eq!(changed, made);

    let cy = server.client().sign_up("cy@example.com").await.id().await;
    database.join(made["id"].as_str().unwrap(), &cy, "member").await;
    let wish = with(without(wishes.clone(), &["role"]), &json!({ "role": "viewer" }));
    let member = bob.patch(&format!("{path}/members/{cy}"), &wish).await.ok();
    assert_eq!(
        (&member["user_id"], &member["role"], &member["is_active"]),
        (&json!(cy), &json!("viewer"), &json!(true))
    );

    for (field, wish) in [("invited_by", json!(victim)), ("expires_at", json!("2101-01-01T00:00:00Z"))] {
        wishes.as_object_mut().unwrap().insert(field.to_owned(), wish);
    }
    let wish = with(without(wishes, &["role"]), &json!({ "emails": ["new@example.com"], "role": "viewer" }));
    let _sent = bob.post(&format!("{path}/invitations/"), &wish).await.ok();
    let sent = &bob.get(&format!("{path}/invitations/")).await.ok()["data"][0];
    assert!(sent["id"] != ID && sent["role"] == "viewer" && !sent["expires_at"].as_str().unwrap().starts_with("2101"));
    assert_eq!(sent["invited_by"]["user_id"], bob.id().await);
    assert_eq!(ann.get("organizations/").await.ok()["count"], 1);
    assert_eq!(ann.get(&format!("organizations/{theirs}/members/")).await.ok()["count"], 1);
}

async fn a_superuser_sets_no_more_than_is_offered(database: Database) {
    let server = Setup::on(&database).start().await;
    let root = server.superuser().await;
    let ann = server.client().sign_up(ANN).await;
    let user = format!("users/{}", ann.id().await);
    let before = ann.get("users/me").await.ok();
    let offered = ["is_superuser", "is_active"];
    let after = root.patch(&user, &without(wishes(ID), &offered)).await.ok();
    assert_eq!(after, before);
    let made = root
        .post("users/", &with(without(wishes(ID), &offered), &json!({ "email": BOB, "password": PASSWORD })))
        .await
        .ok();
    assert_ne!(made["id"], ID);
    assert_eq!(made["is_superuser"], false);
    let _bob = server.client().log_in(BOB).await;
}
