//! Take one's data along, or leave.

use ironplate_application::organizations::SoleOwned;
use ironplate_domain::{AuditKind, PasswordAttempt};
use serde::Serialize;

use crate::{
    crud::Confirm,
    request::{Form, PostedForm, SessionUser},
    resources,
    shell::{Flash, PageResponse, PageResult, Redirect},
};

#[derive(Serialize)]
struct DataPage {
    owned: String,
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    user.page("data", "settings/data.html", DataPage { owned: resources::owned() }).answer()
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
    page(&user, &Form::new()).answer()
}

fn page<'a>(user: &'a SessionUser, form: &Form) -> PageResponse<'a> {
    let confirm = Confirm {
        title: "Delete your account?".into(),
        subject: String::new(),
        text: format!("This deletes your account and all your {} at once and for good.", resources::owned()),
        action: "/dashboard/settings/data/delete".to_owned(),
        verb: "Delete account".into(),
        back: "/dashboard/settings/data".to_owned(),
        done: Some("/dashboard/log-in"),
        ask_password: true,
        is_harmless: false,
    };
    confirm.page(user, "data", form)
}

/// Whoever finds a screen unlocked must not be able to do this.
pub(super) async fn delete(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    if form.text("password").is_empty() {
        form.blame("password", "Enter your password");
        return page(&user, &form).answer();
    }
    let password = PasswordAttempt::new(form.text("password"));
    let (account, client) = (user.account.clone(), user.client.clone());
    let deleting = AuditKind::AccountDeleted;
    let outcome =
        user.run(|app| async move { app.accounts.confirm_password(&account, password, deleting, &client).await }).await;
    if let Err(error) = outcome {
        form.refuse(error)?;
        return page(&user, &form).answer();
    }
    user.act(|app, actor, client| async move { app.accounts.delete_account(actor, SoleOwned::Keep, &client).await })
        .await?;
    Ok(Redirect::to("/dashboard/log-in").cookie(user.session_cookie().take()).saying(Flash::AccountDeleted).answer())
}
