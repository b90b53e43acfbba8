//! Sign up.

use ironplate_application::{
    RegistrationMode,
    accounts::{SignUp, SignUpError, SignedUp},
    sessions::LogIn,
};
use ironplate_domain::{Email, FullName, Password};
use serde::Serialize;

use super::link_sent::{self, What};
use crate::{
    fault::{Broken, Refusal},
    request::{Form, Posted, Visit},
    shell::{self, Answer, Flash, Redirect},
};

/// Where the password is chosen later, by the mailed link, the use case forgets the one it is given.
const FORGOTTEN: &str = "chosen later";

#[derive(Serialize)]
struct Page {
    verifies_first: bool,
}

pub(super) async fn show(visit: Visit) -> Answer {
    if visit.policy().registration == RegistrationMode::Closed {
        return Err(SignUpError::Closed.into());
    }
    page(&visit, &Form::new()).answer()
}

fn page<'a>(visit: &'a Visit, form: &Form) -> shell::Page<'a> {
    visit.page("entry/sign_up.html", Page { verifies_first: verifies_first(visit) }).form(form)
}

fn verifies_first(visit: &Visit) -> bool {
    visit.policy().registration == RegistrationMode::VerifyFirst
}

pub(super) async fn sign_up(Posted { by: visit, mut form }: Posted<Visit>) -> Answer {
    let (full_name, email) = (form.optional::<FullName>("full_name"), form.needed::<Email>("email"));
    let password = if verifies_first(&visit) {
        Some(Password::parse(FORGOTTEN).map_err(|error| Refusal::from(Broken(&error.to_string())))?)
    } else {
        form.needed::<Password>("password")
    };
    let Some(((full_name, email), password)) = full_name.zip(email).zip(password) else {
        return page(&visit, &form).answer();
    };
    let client = visit.client.clone();
    let command = SignUp { email: email.clone(), password: password.clone(), full_name };
    match visit.run(|app| async move { app.accounts.sign_up(command, &client).await }).await {
        Ok(SignedUp::Created(_)) => log_in(&visit, email, password).await,
        Ok(SignedUp::LinkOwed) => Ok(link_sent::to(What::Finish, &email)),
        Err(refusal) => {
            form.refuse(refusal)?;
            page(&visit, &form).answer()
        }
    }
}

/// Nobody has to type twice what they typed just now.
async fn log_in(visit: &Visit, email: Email, password: Password) -> Answer {
    let flash = if visit.policy().sends_mail { Flash::SignedUp } else { Flash::SignedUpSilently };
    let (before, client) = (visit.cookies.clone(), visit.client.clone());
    let command = LogIn { email: Some(email), password: password.into() };
    match visit.run(|app| async move { app.sessions.log_in_by_cookie(command, &before, &client).await }).await {
        Ok(opened) => {
            let cookie = visit.session_cookie().give(&opened.secret, opened.lasts);
            Ok(Redirect::to("/dashboard").cookie(cookie).saying(flash).answer())
        }
        // The account is made; its owner can log in later.
        Err(_) => Ok(Redirect::to("/dashboard/log-in").saying(flash).answer()),
    }
}
