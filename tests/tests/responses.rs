//! Every answer is one that the OpenAPI document of the running server describes.

use std::collections::BTreeSet;

use ironplate_domain::Owners;
use ironplate_tests::{
    Answer, Authenticator, Client, Conflict, Database, Document, FRONTEND, NEW_PASSWORD, Operation, Owner, PASSWORD,
    Passkey, Proxy, RESOURCES, Resource, SUPERUSER, Server, Setup, SmtpServer, challenge_of, on_both_databases,
    on_postgres_only,
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

on_both_databases!(every_answer_is_described_and_every_described_answer_is_seen);
on_postgres_only!(answers_without_a_database_are_described);

const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// Described, but not provoked here: a body that dawdles and a database out of reach have tests of their own, and a
/// fault of the server has no trigger.
const NOT_PROVOKED: [u16; 3] = [408, 500, 503];

/// The document, and which of its answers were seen.
struct Witness {
    document: Document,
    seen: BTreeSet<(String, u16)>,
}

impl Witness {
    async fn of(server: &Server) -> Self {
        Self { document: Document::of(&server.client()).await, seen: BTreeSet::new() }
    }

    fn saw(&mut self, operation: &Operation, answer: &Answer) {
        if answer.header("content-type") == Some("text/html; charset=utf-8") {
            // A page has no schema.
            assert!(operation.statuses.contains(&answer.status), "{}: {answer:?}", operation.name());
        } else {
            self.document.assert_describes(operation, answer);
        }
        self.seen.insert((operation.name(), answer.status));
    }

    /// Sends a request to an operation and asserts that this status, as described, is the answer.
    async fn expect(&mut self, status: u16, name: &str, request: RequestBuilder) -> Answer {
        let operation = self.document.operation(name);
        let answer = Client::send(request).await.expect("an answer");
        assert_eq!(answer.status, status, "{name}: {answer:?}");
        self.saw(&operation, &answer);
        answer
    }

    fn assert_saw_everything(&self) {
        let described = self.document.operations().into_iter().flat_map(|operation| {
            let name = operation.name();
            operation.statuses.into_iter().map(move |status| (name.clone(), status))
        });
        let provoked = described.filter(|(_, status)| !NOT_PROVOKED.contains(status));
        let unseen: Vec<_> = provoked.filter(|answer| !self.seen.contains(answer)).collect();
        assert!(unseen.is_empty(), "described, but never seen: {unseen:#?}");
    }
}

/// A request to an operation, without a body.
fn request(client: &Client, operation: &Operation, id: &str) -> RequestBuilder {
    let path = operation.path_to(id);
    client.request(operation.method.parse().unwrap(), &path)
}

fn post(client: &Client, path: &str, body: &Value) -> RequestBuilder {
    client.request(Method::POST, path).json(body)
}

fn body(request: RequestBuilder, media_type: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    request.header("content-type", media_type).body(body)
}

async fn every_answer_is_described_and_every_described_answer_is_seen(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE", "true");
    let server = setup.start().await;
    let mut witness = Witness::of(&server).await;
    successes(&mut witness, &server).await;
    resources(&mut witness, &server, &database).await;
    organizations(&mut witness, &server, &database).await;
    mailed_links(&mut witness, &server, &smtp).await;
    invitations(&mut witness, &server, &smtp, &database).await;
    mail_for_superusers(&mut witness, &server).await;
    other_modes_of_registration(&mut witness, &database).await;
    refusals_by_configuration(&mut witness, &database).await;
    refusals_of_their_own(&mut witness, &server).await;
    refusals_of_callers(&mut witness, &server).await;
    refusals_of_input(&mut witness, &server).await;
    sessions_and_events(&mut witness, &server).await;
    second_factors(&mut witness, &server, &database).await;
    passkeys(&mut witness, &server, &database).await;
    refusals_of_who_asks_too_often(&mut witness, &database).await;
    witness.assert_saw_everything();
}

/// Each operation does what it is for.
async fn successes(witness: &mut Witness, server: &Server) {
    let (visitor, root) = (server.client(), server.superuser().await);
    let patch = |client: &Client, path: &str, body: Value| client.request(Method::PATCH, path).json(&body);
    let get = |client: &Client, path: &str| client.request(Method::GET, path);
    let delete = |client: &Client, path: &str| client.request(Method::DELETE, path);

    witness.expect(200, "GET /livez", get(&visitor, "/livez")).await;
    witness.expect(200, "GET /readyz", get(&visitor, "/readyz")).await;
    witness.expect(200, "GET /api/v1/utils/health-check/", get(&visitor, "utils/health-check/")).await;

    let account = json!({ "email": "ann@example.com", "password": PASSWORD });
    witness.expect(200, "POST /api/v1/users/signup", post(&visitor, "users/signup", &account)).await;
    let form = [("username", "ann@example.com"), ("password", PASSWORD)];
    let log_in = visitor.request(Method::POST, "login/access-token").form(&form);
    let token = witness.expect(200, "POST /api/v1/login/access-token", log_in).await.json();
    let ann = visitor.with_token(token["access_token"].as_str().unwrap());
    let no_body = json!(null);
    witness.expect(200, "POST /api/v1/login/test-token", post(&ann, "login/test-token", &no_body)).await;
    witness.expect(200, "GET /api/v1/users/me", get(&ann, "users/me")).await;
    witness.expect(200, "PATCH /api/v1/users/me", patch(&ann, "users/me", json!({ "full_name": "Ann" }))).await;
    let change = json!({ "current_password": PASSWORD, "new_password": "another-fine-password-7" });
    witness.expect(200, "PATCH /api/v1/users/me/password", patch(&ann, "users/me/password", change)).await;

    let account = json!({ "email": "bob@example.com", "password": PASSWORD });
    let bob = witness.expect(200, "POST /api/v1/users/", post(&root, "users/", &account)).await.json();
    let bob = format!("users/{}", bob["id"].as_str().unwrap());
    let account = json!({ "email": "eve@example.com", "password": PASSWORD, "full_name": "Eve", "is_verified": true });
    witness.expect(200, "POST /api/v1/private/users/", post(&root, "private/users/", &account)).await;
    witness.expect(200, "GET /api/v1/users/", get(&root, "users/?limit=2")).await;
    witness.expect(200, "GET /api/v1/users/{user_id}", get(&root, &bob)).await;
    witness.expect(200, "PATCH /api/v1/users/{user_id}", patch(&root, &bob, json!({ "is_superuser": true }))).await;
    witness.expect(200, "DELETE /api/v1/users/{user_id}", delete(&root, &bob)).await;

    witness.expect(200, "POST /api/v1/logout", post(&ann, "logout", &no_body)).await;
    let cy = visitor.sign_up("cy@example.com").await;
    witness.expect(200, "DELETE /api/v1/users/me", delete(&cy, "users/me")).await;
}

/// Each operation on a resource does what it is for, refuses whoever may not, and tells what is missing or contradicts.
async fn resources(witness: &mut Witness, server: &Server, database: &Database) {
    let (visitor, root) = (server.client(), server.superuser().await);
    let (other, nobody) = (visitor.sign_up("other@example.com").await, visitor.with_token("made.up.token"));
    for (number, resource) in RESOURCES.iter().enumerate() {
        let owner = Owner::sign_up(&visitor, &format!("owner{number}@example.com")).await;
        for operation in resource.operations(&witness.document.operations()) {
            let (name, send) = (operation.name(), |client| owner.request(client, &operation, "free@example.com"));
            if operation.has_id() {
                // A stranger is told that there is no such thing of an organisation.
                let refused = if resource.owners == Owners::Organizations { &nobody } else { &other };
                witness.expect(403, &name, send(refused)).await;
                let nowhere = root.request(operation.method.parse().unwrap(), &operation.path_to(NOBODY));
                witness.expect(404, &name, nowhere.json(&owned_by((resource.body)("Bread"), None))).await;
            }
            witness.expect(operation.success(), &name, send(&owner.client)).await;
            if operation.is_paged {
                witness.expect(200, &name, send(&owner.client).query(&[("limit", "1"), ("q", "m")])).await;
            }
        }
        conflicts(witness, database, resource).await;
    }
}

/// Each operation on the resource that describes a conflict meets it.
async fn conflicts(witness: &mut Witness, database: &Database, resource: &Resource) {
    let setup = Setup::on(database);
    let (server, first, second) = match resource.conflict {
        None if resource.needed_by().next().is_none() => return,
        None => (setup.start().await, "Milk", None),
        Some(Conflict::Second(variable)) => (setup.with(variable, "1").start().await, "Milk", None),
        Some(Conflict::SameText) => (setup.start().await, "Milk", Some("Bread")),
    };
    let client = server.client().sign_up(&format!("{}@example.com", resource.list.trim_end_matches('/'))).await;
    let mut id = client.add(resource, first).await;
    if let Some(text) = second {
        id = client.add(resource, text).await;
    }
    let operations = resource.operations(&witness.document.operations());
    for operation in operations.iter().filter(|operation| operation.statuses.contains(&409)) {
        let mut path = operation.path_to(&id);
        if operation.path.ends_with("/move") {
            // Where it is there is room for it, and where it goes there is none.
            let organization = client.add_organization("there").await;
            let made = client.post(resource.list, &owned_by((resource.body)(first), Some(&organization))).await.ok();
            path = operation.path_to(made["id"].as_str().unwrap());
        }
        let own = client.owner_of_new(resource).await;
        if operation.method == "DELETE" {
            // What others refer to stays.
            let (from, field) = resource.needed_by().next().expect("a resource that needs it");
            let mut body = client.body_of_new(own.as_deref(), from, first).await;
            body[field] = json!(id);
            let _made = client.post(from.list, &body).await.ok();
        }
        let request = client.request(operation.method.parse().unwrap(), &path);
        let body = client.body_of_new(own.as_deref(), resource, first).await;
        let body = if own.is_none() { owned_by(body, None) } else { body };
        witness.expect(409, &operation.name(), request.json(&body)).await;
    }
}

/// A body that also says whose it shall be: this organisation's, or one's own.
fn owned_by(mut body: Value, organization: Option<&str>) -> Value {
    body["organization_id"] = json!(organization);
    body
}

/// Each operation on an organisation and its members does what it is for, and tells what is missing or contradicts.
async fn organizations(witness: &mut Witness, server: &Server, database: &Database) {
    let (visitor, root) = (server.client(), server.superuser().await);
    let request = |client: &Client, method: &str, path: &str| client.request(method.parse().unwrap(), path);
    let (owner, member) = (visitor.sign_up("mia@example.com").await, visitor.sign_up("noe@example.com").await);
    let (list, one) = ("/api/v1/organizations/", "/api/v1/organizations/{organization_id}");

    let new = json!({ "name": "Acme", "slug": "acme" });
    let creation = format!("POST {list}");
    let made = witness.expect(200, &creation, post(&owner, "organizations/", &new)).await.json();
    witness.expect(409, &creation, post(&member, "organizations/", &new)).await;
    let closed = Setup::on(database).with("IRONPLATE__ORGANIZATIONS__CREATION", "off").start().await;
    witness.expect(403, &creation, post(&owner.at(closed.address()), "organizations/", &new)).await;
    witness.expect(200, &format!("GET {list}"), request(&owner, "GET", "organizations/?limit=1&q=m")).await;
    witness.expect(200, &format!("GET {list}all"), request(&root, "GET", "organizations/all?order_by=-name")).await;

    let id = made["id"].as_str().unwrap();
    let (path, user) = (format!("organizations/{id}"), member.id().await);
    database.join(id, &user, "member").await;
    witness.expect(200, &format!("GET {one}"), request(&member, "GET", &path)).await;
    let change = format!("PATCH {one}");
    witness.expect(200, &change, request(&owner, "PATCH", &path).json(&json!({ "name": "Acme Inc" }))).await;
    let _other = member.add_organization("taken").await;
    witness.expect(409, &change, request(&owner, "PATCH", &path).json(&json!({ "slug": "TAKEN" }))).await;

    let (audit, log) = (format!("GET {one}/audit"), format!("{path}/audit"));
    witness.expect(200, &audit, request(&owner, "GET", &format!("{log}?kind=organization.changed&limit=1"))).await;
    witness.expect(403, &audit, request(&member, "GET", &log)).await;

    let (members, leave) = (format!("{path}/members/"), format!("{path}/leave"));
    let member_path = format!("{members}{user}");
    witness
        .expect(200, &format!("GET {one}/members/"), request(&member, "GET", &format!("{members}?role=owner")))
        .await;
    let (role, remove) = (format!("PATCH {one}/members/{{user_id}}"), format!("DELETE {one}/members/{{user_id}}"));
    witness.expect(200, &role, request(&owner, "PATCH", &member_path).json(&json!({ "role": "admin" }))).await;
    let itself = format!("{members}{}", owner.id().await);
    witness.expect(409, &role, request(&owner, "PATCH", &itself).json(&json!({ "role": "admin" }))).await;
    witness.expect(409, &remove, request(&owner, "DELETE", &itself)).await;
    witness.expect(409, &format!("POST {one}/leave"), request(&owner, "POST", &leave)).await;
    witness.expect(200, &format!("POST {one}/leave"), request(&member, "POST", &leave)).await;
    database.join(id, &user, "member").await;
    witness.expect(200, &remove, request(&owner, "DELETE", &member_path)).await;

    database.join(id, &user, "member").await;
    let (transfer, account) = (format!("{path}/transfer"), format!("users/{user}"));
    let hand_over = format!("POST {one}/transfer");
    let off = visitor.sign_up("ole@example.com").await.id().await;
    database.join(id, &off, "member").await;
    let _off = root.patch(&format!("users/{off}"), &json!({ "is_active": false })).await.ok();
    witness.expect(409, &hand_over, post(&owner, &transfer, &json!({ "user_id": off }))).await;
    witness.expect(200, &hand_over, post(&owner, &transfer, &json!({ "user_id": user }))).await;

    for (name, client, path) in
        [("DELETE /api/v1/users/me", &member, "users/me"), ("DELETE /api/v1/users/{user_id}", &root, &*account)]
    {
        witness.expect(409, name, request(client, "DELETE", path)).await;
        witness.expect(422, name, request(client, "DELETE", &format!("{path}?with_organizations=x"))).await;
    }
    witness.expect(200, &format!("DELETE {one}"), request(&member, "DELETE", &format!("{path}?name=Acme+Inc"))).await;
}

/// Each flow that hangs on a mailed link, and each way in which a link fails.
async fn mailed_links(witness: &mut Witness, server: &Server, smtp: &SmtpServer) {
    let (visitor, fay) = (server.client(), "fay@example.com");
    let recover = visitor.request(Method::POST, "password-recovery/nobody@example.com");
    witness.expect(200, "POST /api/v1/password-recovery/{email}", recover).await;

    let session = visitor.sign_up(fay).await;
    smtp.wait_for_mail_to(fay).await;
    let again = session.request(Method::POST, "users/me/verify-email");
    witness.expect(200, "POST /api/v1/users/me/verify-email", again).await;
    let verify = json!({ "token": newest_token(smtp, fay, 2).await });
    witness.expect(200, "POST /api/v1/verify-email", post(&session, "verify-email", &verify)).await;
    witness.expect(400, "POST /api/v1/verify-email", post(&session, "verify-email", &verify)).await;

    let recover = post(&visitor, "password-recovery", &json!({ "email": fay }));
    witness.expect(200, "POST /api/v1/password-recovery", recover).await;
    let reset = json!({ "token": newest_token(smtp, fay, 3).await, "new_password": NEW_PASSWORD });
    witness.expect(200, "POST /api/v1/reset-password/", post(&visitor, "reset-password/", &reset)).await;
    witness.expect(400, "POST /api/v1/reset-password/", post(&visitor, "reset-password/", &reset)).await;

    let gil = visitor.sign_up("gil@example.com").await;
    let _still_gil = gil.patch("users/me", &json!({ "email": "hal@example.com" })).await.ok();
    let confirm = json!({ "token": newest_token(smtp, "hal@example.com", 1).await });
    let _hal = visitor.sign_up("hal@example.com").await;
    witness.expect(409, "POST /api/v1/verify-email", post(&gil, "verify-email", &confirm)).await;
}

/// Each operation on an invitation does what it is for, and tells what is missing or contradicts.
async fn invitations(witness: &mut Witness, server: &Server, smtp: &SmtpServer, database: &Database) {
    let visitor = server.client();
    let request = |client: &Client, method: &str, path: &str| client.request(method.parse().unwrap(), path);
    let (owner, guest) = (visitor.sign_up("una@example.com").await, visitor.sign_up("val@example.com").await);
    let id = owner.add_organization("inviting").await;
    let (sent, of_link) = ("/api/v1/organizations/{organization_id}/invitations/", "/api/v1/invitations/{token}");
    let path = format!("organizations/{id}/invitations/");
    let new = json!({ "emails": ["val@example.com", "wil@example.com", "no address"], "role": "admin" });
    let results = witness.expect(200, &format!("POST {sent}"), post(&owner, &path, &new)).await.json();
    witness.expect(200, &format!("GET {sent}"), request(&owner, "GET", &format!("{path}?limit=1&q=w"))).await;
    let one = format!("{path}{}", results["data"][0]["id"].as_str().unwrap());
    let (token, wils) =
        (smtp.invitation_to("val@example.com", 1).await, smtp.invitation_to("wil@example.com", 1).await);
    let (link, wils) = (format!("invitations/{token}"), format!("invitations/{wils}"));

    // Gone before more is mailed, which its worker would take and could not send.
    let silent = Setup::on(database).with("IRONPLATE__MAIL__TRANSPORT", "off").start().await;
    let owner_there = owner.at(silent.address());
    witness.expect(409, &format!("POST {sent}"), post(&owner_there, &path, &new)).await;
    let resend = format!("POST {sent}{{invitation_id}}/resend");
    witness.expect(409, &resend, request(&owner_there, "POST", &format!("{one}/resend"))).await;
    let _stopped = silent.stop().await;
    let strict = Setup::on(database).with_mail_to(smtp).with("IRONPLATE__ORGANIZATIONS__MOST_MEMBERS", "1");
    let strict = strict.start().await;
    let at_strict = |client: &Client| client.at(strict.address());
    let (accept, sign_up) = (format!("POST {of_link}/accept"), format!("POST {of_link}/sign-up"));
    witness.expect(409, &accept, request(&at_strict(&guest), "POST", &format!("{link}/accept"))).await;
    let account = json!({ "password": PASSWORD });
    witness.expect(409, &sign_up, post(&at_strict(&visitor), &format!("{wils}/sign-up"), &account)).await;

    witness.expect(200, &format!("GET {of_link}"), request(&visitor, "GET", &link)).await;
    witness.expect(200, &format!("GET {of_link}"), request(&owner, "GET", &link)).await;
    witness.expect(403, &accept, request(&owner, "POST", &format!("{link}/accept"))).await;
    witness.expect(400, &sign_up, post(&visitor, &format!("{link}/sign-up"), &account)).await;
    witness.expect(200, &accept, request(&guest, "POST", &format!("{link}/accept"))).await;
    witness.expect(200, &sign_up, post(&visitor, &format!("{wils}/sign-up"), &account)).await;
    witness.expect(404, &format!("GET {of_link}"), request(&visitor, "GET", &link)).await;
    witness.expect(404, &sign_up, post(&visitor, &format!("{wils}/sign-up"), &account)).await;
    let decline = format!("POST {of_link}/decline");
    witness.expect(404, &decline, request(&visitor, "POST", &format!("{link}/decline"))).await;

    // Val's address is proved by now.
    let (mine, leave) = ("/api/v1/users/me/invitations", format!("organizations/{id}/leave"));
    let _left = guest.post(&leave, &json!(null)).await.ok();
    for (count, answer) in [(2, "accept"), (3, "decline")] {
        let new = owner.invite(&id, "val@example.com", "member").await;
        let name = format!("POST {mine}/{{invitation_id}}/{answer}");
        let path = format!("users/me/invitations/{new}/{answer}");
        witness.expect(200, &format!("GET {mine}"), request(&guest, "GET", "users/me/invitations")).await;
        if answer == "accept" {
            witness.expect(409, &name, request(&at_strict(&guest), "POST", &path)).await;
        }
        witness.expect(200, &name, request(&guest, "POST", &path)).await;
        smtp.invitation_to("val@example.com", count).await;
        let _left = guest.post(&leave, &json!(null)).await;
    }
    let new = owner.invite(&id, "xia@example.com", "member").await;
    let _older = smtp.invitation_to("xia@example.com", 1).await;
    witness.expect(200, &resend, request(&owner, "POST", &format!("{path}{new}/resend"))).await;
    let declined = format!("invitations/{}/decline", smtp.invitation_to("xia@example.com", 2).await);
    witness.expect(200, &decline, request(&visitor, "POST", &declined)).await;
    let new = owner.invite(&id, "xia@example.com", "member").await;
    let remove = format!("DELETE {sent}{{invitation_id}}");
    witness.expect(200, &remove, request(&owner, "DELETE", &format!("{path}{new}"))).await;
}

/// The token in the last of so many mails to this address.
async fn newest_token(smtp: &SmtpServer, recipient: &str, count: usize) -> String {
    smtp.wait_for_mails_to(recipient, count).await.last().expect("a mail").token()
}

async fn mail_for_superusers(witness: &mut Witness, server: &Server) {
    let root = server.superuser().await;
    let preview = "POST /api/v1/password-recovery-html-content/{email}";
    for (status, email) in [(200, SUPERUSER), (404, "nobody@example.com")] {
        let path = format!("password-recovery-html-content/{email}");
        witness.expect(status, preview, root.request(Method::POST, &path)).await;
    }
    for (status, query) in [(201, "email_to=eve@example.com"), (422, "email_to=eve"), (422, "")] {
        let path = format!("utils/test-email/?{query}");
        witness.expect(status, "POST /api/v1/utils/test-email/", root.request(Method::POST, &path)).await;
    }
    let invitation = post(&root, "users/", &json!({ "email": "ida@example.com" }));
    witness.expect(200, "POST /api/v1/users/", invitation).await;
}

async fn other_modes_of_registration(witness: &mut Witness, database: &Database) {
    for (mode, status) in [("verify_first", 202), ("closed", 403)] {
        let server = Setup::on(database).with("IRONPLATE__REGISTRATION__MODE", mode).start().await;
        let account = json!({ "email": "jo@example.com", "password": PASSWORD });
        let sign_up = post(&server.client(), "users/signup", &account);
        witness.expect(status, "POST /api/v1/users/signup", sign_up).await;
    }
}

async fn refusals_by_configuration(witness: &mut Witness, database: &Database) {
    let server = Setup::on(database).with("IRONPLATE__MAIL__TRANSPORT", "off").start().await;
    let root = server.superuser().await;
    let test_mail = root.request(Method::POST, "utils/test-email/?email_to=eve@example.com");
    witness.expect(409, "POST /api/v1/utils/test-email/", test_mail).await;
    let kim = server.client().sign_up("kim@example.com").await;
    let again = kim.request(Method::POST, "users/me/verify-email");
    witness.expect(409, "POST /api/v1/users/me/verify-email", again).await;
    // At an address there are no passkeys.
    let visitor = server.client();
    for path in ["login/passkey/challenge", "session/passkey/challenge"] {
        let challenge = visitor.request(Method::POST, path);
        witness.expect(409, &format!("POST /api/v1/{path}"), challenge).await;
    }
    let challenge = kim.request(Method::POST, "session/confirm/challenge");
    witness.expect(409, "POST /api/v1/session/confirm/challenge", challenge).await;
    let creation = post(&kim, "users/me/passkeys/challenge", &json!({}));
    witness.expect(409, "POST /api/v1/users/me/passkeys/challenge", creation).await;
}

/// What only some operations refuse.
async fn refusals_of_their_own(witness: &mut Witness, server: &Server) {
    let (visitor, root) = (server.client(), server.superuser().await);
    let taken = json!({ "email": "dan@example.com", "password": PASSWORD, "full_name": "Dan" });
    let dan = visitor.sign_up("dan@example.com").await;
    witness.expect(400, "POST /api/v1/users/signup", post(&visitor, "users/signup", &taken)).await;
    witness.expect(400, "POST /api/v1/users/", post(&root, "users/", &taken)).await;
    witness.expect(400, "POST /api/v1/private/users/", post(&root, "private/users/", &taken)).await;
    let form = [("username", "dan@example.com"), ("password", "wrong-password")];
    let log_in = visitor.request(Method::POST, "login/access-token").form(&form);
    witness.expect(400, "POST /api/v1/login/access-token", log_in).await;

    let patch = |client: &Client, path: &str, body: Value| client.request(Method::PATCH, path).json(&body);
    let (taken, demotion) = (json!({ "email": "root@example.com" }), json!({ "is_superuser": false }));
    witness.expect(409, "PATCH /api/v1/users/me", patch(&dan, "users/me", taken.clone())).await;
    let (root_path, dan_path) = (format!("users/{}", root.id().await), format!("users/{}", dan.id().await));
    witness.expect(409, "PATCH /api/v1/users/{user_id}", patch(&root, &dan_path, taken)).await;
    witness.expect(409, "PATCH /api/v1/users/{user_id}", patch(&root, &root_path, demotion)).await;
    let wrong = json!({ "current_password": "wrong-password", "new_password": PASSWORD });
    witness.expect(400, "PATCH /api/v1/users/me/password", patch(&dan, "users/me/password", wrong)).await;

    for method in ["GET", "PATCH", "DELETE"] {
        let name = format!("{method} /api/v1/users/{{user_id}}");
        let act = |client: &Client, path: &str| client.request(method.parse().unwrap(), path).json(&json!({}));
        witness.expect(403, &name, act(&dan, &root_path)).await;
        witness.expect(404, &name, act(&root, &format!("users/{NOBODY}"))).await;
    }
    witness.expect(403, "DELETE /api/v1/users/me", root.request(Method::DELETE, "users/me")).await;
}

/// Every operation that asks for a token refuses who has none, a made-up one, one of a user who is out.
async fn refusals_of_callers(witness: &mut Witness, server: &Server) {
    let root = server.superuser().await;
    let inactive = server.client().sign_up("inactive@example.com").await;
    let path = format!("users/{}", inactive.id().await);
    let _user = root.patch(&path, &json!({ "is_active": false })).await.ok();
    let deleted = server.client().sign_up("deleted@example.com").await;
    let _message = deleted.delete("users/me").await.ok();
    let callers =
        [(401, server.client()), (403, server.client().with_token("made.up.token")), (400, inactive), (404, deleted)];
    for operation in witness.document.operations().iter().filter(|operation| operation.authenticated) {
        for (status, caller) in &callers {
            witness.expect(*status, &operation.name(), request(caller, operation, NOBODY)).await;
        }
    }
}

/// Every operation that takes something refuses what is too large, unreadable or wrong.
async fn refusals_of_input(witness: &mut Witness, server: &Server) {
    let root = server.superuser().await;
    for operation in witness.document.operations() {
        let (name, request) = (operation.name(), || request(&root, &operation, NOBODY));
        if let Some(media_type) = &operation.takes {
            let huge = "x".repeat(64 * 1024 + 1);
            witness.expect(413, &name, body(request(), media_type, huge)).await;
            witness.expect(415, &name, body(request(), media_type, "x").header("content-encoding", "gzip")).await;
            witness.expect(422, &name, request()).await;
            if media_type == "application/json" {
                let wrong = witness.document.nonsense_for(&operation).to_string();
                for nonsense in ["{", "[]", "null", &wrong] {
                    witness.expect(422, &name, body(request(), media_type, nonsense.to_owned())).await;
                }
                witness.expect(400, &name, body(request(), media_type, vec![0xff, 0xfe, 0xff])).await;
            } else {
                witness.expect(400, &name, body(request(), "multipart/form-data", "no boundary")).await;
            }
        }
        if operation.has_id() {
            let at_no_id = root.request(operation.method.parse().unwrap(), &operation.path_to("no-id"));
            witness.expect(422, &name, at_no_id.json(&json!({}))).await;
        }
        if operation.is_paged {
            for nonsense in ["skip=-1", "limit=x", "after=x", "order_by=x"] {
                let nonsense = format!("{}?{nonsense}", operation.path);
                witness.expect(422, &name, root.request(Method::GET, &nonsense)).await;
            }
        }
    }
}

/// What came with sessions that are renewed, seen and recorded.
async fn sessions_and_events(witness: &mut Witness, server: &Server) {
    let (visitor, root) = (server.client(), server.superuser().await);
    let lea = visitor.sign_up("lea@example.com").await;
    let request = |client: &Client, method: &str, path: &str| client.request(method.parse().unwrap(), path);
    let form = [("username", "lea@example.com"), ("password", PASSWORD)];
    let tokens = Client::send(request(&visitor, "POST", "login/access-token").form(&form)).await.unwrap().ok();
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    witness.expect(200, "POST /api/v1/login/refresh", post(&visitor, "login/refresh", &refresh)).await;
    let made_up = json!({ "refresh_token": "made up" });
    witness.expect(403, "POST /api/v1/login/refresh", post(&visitor, "login/refresh", &made_up)).await;

    let log_in = json!({ "email": "lea@example.com", "password": PASSWORD });
    let cookie = witness.expect(200, "POST /api/v1/session", post(&visitor, "session", &log_in)).await;
    let cookie = cookie.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let log_out =
        request(&visitor, "DELETE", "session").header("cookie", cookie).header("sec-fetch-site", "same-origin");
    witness.expect(200, "DELETE /api/v1/session", log_out).await;
    let foreign = post(&visitor, "session", &log_in).header("sec-fetch-site", "cross-site");
    witness.expect(403, "POST /api/v1/session", foreign).await;
    let wrong = json!({ "email": "lea@example.com", "password": "wrong-password" });
    witness.expect(400, "POST /api/v1/session", post(&visitor, "session", &wrong)).await;

    let mine = "GET /api/v1/users/me/sessions";
    let sessions = witness.expect(200, mine, request(&lea, "GET", "users/me/sessions")).await.json();
    let other = sessions["data"].as_array().unwrap().iter().find(|session| session["is_current"] == false).unwrap();
    let other = format!("users/me/sessions/{}", other["id"].as_str().unwrap());
    let end = "DELETE /api/v1/users/me/sessions/{session_id}";
    witness.expect(200, end, request(&lea, "DELETE", &other)).await;
    witness.expect(200, "DELETE /api/v1/users/me/sessions", request(&lea, "DELETE", "users/me/sessions")).await;
    witness.expect(200, "GET /api/v1/users/me/export", request(&lea, "GET", "users/me/export")).await;
    witness.expect(200, "GET /api/v1/users/me/audit", request(&lea, "GET", "users/me/audit?limit=2")).await;
    let all = "GET /api/v1/audit";
    witness.expect(200, all, request(&root, "GET", "audit?kind=session.log_in&outcome=failure")).await;
    for nonsense in
        ["kind=x", "outcome=x", "actor=x", "subject=x", "organization=x", "since=x", "until=x", "after=x", "limit=-1"]
    {
        witness.expect(422, all, request(&root, "GET", &format!("audit?{nonsense}"))).await;
    }
    witness.expect(422, "GET /api/v1/users/me/audit", request(&lea, "GET", "users/me/audit?limit=x")).await;

    let theirs = format!("users/{}/sessions", lea.id().await);
    let of_user = "/api/v1/users/{user_id}/sessions";
    let sessions = witness.expect(200, &format!("GET {of_user}"), request(&root, "GET", &theirs)).await.json();
    let one = format!("{theirs}/{}", sessions["data"][0]["id"].as_str().unwrap());
    witness.expect(200, &format!("DELETE {of_user}/{{session_id}}"), request(&root, "DELETE", &one)).await;
    witness.expect(200, &format!("DELETE {of_user}"), request(&root, "DELETE", &theirs)).await;
}

/// Authenticator apps come and go, and log-ins wait for their codes.
async fn second_factors(witness: &mut Witness, server: &Server, database: &Database) {
    let (visitor, root) = (server.client(), server.superuser().await);
    let request = |client: &Client, method: &str, path: &str| client.request(method.parse().unwrap(), path);
    let ina = visitor.sign_up("ina@example.com").await;
    let (codes, apps) = ("POST /api/v1/users/me/recovery-codes", "/api/v1/users/me/authenticator-apps/");
    witness.expect(409, codes, request(&ina, "POST", "users/me/recovery-codes")).await;

    let (creation, new) = (format!("POST {apps}"), || {
        post(&ina, "users/me/authenticator-apps/", &json!({ "name": "Phone", "password": PASSWORD }))
    });
    let confirmation = format!("POST {apps}{{authenticator_app_id}}/confirm");
    let mut phone = None;
    for _ in 0..5 {
        let told = witness.expect(200, &creation, new()).await.json();
        let mut app = Authenticator::of(told["id"].as_str().unwrap(), told["secret"].as_str().unwrap());
        let path = format!("users/me/authenticator-apps/{}/confirm", app.id);
        if phone.is_none() {
            let early = json!({ "code": app.code().await });
            witness.expect(409, &confirmation, post(&ina, &path, &early)).await;
            database.prove_addresses().await;
        }
        witness.expect(400, &confirmation, post(&ina, &path, &json!({ "code": "made up" }))).await;
        witness.expect(200, &confirmation, post(&ina, &path, &json!({ "code": app.code().await }))).await;
        phone = Some(app);
    }
    witness.expect(409, &creation, new()).await;
    let mut phone = phone.expect("an app");
    let path = format!("users/me/authenticator-apps/{}", phone.id);
    let rename = request(&ina, "PATCH", &path).json(&json!({ "name": "Tablet" }));
    witness.expect(200, &format!("PATCH {apps}{{authenticator_app_id}}"), rename).await;
    let made = witness.expect(200, codes, request(&ina, "POST", "users/me/recovery-codes")).await.json();
    let own = "GET /api/v1/users/me/second-factors";
    witness.expect(200, own, request(&ina, "GET", "users/me/second-factors")).await;

    let form = [("username", "ina@example.com"), ("password", PASSWORD)];
    let log_in = request(&visitor, "POST", "login/access-token").form(&form);
    let waits = witness.expect(403, "POST /api/v1/login/access-token", log_in).await;
    let by_cookie = json!({ "email": "ina@example.com", "password": PASSWORD });
    witness.expect(403, "POST /api/v1/session", post(&visitor, "session", &by_cookie)).await;
    let second = "POST /api/v1/login/second-factor";
    let proof = |code: &str| json!({ "challenge": challenge_of(&waits), "code": code });
    witness.expect(400, second, post(&visitor, "login/second-factor", &proof("made up"))).await;
    witness.expect(200, second, post(&visitor, "login/second-factor", &proof(&phone.code().await))).await;
    let confirm = "POST /api/v1/session/confirm";
    let password = json!({ "password": PASSWORD });
    witness.expect(400, confirm, post(&ina, "session/confirm", &password)).await;
    witness.expect(200, confirm, post(&root, "session/confirm", &password)).await;

    let (devices, asked) = ("users/me/trusted-devices", visitor.ask_for_cookie("ina@example.com", PASSWORD).await);
    let code = made["recovery_codes"][0].as_str().unwrap();
    let proof = json!({ "challenge": challenge_of(&asked), "code": code, "trust_device": true });
    witness.expect(200, second, post(&visitor, "login/second-factor", &proof)).await;
    let listed =
        witness.expect(200, "GET /api/v1/users/me/trusted-devices", request(&ina, "GET", devices)).await.json();
    let one = format!("{devices}/{}", listed["data"][0]["id"].as_str().unwrap());
    let removal = request(&ina, "DELETE", &one);
    witness.expect(200, "DELETE /api/v1/users/me/trusted-devices/{trusted_device_id}", removal).await;
    witness.expect(200, "DELETE /api/v1/users/me/trusted-devices", request(&ina, "DELETE", devices)).await;

    let removal = request(&ina, "DELETE", &path);
    witness.expect(200, &format!("DELETE {apps}{{authenticator_app_id}}"), removal).await;
    let (reset, theirs) = ("DELETE /api/v1/users/{user_id}/second-factors", ina.id().await);
    let theirs = format!("users/{theirs}/second-factors");
    witness.expect(403, reset, request(&ina, "DELETE", &theirs)).await;
    witness.expect(404, reset, request(&root, "DELETE", &format!("users/{NOBODY}/second-factors"))).await;
    witness.expect(200, reset, request(&root, "DELETE", &theirs)).await;
}

/// Passkeys come and go, and open accounts.
async fn passkeys(witness: &mut Witness, server: &Server, database: &Database) {
    let (visitor, kai) = (server.client(), server.client().sign_up("kai@example.com").await);
    database.prove_addresses().await;
    let begin = || post(&kai, "users/me/passkeys/challenge", &json!({ "password": PASSWORD }));
    let (creation, own) = ("POST /api/v1/users/me/passkeys/challenge", "POST /api/v1/users/me/passkeys/");
    let options = witness.expect(200, creation, begin()).await.json();
    let mut passkey = Passkey::at(FRONTEND);
    let made = json!({ "name": "Phone", "registration": passkey.register(&options) });
    let added = witness.expect(200, own, post(&kai, "users/me/passkeys/", &made)).await.json();
    witness.expect(400, own, post(&kai, "users/me/passkeys/", &made)).await;
    let options = witness.expect(200, creation, begin()).await.json();
    let again = json!({ "name": "Phone", "registration": passkey.register(&options) });
    witness.expect(409, own, post(&kai, "users/me/passkeys/", &again)).await;
    let seen = kai.request(Method::GET, "users/me/second-factors");
    witness.expect(200, "GET /api/v1/users/me/second-factors", seen).await;

    for (challenge, path) in
        [("login/passkey/challenge", "login/passkey"), ("session/passkey/challenge", "session/passkey")]
    {
        let asked = visitor.request(Method::POST, challenge);
        let options = witness.expect(200, &format!("POST /api/v1/{challenge}"), asked).await.json();
        let proof = json!({ "assertion": passkey.sign(&options) });
        let operation = format!("POST /api/v1/{path}");
        witness.expect(200, &operation, post(&visitor, path, &proof)).await;
        witness.expect(400, &operation, post(&visitor, path, &proof)).await;
    }
    let elsewhere = visitor.with_header("origin", "https://evil.example").with_header("sec-fetch-site", "cross-site");
    let nothing = passkey.sign(&json!({ "challenge": "AAAA", "rpId": "app.example.test" }));
    let proof = json!({ "assertion": nothing });
    witness.expect(403, "POST /api/v1/session/passkey", post(&elsewhere, "session/passkey", &proof)).await;

    let form = [("username", "kai@example.com"), ("password", PASSWORD)];
    let log_in = visitor.request(Method::POST, "login/access-token").form(&form);
    let waits = witness.expect(403, "POST /api/v1/login/access-token", log_in).await;
    let proof = json!({ "challenge": challenge_of(&waits), "assertion": passkey.sign(&waits.json()["passkey"]) });
    witness.expect(200, "POST /api/v1/login/second-factor", post(&visitor, "login/second-factor", &proof)).await;
    let confirmation = "POST /api/v1/session/confirm/challenge";
    let options =
        witness.expect(200, confirmation, kai.request(Method::POST, "session/confirm/challenge")).await.json();
    let proof = json!({ "assertion": passkey.sign(&options) });
    witness.expect(200, "POST /api/v1/session/confirm", post(&kai, "session/confirm", &proof)).await;

    let path = format!("users/me/passkeys/{}", added["passkey"]["id"].as_str().unwrap());
    let rename = kai.request(Method::PATCH, &path).json(&json!({ "name": "Laptop" }));
    witness.expect(200, "PATCH /api/v1/users/me/passkeys/{passkey_id}", rename).await;
    let removal = kai.request(Method::DELETE, &path);
    witness.expect(200, "DELETE /api/v1/users/me/passkeys/{passkey_id}", removal).await;
}

/// Whatever the operation.
async fn refusals_of_who_asks_too_often(witness: &mut Witness, database: &Database) {
    let server = Setup::on(database).with("IRONPLATE__LIMITS__REQUESTS_PER_CLIENT", "1 per day").start().await;
    let client = server.client();
    let _first = client.get("openapi.json").await.ok();
    for operation in witness.document.operations().iter().filter(|operation| operation.statuses.contains(&429)) {
        witness.expect(429, &operation.name(), request(&client, operation, NOBODY)).await;
    }
}

async fn answers_without_a_database_are_described(database: Database) {
    let mut proxy = Proxy::to(database.schema().server()).await;
    let url = database.schema().url_through(proxy.address());
    let server = Setup::on(&database).with("DATABASE_URL", &url).start().await;
    let mut witness = Witness::of(&server).await;
    let ann = server.client().sign_up("ann@example.com").await;
    proxy.close().await;
    for operation in witness.document.operations().iter().filter(|operation| operation.authenticated) {
        let answer = witness.expect(503, &operation.name(), request(&ann, operation, NOBODY)).await;
        answer.assert_unavailable("unavailable");
    }
    let account = json!({ "email": "bob@example.com", "password": PASSWORD });
    let visitor = server.client();
    witness.expect(503, "POST /api/v1/users/signup", post(&visitor, "users/signup", &account)).await;
    let recover = visitor.request(Method::POST, "password-recovery/ann@example.com");
    witness.expect(503, "POST /api/v1/password-recovery/{email}", recover).await;
    let link = json!({ "token": "made up", "new_password": PASSWORD, "email": "ann@example.com" });
    for path in ["password-recovery", "reset-password/", "verify-email"] {
        witness.expect(503, &format!("POST /api/v1/{path}"), post(&visitor, path, &link)).await;
    }
    let form = [("username", "ann@example.com"), ("password", PASSWORD)];
    let log_in = visitor.request(Method::POST, "login/access-token").form(&form);
    witness.expect(503, "POST /api/v1/login/access-token", log_in).await;
    witness.expect(503, "GET /readyz", visitor.request(Method::GET, "/readyz")).await;
    witness.expect(200, "GET /livez", visitor.request(Method::GET, "/livez")).await;
    proxy.open().await;
}
