//! Take one's data along, or leave.

use ironplate_domain::{AuditKind, PasswordAttempt};
use serde::Serialize;

use crate::{
    crud::Confirm,
    request::{Form, Posted, Reader},
    shell::{self, Answer, Flash, Redirect},
};

#[derive(Serialize)]
struct Page {}

pub(super) async fn show(reader: Reader) -> Answer {
    reader.page("data", "settings/data.html", Page {}).answer()
}

/// The API's, for those who are logged in.
pub(super) async fn export(_: Reader) -> Answer {
    Ok(Redirect::to("/api/v1/users/me/export").answer())
}

pub(super) async fn ask(reader: Reader) -> Answer {
    if reader.user.is_superuser {
        // There it says why not.
        return Ok(Redirect::to("/dashboard/settings/data").answer());
    }
    page(&reader, &Form::new()).answer()
}

fn page<'a>(reader: &'a Reader, form: &Form) -> shell::Page<'a> {
    let confirm = Confirm {
        title: "Delete your account?",
        subject: String::new(),
        text: "This deletes your account and all your items at once and for good.".to_owned(),
        action: "/dashboard/settings/data/delete".to_owned(),
        verb: "Delete account",
        back: "/dashboard/settings/data".to_owned(),
        done: Some("/dashboard/log-in"),
        ask_password: true,
        is_harmless: false,
    };
    confirm.page(reader, "data", form)
}

/// Whoever finds a screen unlocked must not be able to do this.
pub(super) async fn delete(Posted { by: reader, mut form }: Posted<Reader>) -> Answer {
    if form.text("password").is_empty() {
        form.blame("password", "Enter your password");
        return page(&reader, &form).answer();
    }
    let password = PasswordAttempt::new(form.text("password"));
    let (user, client) = (reader.user.clone(), reader.client.clone());
    let deleting = AuditKind::AccountDeleted;
    let outcome =
        reader.run(|app| async move { app.accounts.confirm_password(&user, password, deleting, &client).await }).await;
    if let Err(refusal) = outcome {
        form.refuse(refusal)?;
        return page(&reader, &form).answer();
    }
    let (actor, client) = (reader.actor(), reader.client.clone());
    reader.run(|app| async move { app.accounts.delete_account(actor, &client).await }).await?;
    Ok(Redirect::to("/dashboard/log-in").cookie(reader.session_cookie().take()).saying(Flash::AccountDeleted).answer())
}
