//! The organisations that one is in.

use ironplate_application::ports::{OwnOrder, OwnOrganization, Page};
use serde::Serialize;

use super::received::{self, OfferView};
use crate::{
    crud::List,
    fault::PageError,
    request::SessionUser,
    resources::ORGANIZATIONS,
    shell::PageResult,
    words::{self, When, roles},
};

#[derive(Serialize)]
struct OrganizationListPage {
    can_create: bool,
    invitations: Vec<OfferView>,
}

/// One of them.
#[derive(Serialize)]
pub(super) struct OrganizationRow {
    id: String,
    name: String,
    slug: String,
    initials: String,
    role: &'static str,
    joined: When,
    is_at_hand: bool,
}

impl OrganizationRow {
    pub(super) fn to(user: &SessionUser, OwnOrganization { organization, role, joined_at }: OwnOrganization) -> Self {
        Self {
            id: organization.id.to_string(),
            slug: organization.slug.to_string(),
            initials: words::initials(organization.name.as_str()),
            name: organization.name.into(),
            role: roles::label(role),
            joined: joined_at.into(),
            is_at_hand: user.at.as_deref().is_some_and(|at| at.organization.id == organization.id),
        }
    }
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    let list = List::of(&user, ORGANIZATIONS.url, &[]);
    let found = find(&user, &list).await?;
    let can_create = user.policy().organizations.creation.admits(user.actor());
    let content = OrganizationListPage { can_create, invitations: received::all(&user).await? };
    let page = user.page("organizations", "organizations/list.html", content);
    list.answer_on(page, "organizations", found, &[("joined", OwnOrder::Newest)], |own| OrganizationRow::to(&user, own))
}

/// Those that the address asks for.
pub(super) async fn find(user: &SessionUser, list: &List<'_, OwnOrder>) -> Result<Page<OwnOrganization>, PageError> {
    let request = list.request();
    user.act(|app, actor, _| async move { app.organizations.list_own(actor, request).await }).await
}
