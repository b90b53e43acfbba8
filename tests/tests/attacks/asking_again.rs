//! Whoever finds a session open, or steals one, does nothing for which its owner is asked again who they are.

use std::collections::BTreeSet;

use futures::{StreamExt, stream};
use ironplate_tests::{Client, Database, Document, Operation, Owner, PASSWORD, Setup, on_both_databases};
use serde_json::{Value, json};

use super::{
    roles::table::{TABLE, TABLE_OF_ORGANIZATIONS},
    world::ANN,
};

on_both_databases!(
    an_old_proof_is_asked_for_anew_by_the_table,
    with_ask_again_tokens_are_asked_as_cookies_are,
    who_is_asked_confirms_and_goes_on,
    what_gives_nobody_anything_asks_nobody,
);

/// Whose proof has to be recent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Everybody's.
    Everybody,
    /// Of whoever shows a cookie; of a token with `accounts.ask_again`. The template's clients know these operations.
    Cookies,
}

/// The operations that ask, with what is sent, where it is not what [`Owner::request`] sends. No other one does.
const ASKING: &[(&str, Asks, Option<&str>)] = &[
    ("PATCH /api/v1/users/me", Asks::Cookies, Some(r#"{"email": "FREE"}"#)),
    ("DELETE /api/v1/users/me", Asks::Cookies, None),
    ("POST /api/v1/users/", Asks::Cookies, Some(r#"{"email": "FREE", "password": "PASSWORD", "is_superuser": true}"#)),
    ("PATCH /api/v1/users/{user_id}", Asks::Cookies, Some(r#"{"is_superuser": true}"#)),
    ("DELETE /api/v1/users/{user_id}", Asks::Cookies, None),
    ("GET /api/v1/users/me/export", Asks::Everybody, None),
    ("DELETE /api/v1/users/{user_id}/second-factors", Asks::Everybody, None),
    ("POST /api/v1/users/me/authenticator-apps/", Asks::Everybody, Some(r#"{"name": "Tablet"}"#)),
    ("POST /api/v1/users/me/authenticator-apps/{authenticator_app_id}/confirm", Asks::Everybody, None),
    ("PATCH /api/v1/users/me/authenticator-apps/{authenticator_app_id}", Asks::Everybody, None),
    ("DELETE /api/v1/users/me/authenticator-apps/{authenticator_app_id}", Asks::Everybody, None),
    ("POST /api/v1/users/me/recovery-codes", Asks::Everybody, None),
    // What a passkey then answers is worth something only with this challenge.
    ("POST /api/v1/users/me/passkeys/challenge", Asks::Everybody, Some("{}")),
    ("PATCH /api/v1/users/me/passkeys/{passkey_id}", Asks::Everybody, None),
    ("DELETE /api/v1/users/me/passkeys/{passkey_id}", Asks::Everybody, None),
    ("DELETE /api/v1/organizations/{organization_id}", Asks::Everybody, None),
    ("POST /api/v1/organizations/{organization_id}/transfer", Asks::Everybody, None),
    ("PATCH /api/v1/organizations/{organization_id}/members/{user_id}", Asks::Everybody, Some(r#"{"role": "owner"}"#)),
    (
        "POST /api/v1/organizations/{organization_id}/invitations/",
        Asks::Everybody,
        Some(r#"{"emails": ["FREE"], "role": "owner"}"#),
    ),
];

/// How a caller shows their session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Credential {
    Token,
    Cookie,
}

/// A caller who may do it, and the owner of what it is done to.
struct Case {
    operation: Operation,
    credential: Credential,
    owner: Owner,
    caller: Client,
    free: String,
}

impl Case {
    async fn new(
        database: &Database,
        root: &Client,
        visitor: &Client,
        (number, (operation, credential)): (usize, (Operation, Credential)),
    ) -> Self {
        let owner = Owner::sign_up(visitor, &format!("owner{number}@example.com")).await;
        let member = account(root, &format!("member{number}@example.com"), false).await;
        database.join(owner.organization(), &member, "member").await;
        let caller = if is_for_superusers(&operation) {
            let email = format!("caller{number}@example.com");
            let _id = account(root, &email, true).await;
            email
        } else {
            owner.email.clone()
        };
        let caller = match credential {
            Credential::Token => visitor.log_in(&caller).await,
            Credential::Cookie => visitor.browse(&caller).await,
        };
        let free = format!("free{number}@example.com");
        Self { operation, credential, owner: owner.with_member(&member), caller, free }
    }

    fn row(&self) -> Option<&'static (&'static str, Asks, Option<&'static str>)> {
        ASKING.iter().find(|(name, ..)| *name == self.operation.name())
    }

    /// Whether they were asked.
    async fn is_asked(&self) -> bool {
        let request = self.owner.request(&self.caller, &self.operation, &self.free);
        let request = match self.row() {
            Some((_, _, Some(body))) => {
                let body = body.replace("FREE", &self.free).replace("PASSWORD", PASSWORD);
                request.json(&serde_json::from_str::<Value>(&body).expect("a body"))
            }
            _ => request,
        };
        let answer = Client::send(request).await.expect("an answer");
        answer.status == 403 && answer.json()["code"] == "recent_authentication_required"
    }
}

async fn account(root: &Client, email: &str, is_superuser: bool) -> String {
    let account = json!({ "email": email, "password": PASSWORD, "is_superuser": is_superuser });
    root.post("users/", &account).await.ok()["id"].as_str().expect("an id").to_owned()
}

/// Whether the owner of what it is done to may not.
fn is_for_superusers(operation: &Operation) -> bool {
    let name = operation.name();
    let persons = TABLE.iter().filter(|(row, _)| *row == name).map(|(_, [_, owner, ..])| *owner);
    let owners = TABLE_OF_ORGANIZATIONS.iter().filter(|(row, _)| *row == name).map(|(_, statuses)| statuses[5]);
    persons.chain(owners).any(|status| status == 403)
}

async fn an_old_proof_is_asked_for_anew_by_the_table(database: Database) {
    assert_table_holds(&database, "off").await;
}

async fn with_ask_again_tokens_are_asked_as_cookies_are(database: Database) {
    assert_table_holds(&database, "on").await;
}

async fn assert_table_holds(database: &Database, ask_again: &str) {
    // Where there are passkeys.
    let setup = Setup::on(database).with("FRONTEND_HOST", "http://localhost:5173");
    let server = setup.with("IRONPLATE__ACCOUNTS__ASK_AGAIN", ask_again).start().await;
    let (root, visitor) = (server.superuser().await, server.client());
    let operations = Document::of(&root).await.operations();
    let operations = || operations.iter().filter(|operation| operation.authenticated).cloned();
    let offered: BTreeSet<String> = operations().map(|operation| operation.name()).collect();
    let odd: Vec<_> = ASKING.iter().filter(|(name, ..)| !offered.contains(*name)).collect();
    assert!(odd.is_empty(), "nothing serves these rows: {odd:#?}");
    let wanted = operations().flat_map(|operation| {
        [Credential::Token, Credential::Cookie].map(|credential| (operation.clone(), credential))
    });
    let made = wanted.enumerate().map(|numbered| Case::new(database, &root, &visitor, numbered));
    let cases: Vec<Case> = stream::iter(made).buffer_unordered(4).collect().await;
    database.age_proofs().await;
    let mut surprises = Vec::new();
    for case in &cases {
        let expected = case.row().is_some_and(|(_, asks, _)| {
            *asks == Asks::Everybody || case.credential == Credential::Cookie || ask_again == "on"
        });
        if case.is_asked().await != expected {
            surprises.push(format!("{}, by {:?}: expected {expected}", case.operation.name(), case.credential));
        }
    }
    assert!(surprises.is_empty(), "say in attacks/asking_again.rs which operations ask: {surprises:#?}");
}

async fn who_is_asked_confirms_and_goes_on(database: Database) {
    let server = Setup::on(&database).with("IRONPLATE__ACCOUNTS__ASK_AGAIN", "on").start().await;
    let ann = server.client().sign_up(ANN).await;
    database.age_proofs().await;
    let refused = ann.patch("users/me", &json!({ "email": "new@example.com" })).await;
    refused.assert_refused(403, "recent_authentication_required");
    let told = refused.json()["detail"].as_str().expect("a sentence").to_owned();
    assert!(told.contains("Log in again"), "who has another client is told what helps there, too: {told}");
    ann.ask_to_confirm(&json!({ "password": "a wrong one" })).await.assert_refused(400, "incorrect_password");
    ann.delete("users/me").await.assert_refused(403, "recent_authentication_required");
    let _message = ann.ask_to_confirm(&json!({ "password": PASSWORD })).await.ok();
    let changed = ann.patch("users/me", &json!({ "email": "new@example.com" })).await.ok();
    assert_eq!(changed["email"], "new@example.com");
    database.age_proofs().await;
    // A log-in is a proof.
    let _message = server.client().log_in("new@example.com").await.delete("users/me").await.ok();
}

/// A name, an account without rights, one's own password by the present one.
async fn what_gives_nobody_anything_asks_nobody(database: Database) {
    let server = Setup::on(&database).with("IRONPLATE__ACCOUNTS__ASK_AGAIN", "on").start().await;
    let (root, ann) = (server.superuser().await, server.client().sign_up(ANN).await);
    database.age_proofs().await;
    let _user = ann.patch("users/me", &json!({ "full_name": "Ann", "email": ANN })).await.ok();
    let passwords = json!({ "current_password": PASSWORD, "new_password": "another-fine-password-1" });
    let _message = ann.patch("users/me/password", &passwords).await.ok();
    let _user = root.patch(&format!("users/{}", ann.id().await), &json!({ "full_name": "Anna" })).await.ok();
    let _id = account(&root, "bob@example.com", false).await;
}
