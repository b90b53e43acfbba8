//! Sign up.

use ironplate_application::{
    RegistrationMode,
    accounts::{SignUp, SignUpError, SignedUp},
};
use ironplate_domain::{Email, FullName, Password};
use serde::Serialize;

use super::{
    link_sent::{self, LinkKind},
    log_in,
};
use crate::{
    fault::{InternalError, PageError},
    request::{Form, PostedForm, RequestContext},
    shell::{Flash, PageResponse, PageResult, Redirect, at_hand},
};

/// Where the password is chosen later, by the mailed link, the use case forgets the one it is given.
const FORGOTTEN: &str = "chosen later";

#[derive(Serialize)]
struct SignUpPage {
    verifies_first: bool,
}

pub(super) async fn show(context: RequestContext) -> PageResult {
    if context.policy().registration == RegistrationMode::Closed {
        return Err(SignUpError::Closed.into());
    }
    page(&context, &Form::new()).answer()
}

fn page<'a>(context: &'a RequestContext, form: &Form) -> PageResponse<'a> {
    context.page("entry/sign_up.html", SignUpPage { verifies_first: verifies_first(context) }).form(form)
}

fn verifies_first(context: &RequestContext) -> bool {
    context.policy().registration == RegistrationMode::VerifyFirst
}

pub(super) async fn sign_up(PostedForm { by: context, mut form }: PostedForm<RequestContext>) -> PageResult {
    let (full_name, email) = (form.input::<Option<FullName>>("full_name"), form.input::<Email>("email"));
    let password = if verifies_first(&context) {
        Some(Password::parse(FORGOTTEN).map_err(|error| PageError::from(InternalError(&error.to_string())))?)
    } else {
        form.input::<Password>("password")
    };
    let Some(((full_name, email), password)) = full_name.zip(email).zip(password) else {
        return page(&context, &form).answer();
    };
    let client = context.client.clone();
    let command = SignUp { email: email.clone(), password: password.clone(), full_name };
    match context.run(|app| async move { app.accounts.sign_up(command, &client).await }).await {
        Ok(SignedUp::Created(_)) => {
            let flash = if context.policy().sends_mail { Flash::SignedUp } else { Flash::SignedUpSilently };
            let home = Redirect::to("/dashboard").cookie(Some(at_hand::forget()));
            Ok(log_in::newcomer(&context, email, password, home).await.saying(flash).answer())
        }
        Ok(SignedUp::LinkOwed) => Ok(link_sent::to(LinkKind::Finish, &email)),
        Err(error) => {
            form.refuse(error)?;
            page(&context, &form).answer()
        }
    }
}
