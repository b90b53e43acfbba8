//! Those who ask, and those whose things they ask for.

use ironplate_tests::{Client, Operation, Owner, PASSWORD};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// Somebody who may try an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Without a credential.
    Stranger,
    /// Whose things they are.
    Owner,
    /// A user like the owner.
    OtherUser,
    /// A superuser.
    Superuser,
    /// Who would be a superuser, but was deactivated.
    Inactive,
    /// Who would be a superuser, but logged out.
    Ended,
}

pub(super) const ROLES: [Role; 6] =
    [Role::Stranger, Role::Owner, Role::OtherUser, Role::Superuser, Role::Inactive, Role::Ended];

/// How a caller shows their session.
#[derive(Debug, Clone, Copy)]
pub(super) enum Credential {
    Token,
    Cookie,
}

/// One caller before one operation, and an owner whom nobody else has to do with.
pub(super) struct Case {
    caller: Client,
    owner: Owner,
    /// An address that has no account.
    free_address: String,
}

impl Case {
    pub(super) async fn new(
        root: &Client,
        visitor: &Client,
        role: Role,
        credential: Credential,
        number: usize,
    ) -> Self {
        let email = format!("owner{number}@example.com");
        let owner = Owner::sign_up(visitor, &email).await;
        let caller = match role {
            Role::Stranger => visitor.clone(),
            Role::Owner => credential.of(visitor, &email).await,
            Role::OtherUser | Role::Superuser | Role::Inactive | Role::Ended => {
                let email = format!("caller{number}@example.com");
                let account = json!({ "email": email, "password": PASSWORD, "is_superuser": role != Role::OtherUser });
                let user = root.post("users/", &account).await.ok();
                let caller = credential.of(visitor, &email).await;
                let user = format!("users/{}", user["id"].as_str().unwrap());
                if role == Role::Inactive {
                    let _user = root.patch(&user, &json!({ "is_active": false })).await.ok();
                } else if role == Role::Ended {
                    let _message = caller.post("logout", &Value::Null).await.ok();
                }
                caller
            }
        };
        Self { caller, owner, free_address: format!("free{number}@example.com") }
    }

    /// What the caller sends to the operation.
    pub(super) fn request(&self, operation: &Operation) -> RequestBuilder {
        self.owner.request(&self.caller, operation, &self.free_address)
    }
}

impl Credential {
    async fn of(self, visitor: &Client, email: &str) -> Client {
        match self {
            Self::Token => visitor.log_in(email).await,
            Self::Cookie => visitor.browse(email).await,
        }
    }
}
