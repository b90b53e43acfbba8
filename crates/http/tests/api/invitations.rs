//! Invitations, through the API.

use actix_web::http::StatusCode;
use ironplate_domain::Role;
use ironplate_http::Settings;
use ironplate_testkit::{World, user};
use serde_json::{Value, json};

use crate::api::{ANN, Answer, Api};

const BOB: &str = "bob@example.com";
const EVE: &str = "eve@example.com";
const NEW: &str = "new@example.com";

/// Ann owns Acme. Bob's address is proved, and Eve's is not.
async fn acme() -> (World, String) {
    let world = World::new().with_user(ANN).await.with(user(BOB).verified()).await.with_user(EVE).await;
    let world = world.with_organization(ANN, "Acme").await;
    let path = format!("/organizations/{}/invitations/", world.organization_called("Acme").id);
    (world, path)
}

fn over(world: World) -> Api {
    Api::over(world, Settings::default())
}

fn refusal(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_are_sent_listed_sent_again_and_taken_back() {
    let (world, path) = acme().await;
    let api = over(world);
    let body = json!({ "emails": [NEW, "New@EXAMPLE.com", "no address", ANN], "role": "admin" }).to_string();
    let sent = api.call("POST", &path, Some(ANN), Some(&body)).await.json();
    let results = sent["data"].as_array().unwrap();
    let told: Vec<_> = results.iter().map(|result| json!([result["email"], result["status"]])).collect();
    assert_eq!(told, [json!([NEW, "invited"]), json!(["no address", "invalid"]), json!([ANN, "already_member"])]);
    assert_eq!((&results[0]["id"].is_string(), &results[1]["id"]), (&true, &Value::Null));

    let list = api.get(&path, ANN).await.json();
    let [listed] = &list["data"].as_array().unwrap()[..] else { panic!("{list}") };
    assert_eq!((&listed["id"], &listed["email"], &listed["role"]), (&results[0]["id"], &json!(NEW), &json!("admin")));
    let ann = json!({ "user_id": api.world.user(ANN).id.to_string(), "email": ANN });
    assert_eq!((&listed["invited_by"], &list["count"], &list["next"]), (&ann, &json!(1), &Value::Null));

    let one = format!("{path}{}", listed["id"].as_str().unwrap());
    assert_eq!(api.call("POST", &format!("{one}/resend"), Some(ANN), None).await.json(), *listed);
    let deleted = api.call("DELETE", &one, Some(ANN), None).await.json();
    assert_eq!(deleted, json!({ "message": "Invitation deleted successfully" }));
    for (method, path) in [("DELETE", one.clone()), ("POST", format!("{one}/resend"))] {
        assert_eq!(
            refusal(&api.call(method, &path, Some(ANN), None).await),
            refused(404, "invitation_not_found"),
            "{method}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_looked_at_declined_and_accepted() {
    let (world, _) = acme().await;
    let (_, secret) = world.invite(ANN, "Acme", BOB, Role::Member).await;
    let (_, declined) = world.invite(ANN, "Acme", NEW, Role::Member).await;
    let api = over(world);
    let path = format!("/invitations/{}", secret.expose());
    for (by, is_yours) in [(None, Value::Null), (Some(BOB), json!(true)), (Some(EVE), json!(false))] {
        let offer = api.call("GET", &path, by, None).await.json();
        let acme = json!({ "name": "Acme", "slug": "acme", "requires_second_factor": false });
        assert_eq!((&offer["organization"], &offer["email"], &offer["role"]), (&acme, &json!(BOB), &json!("member")));
        assert_eq!((&offer["invited_by"], &offer["has_account"]), (&json!(ANN), &json!(true)));
        assert_eq!(offer["is_yours"], is_yours, "{by:?}");
    }
    let accept = format!("{path}/accept");
    assert_eq!(
        refusal(&api.call("POST", &accept, Some(EVE), None).await),
        refused(403, "invitation_for_another_account")
    );
    let joined = api.call("POST", &accept, Some(BOB), None).await.json();
    assert_eq!((&joined["name"], &joined["role"]), (&json!("Acme"), &json!("member")));
    let decline = format!("/invitations/{}/decline", declined.expose());
    assert_eq!(api.call("POST", &decline, None, None).await.json(), json!({ "message": "Invitation declined" }));
    for (method, path, by) in [("GET", &path, None), ("POST", &accept, Some(BOB)), ("POST", &decline, None)] {
        assert_eq!(refusal(&api.call(method, path, by, None).await), refused(404, "invitation_not_found"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_proved_their_address_answers_what_waits_for_it() {
    let (world, _) = acme().await;
    let world = world.with_organization(EVE, "Eves").await;
    let (acmes, _) = world.invite(ANN, "Acme", BOB, Role::Viewer).await;
    let (eves, _) = world.invite(EVE, "Eves", BOB, Role::Member).await;
    let (unproved, _) = world.invite(ANN, "Acme", EVE, Role::Member).await;
    let api = over(world);
    let mine = "/users/me/invitations";
    let waiting = api.get(mine, BOB).await.json();
    let [first, second] = &waiting["data"].as_array().unwrap()[..] else { panic!("{waiting}") };
    assert_eq!((&first["id"], &second["id"]), (&json!(acmes.id.to_string()), &json!(eves.id.to_string())));
    assert_eq!((&first["organization"]["slug"], &first["invited_by"]), (&json!("acme"), &json!(ANN)));
    let joined = api.call("POST", &format!("{mine}/{}/accept", acmes.id), Some(BOB), None).await.json();
    assert_eq!((&joined["slug"], &joined["role"]), (&json!("acme"), &json!("viewer")));
    let declined = api.call("POST", &format!("{mine}/{}/decline", eves.id), Some(BOB), None).await.json();
    assert_eq!(declined, json!({ "message": "Invitation declined" }));
    assert_eq!(api.get(mine, BOB).await.json(), json!({ "data": [] }));

    assert_eq!(api.get(mine, EVE).await.json(), json!({ "data": [] }));
    for (by, answer) in [(EVE, "accept"), (EVE, "decline"), (BOB, "accept"), (BOB, "decline")] {
        let outcome = api.call("POST", &format!("{mine}/{}/{answer}", unproved.id), Some(by), None).await;
        assert_eq!(refusal(&outcome), refused(404, "invitation_not_found"), "{by} {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_makes_the_account_of_its_address_and_no_other() {
    let (world, _) = acme().await;
    let (_, secret) = world.invite(ANN, "Acme", NEW, Role::Member).await;
    let (_, bobs) = world.invite(ANN, "Acme", BOB, Role::Member).await;
    let api = over(world);
    let path = format!("/invitations/{}/sign-up", secret.expose());
    let weak = api.post(&path, &json!({ "password": "weak as water" })).await;
    assert_eq!(
        (weak.status, &weak.json()["detail"][0]["loc"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!(["body", "password"]))
    );
    let wishes = json!({
        "password": "a password of mine", "full_name": "New", "email": "other@example.com", "is_superuser": true
    });
    let made = api.post(&path, &wishes).await.json();
    assert_eq!(
        (&made["email"], &made["is_verified"], &made["is_superuser"]),
        (&json!(NEW), &json!(true), &json!(false))
    );
    assert_eq!(api.get("/organizations/", NEW).await.json()["data"][0]["role"], "member");
    assert_eq!(refusal(&api.post(&path, &wishes).await), refused(404, "invitation_not_found"));
    let bobs = format!("/invitations/{}/sign-up", bobs.expose());
    assert_eq!(refusal(&api.post(&bobs, &wishes).await), refused(400, "email_taken"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_contradicts_is_told() {
    let (mut world, path) = acme().await;
    let (sent, secret) = world.invite(ANN, "Acme", BOB, Role::Member).await;
    let (_, news) = world.invite(ANN, "Acme", NEW, Role::Member).await;
    world.policy.organizations.most_members = 1;
    world.policy.sends_mail = false;
    let api = over(world);
    for (path, body, code) in [
        (path.clone(), Some(r#"{"emails":["x@example.com"],"role":"viewer"}"#), "mail_off"),
        (format!("{path}{}/resend", sent.id), None, "mail_off"),
    ] {
        assert_eq!(refusal(&api.call("POST", &path, Some(ANN), body).await), refused(409, code), "{path}");
    }
    let accept = api.call("POST", &format!("/invitations/{}/accept", secret.expose()), Some(BOB), None).await;
    assert_eq!(refusal(&accept), refused(409, "too_many_members"));
    let accept = api.call("POST", &format!("/users/me/invitations/{}/accept", sent.id), Some(BOB), None).await;
    assert_eq!(refusal(&accept), refused(409, "too_many_members"));
    let sign_up = json!({ "password": "a password of mine" });
    let sign_up = api.post(&format!("/invitations/{}/sign-up", news.expose()), &sign_up).await;
    assert_eq!(refusal(&sign_up), refused(409, "too_many_members"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_told_at_its_field() {
    let (world, path) = acme().await;
    let api = over(world);
    let many = json!({ "emails": vec!["x"; 101], "role": "member" }).to_string();
    for (body, place, kind) in [
        (r#"{"role":"member"}"#, "emails", "missing"),
        (r#"{"emails":"new@example.com","role":"member"}"#, "emails", "list_type"),
        (r#"{"emails":[],"role":"member"}"#, "emails", "too_short"),
        (&*many, "emails", "too_long"),
        (r#"{"emails":["new@example.com",7],"role":"member"}"#, "emails", "string_type"),
        (r#"{"emails":["new@example.com"]}"#, "role", "missing"),
        (r#"{"emails":["new@example.com"],"role":"god"}"#, "role", "literal_error"),
    ] {
        let answer = api.call("POST", &path, Some(ANN), Some(body)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {answer:?}");
        let fault = &answer.json()["detail"][0];
        assert_eq!((&fault["loc"], &fault["type"]), (&json!(["body", place]), &json!(kind)), "{body}");
    }
    assert_eq!(api.world.store.invitations(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_told_the_same_whether_it_is_there_or_not() {
    let (world, path) = acme().await;
    let (sent, _) = world.invite(ANN, "Acme", NEW, Role::Member).await;
    let api = over(world);
    let none = "/organizations/019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11/invitations/";
    let body = r#"{"emails":["new@example.com"],"role":"viewer"}"#;
    for (method, below, body) in [
        ("GET", String::new(), None),
        ("POST", String::new(), Some(body)),
        ("POST", format!("{}/resend", sent.id), None),
        ("DELETE", sent.id.to_string(), None),
    ] {
        let there = api.call(method, &format!("{path}{below}"), Some(EVE), body).await;
        let nowhere = api.call(method, &format!("{none}{below}"), Some(EVE), body).await;
        assert_eq!(refusal(&there), refused(404, "organization_not_found"), "{method} {below}");
        assert_eq!(there.json()["detail"], nowhere.json()["detail"], "{method} {below}");
        assert_eq!(there.status, nowhere.status, "{method} {below}");
    }
}
