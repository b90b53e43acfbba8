//! Change the password.

use ironplate_application::accounts::ChangePassword;
use ironplate_domain::{Password, PasswordAttempt};
use serde::Serialize;

use crate::{
    request::{Form, Posted, Reader},
    shell::{self, Answer, Flash, Redirect},
};

#[derive(Serialize)]
struct Page {}

pub(super) async fn show(reader: Reader) -> Answer {
    page(&reader, &Form::new()).answer()
}

fn page<'a>(reader: &'a Reader, form: &Form) -> shell::Page<'a> {
    reader.page("password", "settings/password.html", Page {}).form(form)
}

pub(super) async fn change(Posted { by: reader, mut form }: Posted<Reader>) -> Answer {
    let current = PasswordAttempt::new(form.text("current_password"));
    let is_empty = form.text("current_password").is_empty();
    if is_empty {
        form.blame("current_password", "Enter your current password");
    }
    let Some(new) = form.needed::<Password>("new_password").filter(|_| !is_empty) else {
        return page(&reader, &form).answer();
    };
    let command = ChangePassword { current, new };
    let (user, session, client) = (reader.user.clone(), reader.session, reader.client.clone());
    match reader.run(|app| async move { app.accounts.change_password(&user, session, command, &client).await }).await {
        Ok(()) => Ok(Redirect::to("/dashboard/settings/password").saying(Flash::PasswordChanged).answer()),
        Err(refusal) => {
            form.refuse(refusal)?;
            page(&reader, &form).answer()
        }
    }
}
