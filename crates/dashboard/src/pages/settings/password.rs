//! Change the password.

use ironplate_application::accounts::ChangePassword;
use ironplate_domain::{Password, PasswordAttempt};
use serde::Serialize;

use crate::{
    request::{Form, PostedForm, SessionUser},
    shell::{Flash, PageResponse, PageResult, Redirect},
};

#[derive(Serialize)]
struct PasswordPage {}

pub(super) async fn show(user: SessionUser) -> PageResult {
    page(&user, &Form::new()).answer()
}

fn page<'a>(user: &'a SessionUser, form: &Form) -> PageResponse<'a> {
    user.page("security", "settings/password.html", PasswordPage {}).form(form)
}

pub(super) async fn change(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let current = PasswordAttempt::new(form.text("current_password"));
    let is_empty = form.text("current_password").is_empty();
    if is_empty {
        form.blame("current_password", "Enter your current password");
    }
    let Some(new) = form.input::<Password>("new_password").filter(|_| !is_empty) else {
        return page(&user, &form).answer();
    };
    let command = ChangePassword { current, new };
    let (account, session, client) = (user.account.clone(), user.session, user.client.clone());
    match user.run(|app| async move { app.accounts.change_password(&account, session, command, &client).await }).await {
        Ok(()) => Ok(Redirect::to("/dashboard/settings/password").saying(Flash::PasswordChanged).answer()),
        Err(error) => {
            form.refuse(error)?;
            page(&user, &form).answer()
        }
    }
}
