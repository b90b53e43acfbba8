//! Take a member out of an organisation.

use actix_web::web::Path;
use ironplate_application::ports::Member;
use ironplate_domain::{Action, Organization, Resource};

use super::{address, called, check, find_member, members::back_to_members};
use crate::{
    crud::Confirm,
    request::{Form, PostedForm, SessionUser},
    shell::{Flash, PageResponse, PageResult, Redirect},
};

pub(super) async fn ask(user: SessionUser, ids: Path<(String, String)>) -> PageResult {
    let (organization, member) = find_member(&user, &ids).await?;
    check(&user, Action::Delete, Resource::MembersOf(organization.id, member.role)).await?;
    question(&user, &organization, &member, &Form::new()).answer()
}

fn question<'a>(user: &'a SessionUser, organization: &Organization, member: &Member, form: &Form) -> PageResponse<'a> {
    let confirm = Confirm {
        title: "Remove this member?".into(),
        subject: called(member).to_owned(),
        text: format!("loses access to {} at once. What they made there stays.", organization.name),
        action: address(organization.id, &format!("/members/{}/remove", member.id)),
        verb: "Remove member".into(),
        back: back_to_members(user, form, organization.id).to_string(),
        ..Confirm::default()
    };
    confirm.page(user, "members", form)
}

pub(super) async fn remove(
    PostedForm { by: user, mut form }: PostedForm<SessionUser>,
    ids: Path<(String, String)>,
) -> PageResult {
    let (organization, member) = find_member(&user, &ids).await?;
    let (of, id) = (organization.id, member.id);
    let removed = user
        .act(|app, actor, client| async move { app.organizations.remove_member(actor, of, id, &client).await })
        .await;
    match removed {
        Ok(()) => {
            let back = back_to_members(&user, &form, of);
            Ok(Redirect::to(back.as_str()).saying(Flash::MemberRemoved).answer())
        }
        Err(error) => {
            form.refuse(error)?;
            question(&user, &organization, &member, &form).answer()
        }
    }
}
