//! Take one's data along, or leave.

use ironplate_application::organizations::SoleOwnership;
use ironplate_domain::{AuditKind, Organization, PasswordAttempt};
use serde::Serialize;

use super::sole_owned;
use crate::{
    crud::Confirm,
    fault::PageError,
    request::{Form, PostedForm, SessionUser},
    resources::{self, ORGANIZATIONS},
    shell::{Flash, PageResult, Redirect, at_hand},
};

#[derive(Serialize)]
struct DataPage {
    owned: String,
    sole_owned: Vec<SoleOwnedView>,
}

/// An organisation that nobody else owns.
#[derive(Serialize)]
struct SoleOwnedView {
    name: String,
    url: String,
}

impl From<Organization> for SoleOwnedView {
    fn from(organization: Organization) -> Self {
        Self { name: organization.name.into(), url: format!("{}/{}/transfer", ORGANIZATIONS.url, organization.id) }
    }
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    let SoleOwnership(sole_owned) = sole_ownership(&user).await?;
    let sole_owned = sole_owned.into_iter().map(SoleOwnedView::from).collect();
    user.page("data", "settings/data.html", DataPage { owned: resources::owned(), sole_owned }).answer()
}

/// What stands in the way of deleting the account.
async fn sole_ownership(user: &SessionUser) -> Result<SoleOwnership, PageError> {
    let sole = user.act(|app, actor, _| async move { app.accounts.sole_owned(actor).await }).await?;
    Ok(SoleOwnership(sole))
}

/// The API's, for those who are logged in.
pub(super) async fn export(_: SessionUser) -> PageResult {
    Ok(Redirect::to("/api/v1/users/me/export").answer())
}

pub(super) async fn ask(user: SessionUser) -> PageResult {
    if user.account.is_superuser {
        // There it says why not.
        return Ok(Redirect::to("/dashboard/settings/data").answer());
    }
    page(&user, &sole_ownership(&user).await?, &Form::new())
}

fn page(user: &SessionUser, sole: &SoleOwnership, form: &Form) -> PageResult {
    let confirm = Confirm {
        title: "Delete your account?".into(),
        subject: String::new(),
        text: format!("This deletes your account and all your {} at once and for good.", resources::owned()),
        action: "/dashboard/settings/data/delete".to_owned(),
        verb: "Delete account".into(),
        back: "/dashboard/settings/data".to_owned(),
        done: Some("/dashboard/log-in".to_owned()),
        ask_password: true,
        ask_tick: sole_owned::tick(sole),
        ..Confirm::default()
    };
    confirm.page(user, "data", form).answer()
}

/// Whoever finds a screen unlocked must not be able to do this.
pub(super) async fn delete(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let sole = sole_ownership(&user).await?;
    let organizations = sole_owned::ticked(&mut form, &sole);
    if form.text("password").is_empty() {
        form.blame("password", "Enter your password");
    }
    if !form.is_fine() {
        return page(&user, &sole, &form);
    }
    let password = PasswordAttempt::new(form.text("password"));
    let (account, client) = (user.account.clone(), user.client.clone());
    let deleting = AuditKind::AccountDeleted;
    let outcome =
        user.run(|app| async move { app.accounts.confirm_password(&account, password, deleting, &client).await }).await;
    if let Err(error) = outcome {
        form.refuse(error)?;
        return page(&user, &sole, &form);
    }
    user.act(|app, actor, client| async move { app.accounts.delete_account(actor, organizations, &client).await })
        .await?;
    let log_in = Redirect::to("/dashboard/log-in").cookie(user.session_cookie().take());
    Ok(log_in.cookie(Some(at_hand::forget())).saying(Flash::AccountDeleted).answer())
}
