//! Hand an organisation over: choose the member who is to own it.

use actix_web::web::Path;
use ironplate_application::ports::{Member, MemberOrder};
use ironplate_domain::{Action, Organization, Resource, Role};
use serde::Serialize;

use super::{OrganizationView, address, called, check, find, find_member, members::MemberRow};
use crate::{
    crud::{Confirm, List},
    request::{Form, PostedForm, SessionUser},
    shell::{Flash, PageResponse, PageResult, Redirect},
};

#[derive(Serialize)]
struct TransferPage {
    organization: OrganizationView,
    is_owner: bool,
}

fn is_owner(user: &SessionUser, organization: &Organization) -> bool {
    user.actor().role_in(organization.id) == Some(Role::Owner)
}

pub(super) async fn show(user: SessionUser, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    let id = organization.id;
    check(&user, Action::Update, Resource::MembersOf(id, Role::Owner)).await?;
    let list = List::of(&user, address(id, "/transfer"), &[]);
    let request = list.request();
    let found = user
        .act(
            |app, actor, client| async move { app.organizations.list_members(actor, id, None, request, &client).await },
        )
        .await?;
    let content = TransferPage {
        organization: OrganizationView::to(&user, &organization),
        is_owner: is_owner(&user, &organization),
    };
    let page = user.page("organization", "organizations/transfer.html", content);
    let columns = [("email", MemberOrder::Email), ("joined", MemberOrder::Newest)];
    list.answer_on(page, "members", found, &columns, |member| MemberRow::to(&user, &organization, member))
}

pub(super) async fn ask(user: SessionUser, ids: Path<(String, String)>) -> PageResult {
    let (organization, member) = find_member(&user, &ids).await?;
    check(&user, Action::Update, Resource::MembersOf(organization.id, Role::Owner)).await?;
    user.check_proved()?;
    question(&user, &organization, &member, &Form::new()).answer()
}

fn question<'a>(user: &'a SessionUser, organization: &Organization, member: &Member, form: &Form) -> PageResponse<'a> {
    let becomes = format!("becomes an owner of {}", organization.name);
    let confirm = Confirm {
        title: "Hand the organisation over?".into(),
        subject: called(member).to_owned(),
        text: if is_owner(user, organization) {
            format!("{becomes}, and you become an admin. Only an owner can make you one again.")
        } else {
            format!("{becomes}.")
        },
        action: address(organization.id, &format!("/transfer/{}", member.id)),
        verb: "Hand over".into(),
        back: address(organization.id, "/transfer"),
        done: Some(address(organization.id, "/members")),
        ..Confirm::default()
    };
    confirm.page(user, "organization", form)
}

pub(super) async fn transfer(
    PostedForm { by: user, mut form }: PostedForm<SessionUser>,
    ids: Path<(String, String)>,
) -> PageResult {
    let (organization, member) = find_member(&user, &ids).await?;
    let (of, to) = (organization.id, member.id);
    match user.act(|app, actor, client| async move { app.organizations.transfer(actor, of, to, &client).await }).await {
        Ok(_) => Ok(Redirect::to(&address(of, "/members")).saying(Flash::OwnershipMoved).answer()),
        Err(error) => {
            form.refuse(error)?;
            question(&user, &organization, &member, &form).answer()
        }
    }
}
