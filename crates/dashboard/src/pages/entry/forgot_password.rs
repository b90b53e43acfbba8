//! Ask for a link to choose a new password.

use ironplate_domain::Email;
use serde::Serialize;

use super::link_sent::{self, LinkKind};
use crate::{
    request::{Form, PostedForm, RequestContext},
    shell::{PageResponse, PageResult},
};

#[derive(Serialize)]
struct ForgotPasswordPage {
    mail_off: bool,
}

pub(super) async fn show(context: RequestContext) -> PageResult {
    page(&context, &Form::new()).answer()
}

fn page<'a>(context: &'a RequestContext, form: &Form) -> PageResponse<'a> {
    context.page("entry/forgot_password.html", ForgotPasswordPage { mail_off: !context.policy().sends_mail }).form(form)
}

pub(super) async fn send(PostedForm { by: context, mut form }: PostedForm<RequestContext>) -> PageResult {
    if !context.policy().sends_mail {
        return page(&context, &form).answer();
    }
    let Some(email) = form.input::<Email>("email") else { return page(&context, &form).answer() };
    let (client, to) = (context.client.clone(), email.clone());
    match context.run(|app| async move { app.recovery.request(Some(&to), &client).await }).await {
        Ok(()) => Ok(link_sent::to(LinkKind::Reset, &email)),
        Err(error) => {
            form.refuse(error)?;
            page(&context, &form).answer()
        }
    }
}
