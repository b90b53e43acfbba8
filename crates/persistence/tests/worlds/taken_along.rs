//! What everybody takes along.

use ironplate_application::{
    accounts::{ExportPart, ExportedInvitation},
    items::ItemOrder,
    ports::{OwnOrder, PageRequest},
};
use ironplate_domain::Invitation;
use ironplate_testkit::{paging, samples::client};

use super::{Viewer, request};

impl Viewer<'_> {
    /// All that is stored about them, and nothing about others.
    pub(super) async fn assert_takes_along_what_is_theirs(&self) {
        let mut export = self.app.accounts.export(self.actor, &client()).await.expect("an export");
        while let Some(part) = export.next().await.expect("a part") {
            match part {
                ExportPart::Account(user) => assert_eq!(user, *self.who, "{self}"),
                ExportPart::Sessions(rows) => assert!(rows.iter().all(|row| row.user == self.who.id), "{self}"),
                ExportPart::Memberships(rows) => {
                    let rows: Vec<_> = rows.into_iter().map(|row| row.own).collect();
                    let own = self.world.organizations_of(self.who);
                    assert_eq!(rows, paging::page(own.iter(), &all(OwnOrder::Oldest)).rows, "{self}");
                }
                ExportPart::InvitationsSent(rows) => {
                    self.assert_exports(rows, |invitation| invitation.invited_by == self.who.id);
                }
                ExportPart::InvitationsReceived(rows) => {
                    self.assert_exports(rows, |invitation| self.world.is_invited(self.who, invitation));
                }
                ExportPart::Items(rows) => {
                    let own = self.items_of(|owner| owner == self.who.id.into());
                    assert_eq!(rows, paging::page(own.iter(), &all(ItemOrder::Oldest)).rows, "{self}");
                }
                ExportPart::Events(rows) => self.assert_newest_first(rows, self.events_about_them()),
                // Of all else they have nothing.
                other => assert!(format!("{other:?}").ends_with("([])"), "{self}: {other:?}"),
            }
        }
    }

    fn assert_exports(&self, rows: Vec<ExportedInvitation>, is_wanted: impl Fn(&Invitation) -> bool) {
        let rows: Vec<_> = rows.into_iter().map(|row| (row.invitation, row.organization)).collect();
        let wanted = self.invitations(is_wanted).into_iter();
        let wanted = wanted.map(|one| (one.clone(), self.world.organization(one.organization).clone()));
        assert_eq!(rows, wanted.collect::<Vec<_>>(), "{self}");
    }
}

fn all<Order>(order: Order) -> PageRequest<Order> {
    PageRequest { limit: 100, ..request(order) }
}
