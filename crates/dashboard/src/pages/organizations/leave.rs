//! Leave an organisation.

use actix_web::web::Path;
use ironplate_domain::{Organization, OrganizationId};

use super::{address, find};
use crate::{
    crud::Confirm,
    fault::PageError,
    request::{Form, PostedForm, SessionUser, resource::id_of},
    resources::ORGANIZATIONS,
    shell::{Flash, PageResponse, PageResult, Redirect},
};

/// The organisation of this id. Its members leave it, also those whom it bars.
async fn find_to_leave(user: &SessionUser, id: &str) -> Result<Organization, PageError> {
    let of = id_of(id, OrganizationId)?;
    match user.at.as_deref() {
        Some(at) if at.organization.id == of => Ok(at.organization.clone()),
        _ => find(user, id).await,
    }
}

pub(super) async fn ask(user: SessionUser, id: Path<String>) -> PageResult {
    let organization = find_to_leave(&user, &id).await?;
    question(&user, &organization, &Form::new()).answer()
}

fn question<'a>(user: &'a SessionUser, organization: &Organization, form: &Form) -> PageResponse<'a> {
    let confirm = Confirm {
        title: "Leave this organisation?".into(),
        subject: organization.name.to_string(),
        text: "goes on without you. You lose access at once, and come back if you are invited again.".to_owned(),
        action: address(organization.id, "/leave"),
        verb: "Leave".into(),
        back: if user.actor().is_barred_from(organization.id) {
            ORGANIZATIONS.url.to_owned()
        } else {
            address(organization.id, "/settings")
        },
        done: Some(ORGANIZATIONS.url.to_owned()),
        ..Confirm::default()
    };
    confirm.page(user, "organization", form)
}

pub(super) async fn leave(PostedForm { by: user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let organization = find_to_leave(&user, &id).await?;
    let id = organization.id;
    match user.act(|app, actor, client| async move { app.organizations.leave(actor, id, &client).await }).await {
        Ok(()) => Ok(Redirect::to(ORGANIZATIONS.url).saying(Flash::OrganizationLeft).answer()),
        Err(error) => {
            form.refuse(error)?;
            question(&user, &organization, &form).answer()
        }
    }
}
