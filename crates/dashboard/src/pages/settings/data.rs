//! Take one's data along, or leave.

use ironplate_application::organizations::SoleOwnership;
use ironplate_domain::Organization;
use serde::Serialize;

use super::{confirm, sole_owned};
use crate::{
    crud::Confirm,
    fault::PageError,
    request::{Form, OwnPath, PostedForm, SessionUser},
    resources::{self, ORGANIZATIONS},
    shell::{Flash, PageResult, Redirect, at_hand},
};

const PATH: &str = "/dashboard/settings/data";

#[derive(Serialize)]
struct DataPage {
    /// What goes with the account, if anything can.
    owned: Option<String>,
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

/// The API's, for those who are logged in. A browser that is led to a download stays where it is, so who is asked first comes back to
/// the page.
pub(super) async fn export(user: SessionUser) -> PageResult {
    if user.check_proved().is_err() {
        return Ok(confirm::before(&OwnPath::parse(PATH).unwrap_or_else(OwnPath::home)));
    }
    Ok(Redirect::to("/api/v1/users/me/export").answer())
}

pub(super) async fn ask(user: SessionUser) -> PageResult {
    if user.account.is_superuser {
        // There it says why not.
        return Ok(Redirect::to(PATH).answer());
    }
    user.check_proved()?;
    page(&user, &sole_ownership(&user).await?, &Form::new())
}

fn page(user: &SessionUser, sole: &SoleOwnership, form: &Form) -> PageResult {
    let confirm = Confirm {
        title: "Delete your account?".into(),
        subject: String::new(),
        text: format!("This deletes {} at once and for good.", resources::with_owned("your account", "your")),
        action: "/dashboard/settings/data/delete".to_owned(),
        verb: "Delete account".into(),
        back: PATH.to_owned(),
        done: Some("/dashboard/log-in".to_owned()),
        ask_tick: sole_owned::tick(sole),
        ..Confirm::default()
    };
    confirm.page(user, "data", form).answer()
}

pub(super) async fn delete(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let sole = sole_ownership(&user).await?;
    let organizations = sole_owned::ticked(&mut form, &sole);
    if !form.is_fine() {
        return page(&user, &sole, &form);
    }
    user.act(|app, actor, client| async move { app.accounts.delete_account(actor, organizations, &client).await })
        .await?;
    let log_in = Redirect::to("/dashboard/log-in").cookie(user.session_cookie().take());
    Ok(log_in.cookie(Some(at_hand::forget())).saying(Flash::AccountDeleted).answer())
}
