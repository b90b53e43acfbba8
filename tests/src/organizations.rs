//! Organisations. Members are put straight into the database: there, nobody has to be invited, and to take an invitation.

use ironplate_domain::{Membership, OrganizationId, Role, UserId};
use ironplate_persistence::{DatabaseUrl, StoreOptions};
use serde_json::json;

use crate::{Client, Database};

impl Database {
    /// Puts a user into an organisation, both named by their ids.
    pub async fn join(&self, organization: &str, user: &str, role: &str) {
        let url: DatabaseUrl = self.url().parse().expect("an address");
        let store = ironplate_persistence::open(&url, StoreOptions::default()).expect("a database");
        let mut work = store.begin().await.expect("a unit of work");
        let user = work.users().find(UserId(user.parse().expect("an id"))).await.expect("an answer").expect("a user");
        let organization = OrganizationId(organization.parse().expect("an id"));
        let role: Role = role.parse().expect("a role");
        let membership = Membership { organization, user: user.id, role, created_at: user.created_at };
        assert!(work.memberships().add(&membership, &user.email).await.expect("an answer"), "a member already");
        work.commit().await.expect("a commit");
        store.close().await;
    }
}

impl Client {
    /// Writes something: an organisation, whose name has no letter that a slug could be made of, so that no other one has its slug.
    /// Answers its id.
    pub async fn write(&self) -> String {
        let made = self.post("organizations/", &json!({ "name": "牛乳" })).await.ok();
        made["id"].as_str().expect("an id").to_owned()
    }

    /// A new organisation of this slug, which is called the same; answers its id.
    pub async fn add_organization(&self, slug: &str) -> String {
        let made = self.post("organizations/", &json!({ "name": slug, "slug": slug })).await.ok();
        made["id"].as_str().expect("an id").to_owned()
    }
}
