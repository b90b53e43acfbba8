//! What everybody finds in an organisation.

use std::{collections::BTreeSet, fmt::Debug};

use futures::FutureExt;
use ironplate_application::{
    Refused,
    items::ItemOrder,
    organizations::OrganizationError,
    ports::{InvitationOrder, Member, MemberOrder, OwnedRow},
};
use ironplate_domain::{AuditEvent, FullName, Item, Organization, OrganizationId, Role, UserId};
use ironplate_testkit::{paging, samples::client};

use super::{Viewer, events, ids, newest_of, request};

impl Viewer<'_> {
    /// What an organisation has is shown to whom it is at hand.
    pub(super) async fn assert_sees_what_it_has(&self, organization: &Organization) {
        let id = organization.id;
        let is_at_hand = self.at == Some(id) && self.world.sees_organization(self.who, id);
        let found = self.app.organizations.read(self.actor, id, &client()).await;
        if !is_at_hand && !self.who.is_superuser {
            self.assert_strange(&found);
            let items = self.app.items.list_of(self.actor, id, request(ItemOrder::Newest), &client()).await;
            self.assert_strange(&items);
            let page = request(MemberOrder::Newest);
            let members = self.app.organizations.list_members(self.actor, id, None, page, &client()).await;
            self.assert_strange(&members);
            self.assert_strange(&self.app.audit.list_within(self.actor, id, events(None), &client()).await);
            let page = request(InvitationOrder::Newest);
            self.assert_strange(&self.app.invitations.list(self.actor, id, page, &client()).await);
            return;
        }
        assert_eq!(found.expect("an organisation"), *organization, "{self}");
        if !is_at_hand && self.at.is_some() {
            return; // As a superuser, who saw all of it with nothing at hand.
        }
        let items = self.items_of(|owner| owner == id.into());
        let list = |page| {
            async move { self.app.items.list_of(self.actor, id, page, &client()).await.expect("a page") }.boxed()
        };
        self.assert_lists(&items, Item::searched, list).await;
        if self.actor.at.is_some_and(|at| at.organization == id) {
            let overview = self.app.overviews.look(self.actor).await.expect("an overview");
            let counts = (overview.owned.get("items").copied(), overview.members);
            assert_eq!(counts, (Some(items.len() as u64), Some(self.world.members(id).len() as u64)), "{self}");
            let newest = paging::page(items.iter(), &request(ItemOrder::Newest)).rows;
            assert_eq!(newest_of(&overview), ids(&newest), "{self}");
        }
        for role in [None, Some(Role::Member)] {
            let members =
                self.world.members(id).into_iter().filter(|member| role.is_none_or(|role| member.role == role));
            let list = |page| {
                async move {
                    self.app.organizations.list_members(self.actor, id, role, page, &client()).await.expect("a page")
                }
                .boxed()
            };
            self.assert_lists::<MemberOrder>(&members.collect::<Vec<_>>(), texts, list).await;
        }
        if self.world.sees_event(self.who, Some(id)) {
            self.assert_sees_what_happens_in_it(id).await;
        } else {
            let log = self.app.audit.list_within(self.actor, id, events(None), &client()).await;
            self.assert_denied(&log);
            let page = request(InvitationOrder::Newest);
            self.assert_denied(&self.app.invitations.list(self.actor, id, page, &client()).await);
        }
    }

    /// Whom it invited, and its log, where members alone are named.
    async fn assert_sees_what_happens_in_it(&self, id: OrganizationId) {
        let invitations = self.invitations(|invitation| invitation.organization == id);
        let list = |page| {
            async move { self.app.invitations.list(self.actor, id, page, &client()).await.expect("a page").page }
                .boxed()
        };
        self.assert_lists::<InvitationOrder>(&invitations, |invitation| vec![Some(invitation.email.as_str())], list)
            .await;

        let list = |after| {
            async move {
                let found = self.app.audit.list_within(self.actor, id, events(after), &client()).await;
                let listing = found.expect("a part of the list");
                let is_member = |user: &UserId| self.world.role(self.world.person(*user), id).is_some();
                let named = |event: &AuditEvent| [event.actor, event.subject].into_iter().flatten().filter(is_member);
                let named: BTreeSet<_> = listing.page.events.iter().flat_map(named).collect();
                assert_eq!(listing.people.into_keys().collect::<BTreeSet<_>>(), named, "{self}");
                listing.page
            }
            .boxed()
        };
        let within = self.world.events.iter().filter(|event| event.organization == Some(id));
        self.assert_walks(within.map(|event| self.as_told(event)).collect(), list).await;
    }

    fn assert_strange<T: Debug>(&self, found: &Result<T, OrganizationError>) {
        let is_strange = matches!(found, Err(OrganizationError::Refused(Refused::Stranger(_))));
        assert!(is_strange, "{self} finds {found:?}");
    }

    fn assert_denied<T: Debug>(&self, found: &Result<T, OrganizationError>) {
        let is_denied = matches!(found, Err(OrganizationError::Refused(Refused::Denied(_))));
        assert!(is_denied, "{self} finds {found:?}");
    }
}

fn texts(member: &Member) -> Vec<Option<&str>> {
    vec![Some(member.email.as_str()), member.full_name.as_ref().map(FullName::as_str)]
}
