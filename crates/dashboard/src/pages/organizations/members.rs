//! Who is in an organisation.

use actix_web::web::Path;
use ironplate_application::ports::{Member, MemberOrder};
use ironplate_domain::{Action, Organization, OrganizationId, Resource, Role};
use serde::Serialize;

use super::{
    OrganizationView, address, called, find,
    invitations::{self, InvitationRow},
    role::given_by,
};
use crate::{
    crud::List,
    request::{Form, OwnPath, SessionUser},
    shell::PageResult,
    words::{self, When, roles},
};

#[derive(Serialize)]
struct MembersPage {
    organization: OrganizationView,
    roles: Vec<RoleOption>,
    may_invite: bool,
    /// The newest.
    invitations: Vec<InvitationRow>,
    all_invitations: u64,
}

/// A role to filter by.
#[derive(Serialize)]
struct RoleOption {
    value: &'static str,
    label: String,
}

/// A member in a list.
#[derive(Serialize)]
pub(super) struct MemberRow {
    id: String,
    email: String,
    full_name: Option<String>,
    initials: String,
    role: &'static str,
    is_active: bool,
    is_self: bool,
    joined: When,
    /// Where they are given another role, and where they are removed or leave, by whoever may do that.
    role_url: Option<String>,
    removal_url: Option<String>,
}

impl MemberRow {
    pub(super) fn to(user: &SessionUser, organization: &Organization, member: Member) -> Self {
        let (is_self, page) =
            (member.id == user.account.id, address(organization.id, &format!("/members/{}", member.id)));
        let may_change = given_by(user, organization, member.role).nth(1).is_some();
        let may_remove = user.may(Action::Delete, Resource::MembersOf(organization.id, member.role));
        Self {
            initials: words::initials(called(&member)),
            role_url: may_change.then(|| format!("{page}/role")),
            removal_url: if is_self {
                Some(address(organization.id, "/leave"))
            } else {
                may_remove.then(|| format!("{page}/remove"))
            },
            id: member.id.to_string(),
            full_name: words::full_name(member.full_name.as_ref()).map(str::to_owned),
            email: member.email.into(),
            role: roles::label(member.role),
            is_active: member.is_active,
            is_self,
            joined: member.joined_at.into(),
        }
    }
}

pub(super) async fn show(user: SessionUser, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    let id = organization.id;
    let role = Role::from_name(user.query.get("role"));
    let list = List::of(&user, address(id, "/members"), &[("role", role.map_or("", Role::name))]);
    let request = list.request();
    let found = user
        .act(
            |app, actor, client| async move { app.organizations.list_members(actor, id, role, request, &client).await },
        )
        .await?;
    let roles = Role::ALL.map(|role| RoleOption { value: role.name(), label: format!("{}s", roles::label(role)) });
    let all = RoleOption { value: "", label: "All roles".to_owned() };
    let roles = [all].into_iter().chain(roles.into_iter().rev()).collect();
    let waiting = invitations::newest(&user, id).await?;
    let content = MembersPage {
        organization: OrganizationView::to(&user, &organization),
        roles,
        may_invite: user.may(Action::Create, Resource::MembersOf(id, Role::Viewer)),
        invitations: waiting.rows,
        all_invitations: waiting.count.get(),
    };
    let page = user.page("members", "organizations/members.html", content);
    let columns = [("email", MemberOrder::Email), ("joined", MemberOrder::Newest)];
    list.answer_on(page, "members", found, &columns, |member| MemberRow::to(&user, &organization, member))
}

/// This organisation's members, as the reader left them.
pub(super) fn back_to_members(user: &SessionUser, form: &Form, id: OrganizationId) -> OwnPath {
    let list = address(id, "/members");
    match form.text("back") {
        "" => user.back_to(&list),
        back => OwnPath::of_list(back, &list),
    }
}
