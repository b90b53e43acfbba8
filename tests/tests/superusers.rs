//! What superusers do to others, and what nobody does to the last of them.

use futures::future::{join, join_all};
use ironplate_tests::{Answer, Client, Database, PASSWORD, SUPERUSER, Setup, on_both_databases, on_postgres_only};
use serde_json::{Value, json};

on_both_databases!(
    a_superuser_sees_everybody_and_everything,
    a_superuser_makes_users_and_promotes_them,
    a_deactivated_user_is_out_on_the_next_request,
    a_deleted_user_is_out_on_the_next_request,
    a_demoted_superuser_is_out_on_the_next_request,
    a_password_set_by_a_superuser_ends_the_users_sessions,
    the_last_superuser_stays,
    of_two_superusers_who_leave_at_once_one_stays_whoever_is_invited,
);

on_postgres_only!(
    the_last_superuser_stays_in_a_race_through_two_servers,
    rivals_who_demote_one_another_do_not_deadlock
);

const NEW_PASSWORD: &str = "another-fine-password-7";
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

async fn a_superuser_sees_everybody_and_everything(database: Database) {
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let made = ann.write().await;
    let root = server.superuser().await;
    let users = root.get("users/").await.ok();
    let emails: Vec<&str> =
        users["data"].as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap()).collect();
    assert_eq!(emails, ["ann@example.com", SUPERUSER], "newest first");
    assert_eq!(users["count"], 2);
    assert_eq!(root.get(&format!("users/{}", ann.id().await)).await.ok(), ann.get("users/me").await.ok());
    assert_eq!(root.get("organizations/all").await.ok()["data"][0]["id"], made);
    assert_eq!(root.get(&format!("organizations/{made}")).await.ok()["name"], "牛乳");
    root.get(&format!("users/{NOBODY}")).await.assert_refused(404, "user_not_found");
}

async fn a_superuser_makes_users_and_promotes_them(database: Database) {
    let server = Setup::on(&database).start().await;
    let root = server.superuser().await;
    let body = json!({ "email": "bob@example.com", "password": PASSWORD, "confirm_password": PASSWORD });
    let bob = root.post("users/", &body).await.ok();
    assert_eq!(bob["is_superuser"], false);
    root.post("users/", &body).await.assert_refused(400, "email_taken");

    let client = server.client().log_in("bob@example.com").await;
    client.get("users/").await.assert_refused(403, "not_enough_privileges");
    let _bob = root.patch(&user_path(&bob), &json!({ "is_superuser": true })).await.ok();
    assert_eq!(client.get("users/").await.ok()["count"], 2, "on the next request, without another log-in");
}

async fn a_deactivated_user_is_out_on_the_next_request(database: Database) {
    let server = Setup::on(&database).start().await;
    let root = server.superuser().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let path = format!("users/{}", ann.id().await);
    let _ann = root.patch(&path, &json!({ "is_active": false })).await.ok();
    ann.get("users/me").await.assert_refused(400, "inactive_user");
    ann.post("organizations/", &json!({ "name": "牛乳" })).await.assert_refused(400, "inactive_user");
    server.client().ask_for_token("ann@example.com", PASSWORD).await.assert_refused(400, "inactive_user");

    let _ann = root.patch(&path, &json!({ "is_active": true })).await.ok();
    ann.get("users/me").await.assert_refused(403, "invalid_token");
    let _again = server.client().log_in("ann@example.com").await;
}

async fn a_deleted_user_is_out_on_the_next_request(database: Database) {
    let server = Setup::on(&database).start().await;
    let root = server.superuser().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let path = format!("users/{}", ann.id().await);
    let _message = root.delete(&path).await.ok();
    ann.get("users/me").await.assert_refused(404, "user_not_found");
    ann.post("organizations/", &json!({ "name": "牛乳" })).await.assert_refused(404, "user_not_found");
    root.delete(&path).await.assert_refused(404, "user_not_found");
    server.client().ask_for_token("ann@example.com", PASSWORD).await.assert_refused(400, "incorrect_credentials");
}

async fn a_demoted_superuser_is_out_on_the_next_request(database: Database) {
    let server = Setup::on(&database).start().await;
    let root = server.superuser().await;
    let bob = superuser(&root, "bob@example.com").await;
    let _users = bob.get("users/").await.ok();
    let _bob = root.patch(&format!("users/{}", bob.id().await), &json!({ "is_superuser": false })).await.ok();
    bob.get("users/").await.assert_refused(403, "invalid_token");
    let again = server.client().log_in("bob@example.com").await;
    again.get("users/").await.assert_refused(403, "not_enough_privileges");
}

async fn a_password_set_by_a_superuser_ends_the_users_sessions(database: Database) {
    let server = Setup::on(&database).start().await;
    let root = server.superuser().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let _ann = root.patch(&format!("users/{}", ann.id().await), &json!({ "password": NEW_PASSWORD })).await.ok();
    ann.get("users/me").await.assert_refused(403, "invalid_token");
    let _token = server.client().ask_for_token("ann@example.com", NEW_PASSWORD).await.ok();
}

