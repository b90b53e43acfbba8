//! Those who ask, and those whose things they ask for.

use ironplate_tests::{Client, Database, Operation, Owner, PASSWORD};
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
    /// A viewer of the owner's organisation.
    Viewer,
    /// A member of it.
    Member,
    /// An admin of it.
    Admin,
    /// Another owner of it.
    CoOwner,
    /// The owner of another organisation.
    OtherOwner,
    /// A superuser.
    Superuser,
    /// Who would be a superuser, but was deactivated.
    Inactive,
    /// Who would be a superuser, but logged out.
    Ended,
}

pub(super) const ROLES: [Role; 6] =
    [Role::Stranger, Role::Owner, Role::OtherUser, Role::Superuser, Role::Inactive, Role::Ended];

/// Those to whom what is an organisation's is different things.
pub(super) const MEMBERS: [Role; 10] = [
    Role::Stranger,
    Role::OtherUser,
    Role::Viewer,
    Role::Member,
    Role::Admin,
    Role::CoOwner,
    Role::OtherOwner,
    Role::Superuser,
    Role::Inactive,
    Role::Ended,
];

impl Role {
    /// What they are in the owner's organisation.
    const fn in_organization(self) -> Option<&'static str> {
        match self {
            Self::Viewer => Some("viewer"),
            Self::Member => Some("member"),
            Self::Admin => Some("admin"),
            Self::CoOwner => Some("owner"),
            _ => None,
        }
    }

    const fn is_superuser(self) -> bool {
        matches!(self, Self::Superuser | Self::Inactive | Self::Ended)
    }
}

/// What a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// A person and what they have.
    Person,
    /// An organisation and who is in it.
    Members,
    /// What an organisation has.
    Organization,
}

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
            _ => {
                let email = format!("caller{number}@example.com");
                let account = json!({ "email": email, "password": PASSWORD, "is_superuser": role.is_superuser() });
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

    /// Of an organisation: it has a member beside its owner, and the caller as their role says.
    pub(super) async fn about(mut self, of: Of, role: Role, root: &Client, database: &Database) -> Self {
        match of {
            Of::Person => return self,
            Of::Members => {}
            Of::Organization => self.owner = self.owner.sharing().await,
        }
        let account = json!({ "email": self.free_address, "password": PASSWORD });
        let member = root.post("users/", &account).await.ok()["id"].as_str().unwrap().to_owned();
        database.join(self.owner.organization(), &member, "member").await;
        if let Some(role) = role.in_organization() {
            database.join(self.owner.organization(), &self.caller.id().await, role).await;
        }
        if role == Role::OtherOwner {
            let _other = self.caller.post("organizations/", &json!({ "name": "牛乳" })).await.ok();
        }
        self.owner = self.owner.with_member(&member);
        self
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
