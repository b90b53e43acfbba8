//! New recovery codes.

use super::{PATH, recovery_codes};
use crate::{
    crud::Confirm,
    request::{Form, PostedForm, SessionUser},
    shell::PageResult,
};

pub(in super::super) async fn ask(user: SessionUser) -> PageResult {
    user.check_proved()?;
    page(&user, &Form::new())
}

fn page(user: &SessionUser, form: &Form) -> PageResult {
    let confirm = Confirm {
        title: "Make new recovery codes?".into(),
        text: "You get ten new ones. Those that you have are worth nothing then.".to_owned(),
        action: format!("{PATH}/recovery-codes"),
        verb: "Make new codes".into(),
        back: PATH.to_owned(),
        is_harmless: true,
        ..Confirm::default()
    };
    confirm.page(user, "security", form).answer()
}

pub(in super::super) async fn make(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let made =
        user.act(|app, actor, client| async move { app.second_factors.make_recovery_codes(actor, &client).await });
    match made.await {
        Ok(codes) => recovery_codes(&user, &codes, false).answer(),
        Err(error) => {
            form.refuse(error)?;
            page(&user, &form)
        }
    }
}
