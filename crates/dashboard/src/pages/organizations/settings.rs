//! What an organisation is called, and what it asks of its members; and the ways out of it.

use actix_web::web::Path;
use ironplate_domain::{Action, Organization, OrganizationChanges, Resource, Role};
use serde::Serialize;

use super::{OrganizationForm, OrganizationFormKind, OrganizationView, address, check, find};
use crate::{
    crud::{Declared, Field},
    request::{Form, PostedForm, SessionUser},
    resources::{Deed, ORGANIZATIONS},
    shell::{Flash, PageResponse, PageResult, Redirect},
};

#[derive(Serialize)]
struct SettingsPage {
    organization: OrganizationView,
    may_transfer: bool,
    is_member: bool,
}

fn fields(user: &SessionUser, organization: &Organization) -> Vec<Field> {
    OrganizationForm::fields(&if user.may(Action::Update, Resource::MembersOf(organization.id, Role::Owner)) {
        OrganizationFormKind::OwnersSettings
    } else {
        OrganizationFormKind::Settings
    })
}

pub(super) async fn show(user: SessionUser, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    let form = Form::new().opened::<OrganizationForm>(&fields(&user, &organization), &organization);
    page(&user, &organization, &form).answer()
}

fn page<'a>(user: &'a SessionUser, organization: &Organization, form: &Form) -> PageResponse<'a> {
    let content = SettingsPage {
        organization: OrganizationView::to(user, organization),
        may_transfer: user.may(Action::Update, Resource::MembersOf(organization.id, Role::Owner)),
        is_member: user.actor().role_in(organization.id).is_some(),
    };
    user.page("organization", "organizations/settings.html", content).fields(&fields(user, organization)).form(form)
}

pub(super) async fn save(PostedForm { by: user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    let id = organization.id;
    check(&user, Action::Update, Resource::Organization(id)).await?;
    let read = form.read(&fields(&user, &organization), Some(&organization));
    let Some(OrganizationForm { name, slug, requires_second_factor }) = read else {
        return page(&user, &organization, &form).answer();
    };
    let requires_second_factor = requires_second_factor.changed();
    let changes = OrganizationChanges { name: name.changed(), slug: slug.changed().flatten(), requires_second_factor };
    let outcome =
        user.act(|app, actor, client| async move { app.organizations.change(actor, id, changes, &client).await });
    match outcome.await {
        Ok(_) => {
            let flash = Flash::Done(&ORGANIZATIONS, Deed::Saved);
            Ok(Redirect::to(&address(id, "/settings")).saying(flash).answer())
        }
        Err(error) => {
            form.refuse(error)?;
            page(&user, &organization, &form).answer()
        }
    }
}
