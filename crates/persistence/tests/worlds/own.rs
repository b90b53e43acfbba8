//! What everybody finds with no organisation at hand.

use futures::FutureExt;
use ironplate_application::{
    audit::AuditError,
    items::{ItemError, ItemOrder},
    organizations::ListOrganizationsError,
    ports::{OrganizationOrder, OwnOrder, OwnedRow},
};
use ironplate_domain::{Item, Organization, Owner};
use ironplate_testkit::{paging, samples::client};

use super::{LIMIT, Viewer, events, ids, newest_of, request};

impl Viewer<'_> {
    /// Each by its id.
    pub(super) async fn assert_finds_items(&self) {
        for item in &self.world.items {
            let found = self.app.items.read(self.actor, item.id, &client()).await;
            match (self.world.sees_item(self.who, item), item.owner, found) {
                (true, _, Ok(found)) => assert_eq!(found, *item),
                (false, Owner::User(_), Err(ItemError::Denied(_)))
                | (false, Owner::Organization(_), Err(ItemError::NotFound(_))) => {}
                (.., found) => panic!("{self} finds {found:?}, looking for {item:?}"),
            }
        }
    }

    /// In the list that names no owner; everybody's, for a superuser.
    pub(super) async fn assert_sees_own_items(&self) {
        let listed = self.items_of(|owner| self.who.is_superuser || owner == self.who.id.into());
        let list = |page| async move { self.app.items.list(self.actor, page).await.expect("a page") }.boxed();
        self.assert_lists(&listed, Item::searched, list).await;

        let own = self.items_of(|owner| owner == self.who.id.into());
        let overview = self.app.overviews.look(self.actor).await.expect("an overview");
        assert_eq!(overview.owned.get("items"), Some(&(own.len() as u64)), "{self}");
        let newest = paging::page(own.iter(), &request(ItemOrder::Newest)).rows;
        assert_eq!(newest_of(&overview), ids(&newest), "{self}");
    }

    pub(super) async fn assert_sees_organizations(&self) {
        let own = self.world.organizations_of(self.who);
        let list =
            |page| async move { self.app.organizations.list_own(self.actor, page).await.expect("a page") }.boxed();
        self.assert_lists::<OwnOrder>(&own, |own| names(&own.organization), list).await;
        if self.who.is_superuser {
            let list = |page| {
                async move { self.app.organizations.list_all(self.actor, page, &client()).await.expect("a page") }
                    .boxed()
            };
            self.assert_lists::<OrganizationOrder>(&self.world.organizations, names, list).await;
        } else {
            let all = self.app.organizations.list_all(self.actor, request(OrganizationOrder::Newest), &client()).await;
            assert!(matches!(all, Err(ListOrganizationsError::Denied(_))), "{self}: {all:?}");
        }
    }

    pub(super) async fn assert_sees_events(&self) {
        let list = |after| {
            async move { self.app.audit.list_own(self.actor, after, LIMIT).await.expect("a part of the list") }.boxed()
        };
        self.assert_walks(self.events_about_them(), list).await;
        if self.world.sees_event(self.who, None) {
            let list = |after| {
                async move {
                    self.app.audit.list(self.actor, events(after), &client()).await.expect("a part of the list").page
                }
                .boxed()
            };
            self.assert_walks(self.world.events.clone(), list).await;
        } else {
            let all = self.app.audit.list(self.actor, events(None), &client()).await;
            assert!(matches!(all, Err(AuditError::Denied(_))), "{self}: {all:?}");
        }
    }

    /// Those to their address.
    pub(super) async fn assert_is_invited(&self) {
        let offers = self.app.invitations.received(self.who).await.expect("an answer");
        assert_eq!(offers, self.world.offers(self.who), "{self}");
    }
}

fn names(organization: &Organization) -> Vec<Option<&str>> {
    vec![Some(organization.name.as_str()), Some(organization.slug.as_str())]
}
