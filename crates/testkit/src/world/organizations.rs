//! Organisations in a world, and who is in them.

use ironplate_application::{
    invitations::{InvitationStatus, Invitations, Invite},
    organizations::Organizations,
    ports::{Clock, Secrets, Store},
};
use ironplate_domain::{
    Actor, Invitation, MailTemplate, Membership, Organization, OrganizationId, OrganizationRole, Role, TokenSecret,
};

use super::World;
use crate::{samples, secret_in};

impl World {
    /// A new organisation of this name, which is its slug in lower case, with the users of these addresses in these roles; stored.
    pub async fn organization(&self, name: &str, members: &[(&str, Role)]) -> OrganizationId {
        let (id, created_at) = (OrganizationId(self.secrets.id()), self.clock.now());
        let organization = Organization {
            id,
            name: samples::text(name),
            slug: samples::slug(name),
            requires_second_factor: false,
            created_by: None,
            created_at,
        };
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

    /// With an organisation of this name, which is its slug in lower case, and which the user of this address owns.
    pub async fn with_organization(self, owner: &str, name: &str) -> Self {
        self.organization(name, &[(owner, Role::Owner)]).await;
        self
    }

    /// With the user of this address in the organisation of this name.
    pub async fn with_member(self, organization: &str, email: &str, role: Role) -> Self {
        let (organization, user) = (self.organization_called(organization).id, self.user(email));
        let membership = Membership { organization, user: user.id, role, created_at: self.clock.now() };
        let mut work = self.store.begin().await.expect("a unit of work");
        assert!(work.memberships().add(&membership, &user.email).await.expect("an answer"), "{email} is a member");
        work.commit().await.expect("a commit");
        self
    }

    /// An invitation to this address, sent by the user of another one to the organisation of this name; and the secret of its link.
    pub async fn invite(&self, by: &str, organization: &str, email: &str, role: Role) -> (Invitation, TokenSecret) {
        let (actor, id) = (self.actor_at(organization, by), self.organization_called(organization).id);
        let command = Invite { emails: vec![email.to_owned()], role };
        let results = self.invitations().invite(actor, id, command, &samples::client()).await.expect("invitations");
        assert_eq!(results[0].status, InvitationStatus::Invited, "{email}");
        let sent = self.store.invitations().into_iter().find(|sent| Some(sent.id) == results[0].id);
        (sent.expect("an invitation"), secret_in(&self.mail(MailTemplate::Invitation, email).await))
    }

    /// The stored organisation of this name, which must be there.
    #[must_use]
    pub fn organization_called(&self, name: &str) -> Organization {
        let found = self.store.organizations().into_iter().find(|one| one.name.as_str() == name);
        found.unwrap_or_else(|| panic!("no organisation is called {name}"))
    }

    /// What the user of this address is in the organisation of this name.
    #[must_use]
    pub fn role(&self, organization: &str, email: &str) -> Option<Role> {
        let key = (self.organization_called(organization).id, self.user(email).id);
        self.store.memberships().into_iter().find(|one| (one.organization, one.user) == key).map(|one| one.role)
    }

    /// The user of this address as somebody who acts with the organisation of this name at hand.
    #[must_use]
    pub fn actor_at(&self, organization: &str, email: &str) -> Actor {
        let id = self.organization_called(organization).id;
        let is_barred = self.store.is_barred(self.user(email).id, id);
        let at = self.role(organization, email).map(|role| OrganizationRole { organization: id, role, is_barred });
        self.actor(email).within(at)
    }

    /// The service of invitations.
    #[must_use]
    pub fn invitations(&self) -> Invitations {
        self.application().invitations
    }

    /// The service of organisations.
    #[must_use]
    pub fn organizations(&self) -> Organizations {
        self.application().organizations
    }
}
