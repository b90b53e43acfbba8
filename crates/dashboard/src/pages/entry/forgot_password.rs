//! Ask for a link to choose a new password.

use ironplate_domain::Email;
use serde::Serialize;

use super::link_sent::{self, What};
use crate::{
    request::{Form, Posted, Visit},
    shell::{self, Answer},
};

#[derive(Serialize)]
struct Page {
    mail_off: bool,
}

pub(super) async fn show(visit: Visit) -> Answer {
    page(&visit, &Form::new()).answer()
}

fn page<'a>(visit: &'a Visit, form: &Form) -> shell::Page<'a> {
    visit.page("entry/forgot_password.html", Page { mail_off: !visit.policy().sends_mail }).form(form)
}

pub(super) async fn send(Posted { by: visit, mut form }: Posted<Visit>) -> Answer {
    if !visit.policy().sends_mail {
        return page(&visit, &form).answer();
    }
    let Some(email) = form.needed::<Email>("email") else { return page(&visit, &form).answer() };
    let (client, to) = (visit.client.clone(), email.clone());
    match visit.run(|app| async move { app.recovery.request(Some(&to), &client).await }).await {
        Ok(()) => Ok(link_sent::to(What::Reset, &email)),
        Err(refusal) => {
            form.refuse(refusal)?;
            page(&visit, &form).answer()
        }
    }
}