async fn the_last_superuser_stays(database: Database) {
    let server = Setup::on(&database).start().await;
    let root = server.superuser().await;
    let path = format!("users/{}", root.id().await);
    for change in [json!({ "is_superuser": false }), json!({ "is_active": false })] {
        root.patch(&path, &change).await.assert_refused(409, "last_superuser");
    }
    root.delete(&path).await.assert_refused(403, "superuser_deletes_self");

    // An inactive superuser is no way in.
    let bob = superuser(&root, "bob@example.com").await;
    let _bob = root.patch(&format!("users/{}", bob.id().await), &json!({ "is_active": false })).await.ok();
    root.patch(&path, &json!({ "is_superuser": false })).await.assert_refused(409, "last_superuser");
    let _users = root.get("users/").await.ok();
}

/// Who has no password yet can't take over.
async fn of_two_superusers_who_leave_at_once_one_stays_whoever_is_invited(database: Database) {
    let server = Setup::on(&database).start().await;
    let mut root = server.superuser().await;
    let _carl = root.post("users/", &json!({ "email": "carl@example.com", "is_superuser": true })).await.ok();
    let mut bob = superuser(&root, "bob@example.com").await;
    for change in [json!({ "is_superuser": false }), json!({ "is_active": false })].iter().cycle().take(8) {
        let (root_path, bob_path) = (format!("users/{}", root.id().await), format!("users/{}", bob.id().await));
        let (by_root, by_bob) = join(root.patch(&root_path, change), bob.patch(&bob_path, change)).await;
        let mut statuses = [by_root.status, by_bob.status];
        let (left, gone) = if by_root.status == 409 { (&root, &bob_path) } else { (&bob, &root_path) };
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{by_root:?} {by_bob:?}");
        let _back = left.patch(gone, &json!({ "is_superuser": true, "is_active": true })).await.ok();
        (root, bob) = (server.superuser().await, server.client().log_in("bob@example.com").await);
    }
}

async fn the_last_superuser_stays_in_a_race_through_two_servers(database: Database) {
    for answer in demote_one_another(&database).await {
        assert!([200, 403, 409, 503].contains(&answer.status), "{answer:?}");
    }
}

async fn rivals_who_demote_one_another_do_not_deadlock(database: Database) {
    for answer in demote_one_another(&database).await {
        assert_ne!(answer.status, 503, "{answer:?}");
    }
}

/// Two superusers, each on a server of their own, demote one another at the same moment; then themselves; and so on.
/// Whatever they are answered, one of the two stays.
async fn demote_one_another(database: &Database) -> Vec<Answer> {
    const RIVALS: usize = 8;
    let setup = Setup::on(database);
    let (here, there) = join(setup.start(), setup.start()).await;
    let demotion = json!({ "is_superuser": false });
    let mut root = here.superuser().await;
    let mut bob = superuser(&root, "bob@example.com").await.at(there.address());
    let root_path = format!("users/{}", root.id().await);
    let bob_path = format!("users/{}", bob.id().await);
    let mut answers = Vec::new();
    for (target_of_root, target_of_bob) in [(&bob_path, &root_path), (&root_path, &bob_path)].repeat(8) {
        let by_root = join_all((0..RIVALS).map(|_| root.patch(target_of_root, &demotion)));
        let by_bob = join_all((0..RIVALS).map(|_| bob.patch(target_of_bob, &demotion)));
        let (by_root, by_bob) = join(by_root, by_bob).await;
        let succeeded = |answers: &[Answer]| answers.iter().any(|answer| answer.status == 200);
        assert!(succeeded(&by_root) != succeeded(&by_bob), "one of the two, and one alone: {by_root:?} {by_bob:?}");
        answers.extend(by_root.into_iter().chain(by_bob));

        root = here.superuser().await;
        bob = there.client().log_in("bob@example.com").await;
        let (root_is, bob_is) = (is_superuser(&root).await, is_superuser(&bob).await);
        assert!(root_is != bob_is, "one superuser is left: {root_is} {bob_is}");
        let (left, fallen) = if root_is { (&root, &bob_path) } else { (&bob, &root_path) };
        let _promoted = left.patch(fallen, &json!({ "is_superuser": true })).await.ok();
    }
    answers
}

async fn superuser(root: &Client, email: &str) -> Client {
    let body = json!({ "email": email, "password": PASSWORD, "is_superuser": true });
    let _user = root.post("users/", &body).await.ok();
    root.log_in(email).await
}

async fn is_superuser(client: &Client) -> bool {
    client.get("users/me").await.ok()["is_superuser"] == true
}

fn user_path(user: &Value) -> String {
    format!("users/{}", user["id"].as_str().unwrap())
}
