//! Passkeys: added, renamed and removed.

use actix_web::web::Path;
use ironplate_application::second_factors::NewPasskey;
use ironplate_domain::{FactorName, Passkey, PasskeyId};
use ironplate_web::creation_options;
use serde::Serialize;

use super::{PATH, asks_password, password_in, recovery_codes};
use crate::{
    crud::Confirm,
    fault::PageError,
    request::{Form, PostedForm, SessionUser, resource::id_of},
    shell::{Flash, PageResponse, PageResult, Redirect, for_script, refused_for_script},
};

#[derive(Serialize)]
struct PasskeyPage {
    /// The passkey that is renamed; without, one is added.
    passkey: Option<String>,
    asks_password: bool,
}

pub(in super::super) async fn new(user: SessionUser) -> PageResult {
    new_page(&user, &Form::new()).await
}

async fn new_page(user: &SessionUser, form: &Form) -> PageResult {
    let view = PasskeyPage { passkey: None, asks_password: asks_password(user).await? };
    user.page("security", "settings/passkey.html", view).form(form).answer()
}

fn name_page<'a>(user: &'a SessionUser, passkey: PasskeyId, form: &Form) -> PageResponse<'a> {
    let view = PasskeyPage { passkey: Some(passkey.to_string()), asks_password: false };
    user.page("security", "settings/passkey.html", view).form(form)
}

/// What a script is to ask the browser for.
pub(in super::super) async fn challenge(PostedForm { by: user, form }: PostedForm<SessionUser>) -> PageResult {
    let password = password_in(&form);
    let begun =
        user.act(|app, actor, client| async move { app.second_factors.begin_passkey(actor, password, &client).await });
    match begun.await {
        Ok(begun) => Ok(for_script(&creation_options(&begun))),
        Err(error) => refused_for_script(error),
    }
}

pub(in super::super) async fn add(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let (name, made) = (form.input::<FactorName>("name"), form.registration());
    if made.is_none() && form.is_fine() {
        form.complain("Your browser sent no passkey. This needs JavaScript, and a browser that knows passkeys");
    }
    let (Some(name), Some((registration, transports))) = (name, made) else {
        return new_page(&user, &form).await;
    };
    let new = NewPasskey { name, registration, transports };
    match user.act(|app, actor, client| async move { app.second_factors.add_passkey(actor, new, &client).await }).await
    {
        Ok(added) => match added.recovery_codes {
            Some(codes) => recovery_codes(&user, &codes, true).answer(),
            None => Ok(Redirect::to(PATH).saying(Flash::PasskeyAdded).answer()),
        },
        Err(error) => {
            form.refuse(error)?;
            new_page(&user, &form).await
        }
    }
}

async fn find(user: &SessionUser, id: PasskeyId) -> Result<Passkey, PageError> {
    let own = user.act(|app, actor, _| async move { app.second_factors.list_own(actor).await }).await?;
    own.passkeys.into_iter().find(|passkey| passkey.id == id).ok_or_else(PageError::missing)
}

pub(in super::super) async fn ask_name(user: SessionUser, id: Path<String>) -> PageResult {
    user.check_proved()?;
    let passkey = find(&user, id_of(&id, PasskeyId)?).await?;
    name_page(&user, passkey.id, &Form::new().holding("name", passkey.name.as_str())).answer()
}

pub(in super::super) async fn rename(
    PostedForm { by: user, mut form }: PostedForm<SessionUser>,
    id: Path<String>,
) -> PageResult {
    let id = id_of(&id, PasskeyId)?;
    let Some(name) = form.input::<FactorName>("name") else { return name_page(&user, id, &form).answer() };
    user.act(|app, actor, client| async move { app.second_factors.rename_passkey(actor, id, name, &client).await })
        .await?;
    Ok(Redirect::to(PATH).saying(Flash::PasskeyRenamed).answer())
}

pub(in super::super) async fn ask_removal(user: SessionUser, id: Path<String>) -> PageResult {
    user.check_proved()?;
    let passkey = find(&user, id_of(&id, PasskeyId)?).await?;
    let confirm = Confirm {
        title: "Remove this passkey?".into(),
        subject: passkey.name.to_string(),
        text: "opens your account no more. Without another second factor, your password alone opens it. Delete the passkey \
               on your device, too, or it is offered there still."
            .to_owned(),
        action: format!("{PATH}/passkeys/{}/remove", passkey.id),
        verb: "Remove passkey".into(),
        back: PATH.to_owned(),
        ..Confirm::default()
    };
    confirm.page(&user, "security", &Form::new()).answer()
}

pub(in super::super) async fn remove(
    PostedForm { by: user, .. }: PostedForm<SessionUser>,
    id: Path<String>,
) -> PageResult {
    let id = id_of(&id, PasskeyId)?;
    let removed =
        user.act(|app, actor, client| async move { app.second_factors.remove_passkey(actor, id, &client).await }).await;
    super::super::already_gone(removed)?;
    Ok(Redirect::to(PATH).saying(Flash::PasskeyRemoved).answer())
}
