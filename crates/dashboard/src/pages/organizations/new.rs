//! Make an organisation, and have it at hand.

use ironplate_application::organizations::{CreateOrganization, CreateOrganizationError};
use serde::Serialize;

use super::{OrganizationForm, OrganizationFormKind, enter};
use crate::{
    crud::Declared,
    request::{Form, PostedForm, SessionUser},
    resources::{Deed, ORGANIZATIONS},
    shell::{Flash, PageResponse, PageResult},
};

#[derive(Serialize)]
struct NewOrganizationPage {}

pub(super) async fn show(user: SessionUser) -> PageResult {
    if !user.policy().organizations.creation.admits(user.actor()) {
        return Err(CreateOrganizationError::Closed.into());
    }
    page(&user, &Form::new()).answer()
}

fn page<'a>(user: &'a SessionUser, form: &Form) -> PageResponse<'a> {
    let fields = OrganizationForm::fields(&OrganizationFormKind::New);
    user.page("organizations", "organizations/new.html", NewOrganizationPage {}).fields(&fields).form(form)
}

pub(super) async fn create(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let read = form.read(&OrganizationForm::fields(&OrganizationFormKind::New), None);
    let Some(OrganizationForm { name, slug, .. }) = read else { return page(&user, &form).answer() };
    let command = CreateOrganization { name: name.value, slug: slug.value };
    match user.act(|app, actor, client| async move { app.organizations.create(actor, command, &client).await }).await {
        Ok(made) => {
            let flash = Flash::Done(&ORGANIZATIONS, Deed::Created);
            Ok(enter(&user, made.organization.id).saying(flash).answer())
        }
        Err(error) => {
            form.refuse(error)?;
            page(&user, &form).answer()
        }
    }
}
