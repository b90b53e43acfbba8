//! Somebody who has one of everything, and requests for it.

use std::collections::BTreeMap;

use ironplate_domain::Owners;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{Client, NEW_PASSWORD, Operation, PASSWORD, RESOURCES, Resource, Tokens};

/// Somebody who has one of everything that has an id.
pub struct Owner {
    /// Logged in, in a session that is in no path.
    pub client: Client,
    /// The address of the account.
    pub email: String,
    /// The id of the account.
    pub id: String,
    /// Of the session that paths name.
    pub refresh: String,
    /// By the placeholders that stand for them in paths.
    ids: BTreeMap<&'static str, String>,
    /// The id of a member of their organisation who is not they, if there is one.
    member: Option<String>,
    /// Whether what they have is their organisation's.
    shares: bool,
}

impl Owner {
    /// What is in the text of all that they have.
    pub const TEXT: &str = "Milk";

    /// A new account with one of everything.
    pub async fn sign_up(visitor: &Client, email: &str) -> Self {
        let _user = visitor.ask_for_account(email).await.ok();
        let Tokens { access, refresh } = visitor.open_session(email).await;
        let session = visitor.with_token(&access).sessions().await[0]["id"].as_str().expect("an id").to_owned();
        let client = visitor.log_in(email).await;
        let id = client.id().await;
        let mut ids =
            BTreeMap::from([("{user_id}", id.clone()), ("{session_id}", session), ("{email}", email.to_owned())]);
        let organization = json!({ "name": Self::TEXT, "slug": email.split('@').next() });
        let organization = client.post("organizations/", &organization).await.ok();
        let organization = organization["id"].as_str().expect("an id").to_owned();
        ids.insert("{invitation_id}", client.invite(&organization, &format!("guest-of-{email}"), "member").await);
        ids.insert("{organization_id}", organization);
        // Having one, they would be asked for it.
        ids.insert("{passkey_id}", id.clone());
        ids.insert("{trusted_device_id}", id.clone());
        ids.insert("{authenticator_app_id}", client.begin_app(Self::TEXT).await.id);
        for resource in RESOURCES {
            let before = ids.insert(resource.placeholder, client.add(resource, Self::TEXT).await);
            assert_eq!(before, None, "{} stands for two things", resource.placeholder);
        }
        Self { client, email: email.to_owned(), id, refresh, ids, member: None, shares: false }
    }

    /// The id of their organisation.
    #[must_use]
    pub fn organization(&self) -> &str {
        &self.ids["{organization_id}"]
    }

    /// With this user, who is a member of their organisation and stands for all of them in paths and bodies.
    #[must_use]
    pub fn with_member(self, member: &str) -> Self {
        Self { member: Some(member.to_owned()), ..self }
    }

    /// With one of everything that is their organisation's, in place of what is their own.
    pub async fn sharing(mut self) -> Self {
        self.shares = true;
        for resource in RESOURCES.iter().filter(|resource| resource.owners == Owners::Either) {
            let made = self.client.add_to(Some(self.organization()), resource, Self::TEXT).await;
            self.ids.insert(resource.placeholder, made);
        }
        self
    }

    /// The body of what is to be their organisation's, if it is to be.
    fn body_of_new(&self, resource: &Resource, text: &str) -> Value {
        let is_shared = self.shares || resource.owners == Owners::Organizations;
        let mut body = resource.body_for(is_shared.then(|| self.organization()), text);
        for (field, to) in resource.needs() {
            body[field] = self.ids[to.placeholder].clone().into();
        }
        body
    }

    /// The path of the operation to what they have.
    ///
    /// # Panics
    /// When it is not known what a placeholder stands for.
    #[must_use]
    pub fn path_to(&self, operation: &Operation) -> String {
        let path = operation.path.replace("/members/{user_id}", &format!("/members/{}", self.member()));
        let path = path.replace("{token}", "made-up");
        let path = self.ids.iter().fold(path, |path, (name, id)| path.replace(name, id));
        assert!(!path.contains('{'), "add the resource of {path} to RESOURCES in resources.rs");
        path
    }

    fn member(&self) -> &str {
        self.member.as_ref().unwrap_or(&self.id)
    }

