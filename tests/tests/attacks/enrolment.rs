//! Whoever must have a second factor does nothing without one, whatever they hold.

use futures::{StreamExt, stream};
use ironplate_tests::{Client, Database, Document, Owner, PASSWORD, Setup, on_both_databases};
use serde_json::json;

use super::world::{ANN, BOB};

on_both_databases!(
    whoever_must_have_a_second_factor_reaches_nothing_else_by_token_or_cookie,
    enrolling_opens_everything_and_the_last_factor_stays,
    only_superusers_must_where_that_is_said,
    an_organization_bars_members_without_and_leads_nobody_past_it,
);

/// What whoever has none may do; no other operation.
const BEFORE: [&str; 16] = [
    "GET /api/v1/users/me",
    "POST /api/v1/login/test-token",
    "POST /api/v1/users/me/verify-email",
    "POST /api/v1/logout",
    "DELETE /api/v1/session",
    "POST /api/v1/session/confirm",
    "POST /api/v1/session/confirm/challenge",
    "GET /api/v1/users/me/sessions",
    "DELETE /api/v1/users/me/sessions",
    "DELETE /api/v1/users/me/sessions/{session_id}",
    "GET /api/v1/users/me/second-factors",
    "POST /api/v1/users/me/authenticator-apps/",
    "POST /api/v1/users/me/authenticator-apps/{authenticator_app_id}/confirm",
    "POST /api/v1/users/me/passkeys/challenge",
    "POST /api/v1/users/me/passkeys/",
    "POST /api/v1/users/me/recovery-codes",
];

/// A server that asks it of these, beside one on the same database that asks it of nobody.
fn asking(database: &Database, of: &str) -> Setup {
    Setup::on(database).with("IRONPLATE__ACCOUNTS__SECOND_FACTOR", of)
}

/// Also in sessions that were open before.
async fn whoever_must_have_a_second_factor_reaches_nothing_else_by_token_or_cookie(database: Database) {
    let before = Setup::on(&database).start().await;
    let server = asking(&database, "everybody").start().await;
    let operations = Document::of(&server.client()).await.operations();
    let (visitor, then) = (before.client(), server.client());
    let cases = operations.iter().filter(|operation| operation.authenticated).enumerate();
    let made = cases.flat_map(|(number, operation)| [(number, operation, false), (number, operation, true)]);
    let asked = made.map(|(number, operation, by_cookie)| {
        let (visitor, then) = (&visitor, &then);
        async move {
            let email = format!("owner{number}{by_cookie}@example.com");
            let owner = Owner::sign_up(visitor, &email).await;
            let owner = owner.with_member("0190a1b2-c3d4-7e5f-8a9b-000000000001");
            let caller = if by_cookie {
                then.with_cookie(&ironplate_tests::cookie_of(&visitor.ask_for_cookie(&email, PASSWORD).await))
            } else {
                then.with_token(&visitor.open_session(&email).await.access)
            };
            let answer = Client::send(owner.request(&caller, operation, "free@example.com")).await.expect("an answer");
            let refused = answer.status == 403 && answer.json()["code"] == "second_factor_enrolment_required";
            let may = BEFORE.contains(&&*operation.name());
            (refused == may).then(|| format!("{}, by cookie: {by_cookie}: {answer:?}", operation.name()))
        }
    });
    let surprises: Vec<String> =
        stream::iter(asked).buffer_unordered(4).filter_map(async |surprise| surprise).collect().await;
    assert!(surprises.is_empty(), "{surprises:#?}");
}

async fn enrolling_opens_everything_and_the_last_factor_stays(database: Database) {
    let server = asking(&database, "everybody").start().await;
    let ann = server.client().sign_up(ANN).await;
    let refused = ann.get("organizations/").await;
    refused.assert_refused(403, "second_factor_enrolment_required");
    let told = refused.json()["detail"].as_str().expect("a sentence").to_owned();
    assert!(told.contains("/dashboard/settings/security"), "it says where one is set up: {told}");
    let _waiting = ann.begin_app("phone").await;
    ann.get("organizations/").await.assert_refused(403, "second_factor_enrolment_required");
    database.prove_addresses().await;
    let app = ann.add_app("phone").await;
    let _own = ann.get("organizations/").await.ok();
    let path = format!("users/me/authenticator-apps/{}", app.id);
    ann.delete(&path).await.assert_refused(409, "last_second_factor");
    let _own = ann.get("organizations/").await.ok();
}

async fn only_superusers_must_where_that_is_said(database: Database) {
    let before = Setup::on(&database).start().await;
    let root = before.superuser().await;
    let server = asking(&database, "superusers").start().await;
    let ann = server.client().sign_up(ANN).await;
    let _own = ann.get("organizations/").await.ok();
    let root = server.client().with_token(root.token().expect("a token"));
    root.get("users/").await.assert_refused(403, "second_factor_enrolment_required");
    let _me = root.get("users/me").await.ok();
    database.prove_addresses().await;
    let app = ann.add_app("phone").await;
    let _message = ann.delete(&format!("users/me/authenticator-apps/{}", app.id)).await.ok();
}

async fn an_organization_bars_members_without_and_leads_nobody_past_it(database: Database) {
    let server = Setup::on(&database).start().await;
    let visitor = server.client();
    let (ann, bob) = (visitor.sign_up(ANN).await, visitor.sign_up(BOB).await);
    let acme = ann.add_organization("acme").await;
    database.join(&acme, &bob.id().await, "admin").await;
    let (path, requires) = (format!("organizations/{acme}"), json!({ "requires_second_factor": true }));
    ann.patch(&path, &requires).await.assert_refused(409, "no_second_factor");
    database.prove_addresses().await;
    let _app = ann.add_app("phone").await;
    bob.patch(&path, &requires).await.assert_refused(403, "not_enough_privileges");
    let _bobs = ann.patch(&path, &requires).await.ok();
    let browser = visitor.browse(BOB).await;
    for bob in [&bob, &browser] {
        for refused in [
            bob.get(&path).await,
            bob.patch(&path, &json!({ "name": "Umbrella" })).await,
            bob.get(&format!("{path}/members/")).await,
            bob.get(&format!("{path}/invitations/")).await,
            bob.get(&format!("{path}/audit")).await,
        ] {
            refused.assert_refused(403, "organization_requires_second_factor");
        }
        let _mine = bob.get("organizations/").await.ok();
    }
    // Nobody is kept in.
    let eve = visitor.sign_up("eve@example.com").await;
    database.join(&acme, &eve.id().await, "viewer").await;
    let _left = eve.post(&format!("{path}/leave"), &json!(null)).await.ok();
    eve.get(&path).await.assert_refused(404, "organization_not_found");
    database.prove_addresses().await;
    let _app = bob.add_app("phone").await;
    let _members = bob.get(&format!("{path}/members/")).await.ok();
}
