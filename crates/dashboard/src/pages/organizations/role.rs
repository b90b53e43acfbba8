//! Give a member another role: each is explained where it is chosen.

use actix_web::web::Path;
use ironplate_application::ports::Member;
use ironplate_domain::{Action, Organization, Resource, Role};
use serde::Serialize;

use super::{address, called, check, find_member, members::back_to_members};
use crate::{
    request::{Form, PostedForm, SessionUser},
    shell::{Flash, PageResponse, PageResult, Redirect},
    words::roles,
};

/// The field; the page behind the question has a filter by role.
const ROLE: &str = "new_role";

#[derive(Serialize)]
struct RolePage {
    organization: String,
    member: String,
    is_self: bool,
    action: String,
    back: String,
    roles: Vec<RoleChoice>,
}

/// A role to choose.
#[derive(Serialize)]
pub(super) struct RoleChoice {
    value: &'static str,
    label: &'static str,
    hint: &'static str,
}

impl From<Role> for RoleChoice {
    fn from(role: Role) -> Self {
        Self { value: role.name(), label: roles::label(role), hint: roles::explained(role) }
    }
}

/// Those that this reader gives to a member who has this one, and this one.
pub(super) fn given_by(user: &SessionUser, organization: &Organization, now: Role) -> impl Iterator<Item = Role> {
    let may = move |role| user.may(Action::Update, Resource::MembersOf(organization.id, role));
    Role::ALL.into_iter().filter(move |role| *role == now || (may(now) && may(*role)))
}

pub(super) async fn ask(user: SessionUser, ids: Path<(String, String)>) -> PageResult {
    let (organization, member) = find_member(&user, &ids).await?;
    check(&user, Action::Update, Resource::MembersOf(organization.id, member.role)).await?;
    page(&user, &organization, &member, &Form::new().holding(ROLE, member.role.name())).answer()
}

fn page<'a>(user: &'a SessionUser, organization: &Organization, member: &Member, form: &Form) -> PageResponse<'a> {
    let content = RolePage {
        organization: organization.name.to_string(),
        member: called(member).to_owned(),
        is_self: member.id == user.account.id,
        action: address(organization.id, &format!("/members/{}/role", member.id)),
        back: back_to_members(user, form, organization.id).to_string(),
        roles: given_by(user, organization, member.role).map(RoleChoice::from).collect(),
    };
    user.page("members", "organizations/role.html", content).form(form)
}

pub(super) async fn change(
    PostedForm { by: user, mut form }: PostedForm<SessionUser>,
    ids: Path<(String, String)>,
) -> PageResult {
    let (organization, member) = find_member(&user, &ids).await?;
    check(&user, Action::Update, Resource::MembersOf(organization.id, member.role)).await?;
    let Some(role) = Role::from_name(form.text(ROLE)) else {
        form.blame(ROLE, "Choose a role");
        return page(&user, &organization, &member, &form).answer();
    };
    let (of, id) = (organization.id, member.id);
    let changed = user
        .act(|app, actor, client| async move { app.organizations.change_role(actor, of, id, role, &client).await })
        .await;
    match changed {
        Ok(_) => {
            let back = back_to_members(&user, &form, of);
            Ok(Redirect::to(back.as_str()).saying(Flash::RoleChanged).answer())
        }
        Err(error) => {
            form.refuse(error)?;
            page(&user, &organization, &member, &form).answer()
        }
    }
}