    /// What tells of them, or of what they have.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.ids.values().map(String::as_str).chain([Self::TEXT])
    }

    /// A request of `caller` for what this owner has, with all that the operation asks for, so that the caller alone
    /// decides. `free` is an address without an account.
    ///
    /// # Panics
    /// When it is not known what the operation takes.
    pub fn request(&self, caller: &Client, operation: &Operation, free: &str) -> RequestBuilder {
        let method: Method = operation.method.parse().expect("a method");
        let request = caller.request(method, &self.path_to(operation));
        let name = operation.name();
        match &*name {
            "POST /api/v1/login/access-token" => request.form(&[("username", &*self.email), ("password", PASSWORD)]),
            "DELETE /api/v1/organizations/{organization_id}" => request.query(&[("name", Self::TEXT)]),
            "DELETE /api/v1/users/me" | "DELETE /api/v1/users/{user_id}" => {
                request.query(&[("with_organizations", true)])
            }
            "POST /api/v1/utils/test-email/" => request.query(&[("email_to", &self.email)]),
            _ if self.shares && operation.method == "GET" && operation.is_paged => {
                request.query(&[("organization_id", self.organization())])
            }
            _ if operation.takes.is_some() => request.json(&self.body(operation, free)),
            _ => request,
        }
    }

    fn body(&self, operation: &Operation, free: &str) -> Value {
        let name = operation.name();
        match &*name {
            "POST /api/v1/login/refresh" => json!({ "refresh_token": self.refresh }),
            "POST /api/v1/login/second-factor" => json!({ "challenge": "made up", "code": "made up" }),
            "POST /api/v1/login/passkey" | "POST /api/v1/session/passkey" => json!({ "assertion": assertion() }),
            "POST /api/v1/users/me/passkeys/" => json!({ "name": "Key", "registration": registration() }),
            "PATCH /api/v1/users/me/passkeys/{passkey_id}" => json!({ "name": "Key" }),
            "POST /api/v1/users/me/authenticator-apps/{authenticator_app_id}/confirm" => json!({ "code": "made up" }),
            "POST /api/v1/users/me/authenticator-apps/" => json!({ "name": "Tablet", "password": PASSWORD }),
            "PATCH /api/v1/users/me/authenticator-apps/{authenticator_app_id}" => json!({ "name": "Tablet" }),
            "POST /api/v1/session" => json!({ "email": self.email, "password": PASSWORD }),
            "POST /api/v1/password-recovery" => json!({ "email": self.email }),
            "POST /api/v1/reset-password/" => json!({ "token": "made up", "new_password": NEW_PASSWORD }),
            "POST /api/v1/verify-email" => json!({ "token": "made up" }),
            "PATCH /api/v1/users/me/password" => json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD }),
            "POST /api/v1/users/signup" | "POST /api/v1/users/" | "POST /api/v1/private/users/" => {
                json!({ "email": free, "password": PASSWORD, "full_name": "Free" })
            }
            // Of such a name no slug follows that another one may have.
            "POST /api/v1/organizations/" => json!({ "name": "牛乳" }),
            "PATCH /api/v1/organizations/{organization_id}" => json!({ "name": "Butter" }),
            "POST /api/v1/organizations/{organization_id}/invitations/" => {
                json!({ "emails": [free], "role": "member" })
            }
            "POST /api/v1/session/confirm"
            | "POST /api/v1/users/me/passkeys/challenge"
            | "POST /api/v1/invitations/{token}/sign-up" => {
                json!({ "password": PASSWORD })
            }
            "POST /api/v1/organizations/{organization_id}/transfer" => json!({ "user_id": self.member() }),
            "PATCH /api/v1/organizations/{organization_id}/members/{user_id}" => json!({ "role": "viewer" }),
            "PATCH /api/v1/users/me" | "PATCH /api/v1/users/{user_id}" => json!({ "full_name": "New" }),
            _ if name.ends_with("/move") => json!({ "organization_id": null }),
            _ => {
                let of = |list: &str| operation.path.starts_with(&format!("/api/v1/{list}"));
                let resource = RESOURCES.iter().find(|resource| of(resource.list));
                let resource = resource.unwrap_or_else(|| {
                    panic!("say what {name} takes: by a resource in resources.rs, or in `Owner::body` of owner.rs")
                });
                if operation.method == "POST" { self.body_of_new(resource, "Bread") } else { (resource.body)("Butter") }
            }
        }
    }
}

/// What no authenticator says.
fn assertion() -> Value {
    json!({ "id": "AQID", "response": { "clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA" } })
}

/// The same of a passkey that was made.
fn registration() -> Value {
    json!({ "response": { "clientDataJSON": "e30", "attestationObject": "oA" } })
}
