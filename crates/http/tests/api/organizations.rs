//! Organisations and their members, through the API.

use actix_web::http::StatusCode;
use ironplate_domain::Role;
use ironplate_testkit::World;
use serde_json::{Value, json};

use crate::api::{ANN, Answer, Api, ROOT};

const BOB: &str = "bob@example.com";
const EVE: &str = "eve@example.com";

/// Ann owns Acme, Bob is in it as this, and Eve is not.
async fn acme(bob: Role) -> (Api, String) {
    let world = World::new().with_user(ANN).await.with_user(BOB).await.with_user(EVE).await.with_superuser(ROOT).await;
    let world = world.with_organization(ANN, "Acme").await.with_member("Acme", BOB, bob).await;
    let path = format!("/organizations/{}", world.organization_called("Acme").id);
    (Api::over(world, ironplate_http::Settings::default()), path)
}

fn refusal(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_made_seen_changed_and_deleted() {
    let api = Api::new().await;
    let made = api.call("POST", "/organizations/", Some(ANN), Some(r#"{"name":"Acme","slug":"ACME"}"#)).await;
    let made = made.json();
    assert_eq!((&made["name"], &made["slug"], &made["role"]), (&json!("Acme"), &json!("acme"), &json!("owner")));
    let path = format!("/organizations/{}", made["id"].as_str().unwrap());
    assert_eq!(api.get(&path, ANN).await.json(), made);
    let list = api.get("/organizations/", ANN).await.json();
    assert_eq!((&list["data"], &list["count"]), (&json!([made]), &json!(1)));

    let changed = api.call("PATCH", &path, Some(ANN), Some(r#"{"name":"Acme Inc"}"#)).await.json();
    assert_eq!(
        changed,
        json!({
            "id": made["id"], "name": "Acme Inc", "slug": "acme", "requires_second_factor": false, "role": "owner",
            "created_at": made["created_at"],
        })
    );

    let asked = api.call("DELETE", &path, Some(ANN), None).await;
    assert_eq!(refusal(&asked), refused(400, "name_required"));
    let told = asked.json()["detail"].as_str().unwrap().to_owned();
    assert!(told.starts_with("This deletes Acme Inc with 1 member") && told.contains("0 invitations"), "{told}");
    let deleted = api.call("DELETE", &format!("{path}?name=Acme+Inc"), Some(ANN), None).await.json();
    let message = "Organisation deleted successfully";
    let [told, members, invitations] = ["message", "members", "invitations"].map(|name| &deleted[name]);
    assert_eq!((told, members, invitations), (&json!(message), &json!(1), &json!(0)));
    assert_eq!(refusal(&api.get(&path, ANN).await), refused(404, "organization_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_sees_what_they_are_in_it_and_a_superuser_that_they_are_nothing() {
    let (api, path) = acme(Role::Viewer).await;
    for (email, role) in [(ANN, json!("owner")), (BOB, json!("viewer")), (ROOT, Value::Null)] {
        assert_eq!(api.get(&path, email).await.json()["role"], role, "{email}");
    }
    let all = api.get("/organizations/all?order_by=name", ROOT).await.json();
    assert_eq!((&all["count"], &all["data"][0]["role"]), (&json!(1), &Value::Null));
    assert_eq!(refusal(&api.get("/organizations/all", ANN).await), refused(403, "not_enough_privileges"));
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_listed_changed_and_removed() {
    let (api, path) = acme(Role::Viewer).await;
    let bob = api.world.user(BOB).id;
    let members = api.get(&format!("{path}/members/?order_by=email"), BOB).await.json();
    let emails: Vec<_> = members["data"].as_array().unwrap().iter().map(|member| &member["email"]).collect();
    assert_eq!(emails, [ANN, BOB]);
    let viewers = api.get(&format!("{path}/members/?role=viewer"), BOB).await.json();
    assert_eq!((&viewers["count"], &viewers["data"][0]["user_id"]), (&json!(1), &json!(bob.to_string())));

    let member = format!("{path}/members/{bob}");
    let changed = api.call("PATCH", &member, Some(ANN), Some(r#"{"role":"admin"}"#)).await.json();
    assert_eq!((&changed["email"], &changed["role"]), (&json!(BOB), &json!("admin")));
    let removed = api.call("DELETE", &member, Some(ANN), None).await;
    assert_eq!(removed.json(), json!({ "message": "Member removed successfully" }));
    let again = api.call("DELETE", &member, Some(ANN), None).await;
    assert_eq!(refusal(&again), refused(404, "member_not_found"));
    assert_eq!(refusal(&api.get(&path, BOB).await), refused(404, "organization_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_handed_over_and_left() {
    let (api, path) = acme(Role::Member).await;
    let (leave, bob) = (format!("{path}/leave"), api.world.user(BOB).id.to_string());
    assert_eq!(refusal(&api.call("POST", &leave, Some(ANN), None).await), refused(409, "last_owner"));
    let transfer = format!("{path}/transfer");
    let owner = api.call("POST", &transfer, Some(ANN), Some(&json!({ "user_id": bob }).to_string())).await.json();
    assert_eq!((&owner["user_id"], &owner["role"]), (&json!(bob), &json!("owner")));
    let left = api.call("POST", &leave, Some(ANN), None).await;
    assert_eq!(left.json(), json!({ "message": "You left the organisation" }));
    let eve = json!({ "user_id": api.world.user(EVE).id.to_string() }).to_string();
    assert_eq!(refusal(&api.call("POST", &transfer, Some(BOB), Some(&eve)).await), refused(404, "member_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_told_the_same_whether_it_is_there_or_not() {
    let (api, path) = acme(Role::Member).await;
    let none = "/organizations/019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11";
    let bob = api.world.user(BOB).id;
    let transfer = json!({ "user_id": bob.to_string() }).to_string();
    for (method, below, body) in [
        ("GET", "", None),
        ("PATCH", "", Some(r#"{"name":"Mine"}"#)),
        ("DELETE", "?name=Acme", None),
        ("POST", "/leave", None),
        ("POST", "/transfer", Some(&*transfer)),
        ("GET", "/members/", None),
        ("GET", "/audit", None),
        ("PATCH", &format!("/members/{bob}"), Some(r#"{"role":"owner"}"#)),
        ("DELETE", &format!("/members/{bob}"), None),
    ] {
        let there = api.call(method, &format!("{path}{below}"), Some(EVE), body).await;
        let nowhere = api.call(method, &format!("{none}{below}"), Some(EVE), body).await;
        assert_eq!(refusal(&there), refused(404, "organization_not_found"), "{method} {below}");
        assert_eq!(
            (there.status, &there.json()["detail"]),
            (nowhere.status, &nowhere.json()["detail"]),
            "{method} {below}"
        );
    }
}

/// Whoever is told what is wrong with a name or a role, is told before what they may do.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_told_at_its_field() {
    let (api, path) = acme(Role::Member).await;
    let member = format!("{path}/members/{}", api.world.user(BOB).id);
    for (method, path, body, place, kind) in [
        ("POST", "/organizations/", r#"{"slug":"acme"}"#, "name", "missing"),
        ("POST", "/organizations/", r#"{"name":""}"#, "name", "string_too_short"),
        ("POST", "/organizations/", r#"{"name":"go to www.evil.example"}"#, "name", "value_error"),
        ("POST", "/organizations/", r#"{"name":"A","slug":"a"}"#, "slug", "string_too_short"),
        ("POST", "/organizations/", r#"{"name":"A","slug":"a b"}"#, "slug", "value_error"),
        ("POST", "/organizations/", r#"{"name":"A","slug":"all"}"#, "slug", "value_error"),
        ("PATCH", &*path, r#"{"slug":7}"#, "slug", "string_type"),
        ("PATCH", &*member, r#"{"role":"god"}"#, "role", "literal_error"),
        ("PATCH", &*member, "{}", "role", "missing"),
        ("POST", &*format!("{path}/transfer"), r#"{"user_id":"x"}"#, "user_id", "uuid_parsing"),
        ("POST", &*format!("{path}/transfer"), r#"{"user_id":7}"#, "user_id", "uuid_type"),
    ] {
        let answer = api.call(method, path, Some(EVE), Some(body)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {answer:?}");
        let fault = &answer.json()["detail"][0];
        assert_eq!((&fault["loc"], &fault["type"]), (&json!(["body", place]), &json!(kind)), "{body}");
    }
    let answer = api.get(&format!("{path}/members/?role=god"), EVE).await;
    assert_eq!(answer.json()["detail"][0]["loc"], json!(["query", "role"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_owner_goes_with_their_organizations_or_not_at_all() {
    for (by, path) in [(ANN, "/users/me".to_owned()), (ROOT, String::new())] {
        let (api, acme) = acme(Role::Admin).await;
        let path = if path.is_empty() { format!("/users/{}", api.world.user(ANN).id) } else { path };
        let answer = api.call("DELETE", &path, Some(by), None).await;
        assert_eq!(refusal(&answer), refused(409, "sole_owner"), "{by}");
        assert!(answer.json()["detail"].as_str().unwrap().contains("the only owner of Acme"), "{answer:?}");
        let invalid = api.call("DELETE", &format!("{path}?with_organizations=perhaps"), Some(by), None).await;
        assert_eq!(invalid.json()["detail"][0]["loc"], json!(["query", "with_organizations"]));
        let answer = api.call("DELETE", &format!("{path}?with_organizations=true"), Some(by), None).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        assert_eq!(refusal(&api.get(&acme, ROOT).await), refused(404, "organization_not_found"));
    }
    let (api, _) = acme(Role::Admin).await;
    let path = format!("/users/{}", api.world.user(ANN).id);
    let answer = api.call("PATCH", &path, Some(ROOT), Some(r#"{"is_active":false}"#)).await;
    assert_eq!(refusal(&answer), refused(409, "sole_owner"));
}

#[tokio::test(flavor = "multi_thread")]
async fn its_log_is_read_by_those_who_answer_for_it() {
    let (api, path) = acme(Role::Member).await;
    let _acme = api.call("PATCH", &path, Some(ANN), Some(r#"{"name":"Umbrella"}"#)).await;
    let log = format!("{path}/audit");
    assert_eq!(refusal(&api.get(&log, BOB).await), refused(403, "not_enough_privileges"));
    let told = api.get(&log, ANN).await.json();
    let [refusal, change] = &told["data"].as_array().unwrap()[..] else { panic!("two events: {told}") };
    assert_eq!((&refusal["kind"], &refusal["actor_email"]), (&json!("permission.refused"), &json!(BOB)));
    assert_eq!((&change["kind"], &change["details"]), (&json!("organization.changed"), &json!({ "fields": "name" })));
    let id = path.rsplit('/').next().unwrap();
    assert_eq!((&change["organization_id"], &told["next"]), (&json!(id), &Value::Null));
    let part = api.get(&format!("{log}?limit=1"), ANN).await.json();
    let rest = api.get(&format!("{log}?limit=1&after={}", part["next"].as_str().unwrap()), ANN).await.json();
    assert_eq!((&part["data"][0]["id"], &rest["data"][0]["id"]), (&refusal["id"], &change["id"]));
    let everybodys = api.get(&format!("/audit?organization={id}"), ROOT).await.json();
    assert_eq!(everybodys["data"].as_array().unwrap().len(), 2);
    for (path, parameter) in [(&log, "actor"), (&log, "kind"), (&log, "since"), (&log, "after"), (&log, "limit")] {
        let answer = api.get(&format!("{path}?{parameter}=x"), EVE).await;
        assert_eq!(answer.json()["detail"][0]["loc"], json!(["query", parameter]));
    }
    let answer = api.get("/audit?organization=acme", ROOT).await;
    assert_eq!(answer.json()["detail"][0]["loc"], json!(["query", "organization"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_their_data_along_takes_what_they_are_in_organizations() {
    let (api, path) = acme(Role::Admin).await;
    let exported = api.get("/users/me/export", BOB).await.json();
    let id = path.rsplit('/').next().unwrap();
    let [membership] = &exported["memberships"].as_array().unwrap()[..] else { panic!("one: {exported}") };
    assert_eq!((&membership["organization_id"], &membership["name"]), (&json!(id), &json!("Acme")));
    assert_eq!((&membership["role"], &membership["is_maker"]), (&json!("admin"), &json!(false)));
    assert_eq!((&exported["invitations_sent"], &exported["invitations_received"]), (&json!([]), &json!([])));
}
