//! Organisations in a world.

use ironplate_application::ports::{Clock, Secrets, Store};
use ironplate_domain::{Membership, Organization, OrganizationId, Role};

use super::World;
use crate::samples;

impl World {
    /// A new organisation of this name, which is its slug in lower case, with the users of these addresses in these roles; stored.
    pub async fn organization(&self, name: &str, members: &[(&str, Role)]) -> OrganizationId {
        let (id, created_at) = (OrganizationId(self.secrets.id()), self.clock.now());
        let organization =
            Organization { id, name: samples::text(name), slug: samples::slug(name), created_by: None, created_at };
        let mut work = self.store.begin().await.expect("a unit of work");
        work.organizations().insert(&organization).await.expect("a new organisation");
        for (email, role) in members {
            let user = self.user(email);
            let membership = Membership { organization: id, user: user.id, role: *role, created_at };
            work.memberships().add(&membership, &user.email).await.expect("a new member");
        }
        work.commit().await.expect("a commit");
        id
    }
}
