//! Authenticator apps: added, renamed and removed.

use actix_web::web::Path;
use ironplate_application::second_factors::Enrolment;
use ironplate_domain::{AuthenticatorApp, AuthenticatorAppId, FactorName, OneTimeCode};
use ironplate_web::qr_code;
use secrecy::ExposeSecret;
use serde::Serialize;

use super::{PATH, asks_password, password_in, recovery_codes};
use crate::{
    crud::Confirm,
    fault::PageError,
    request::{Form, PostedForm, SessionUser, bounded_texts, resource::id_of},
    shell::{Flash, PageResponse, PageResult, Redirect},
};

bounded_texts!(FactorName);

#[derive(Serialize)]
struct NamePage {
    /// The app that is renamed; a new one is named first.
    app: Option<String>,
    asks_password: bool,
}

#[derive(Serialize)]
struct AppPage {
    id: String,
    /// What phones read, and what people type; told once, so missing where a code was wrong.
    secret: Option<SecretView>,
}

#[derive(Serialize)]
struct SecretView {
    picture: String,
    uri: String,
    /// In groups of four.
    text: String,
}

impl SecretView {
    fn of(user: &SessionUser, enrolment: &Enrolment) -> Self {
        let uri = enrolment.secret.uri(&user.site().settings.product, &user.account.email);
        let letters: Vec<char> = enrolment.secret.base32().expose_secret().chars().collect();
        Self {
            picture: qr_code(uri.expose_secret()).unwrap_or_default(),
            uri: uri.expose_secret().to_owned(),
            text: letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" "),
        }
    }
}

pub(in super::super) async fn new(user: SessionUser) -> PageResult {
    new_page(&user, &Form::new()).await
}

async fn new_page(user: &SessionUser, form: &Form) -> PageResult {
    let view = NamePage { app: None, asks_password: asks_password(user).await? };
    user.page("security", "settings/authenticator_app_name.html", view).form(form).answer()
}

fn name_page<'a>(user: &'a SessionUser, app: AuthenticatorAppId, form: &Form) -> PageResponse<'a> {
    let view = NamePage { app: Some(app.to_string()), asks_password: false };
    user.page("security", "settings/authenticator_app_name.html", view).form(form)
}

pub(in super::super) async fn enrol(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let password = password_in(&form);
    let Some(name) = form.input::<FactorName>("name") else { return new_page(&user, &form).await };
    let begun =
        user.act(|app, actor, client| async move { app.second_factors.enrol(actor, name, password, &client).await });
    match begun.await {
        Ok(enrolment) => {
            let secret = Some(SecretView::of(&user, &enrolment));
            app_page(&user, enrolment.app.id, secret, &Form::new()).answer()
        }
        Err(error) => {
            form.refuse(error)?;
            new_page(&user, &form).await
        }
    }
}

fn app_page<'a>(
    user: &'a SessionUser,
    id: AuthenticatorAppId,
    secret: Option<SecretView>,
    form: &Form,
) -> PageResponse<'a> {
    user.page("security", "settings/authenticator_app.html", AppPage { id: id.to_string(), secret }).form(form)
}

/// The secret is told once.
pub(in super::super) async fn back(_: SessionUser) -> PageResult {
    Ok(Redirect::to(PATH).answer())
}

pub(in super::super) async fn confirm(
    PostedForm { by: user, mut form }: PostedForm<SessionUser>,
    id: Path<String>,
) -> PageResult {
    let id = id_of(&id, AuthenticatorAppId)?;
    let code = OneTimeCode::parse(form.text("code"));
    match user.act(|app, actor, client| async move { app.second_factors.confirm(actor, id, code, &client).await }).await
    {
        Ok(confirmed) => match confirmed.recovery_codes {
            Some(codes) => recovery_codes(&user, &codes, true).answer(),
            None => Ok(Redirect::to(PATH).saying(Flash::AppAdded).answer()),
        },
        Err(error) => {
            form.refuse(error)?;
            app_page(&user, id, None, &form).answer()
        }
    }
}

/// The app of this id, which counts.
async fn find(user: &SessionUser, id: AuthenticatorAppId) -> Result<AuthenticatorApp, PageError> {
    let own = user.act(|app, actor, _| async move { app.second_factors.list_own(actor).await }).await?;
    own.apps.into_iter().find(|app| app.id == id).ok_or_else(PageError::missing)
}

pub(in super::super) async fn ask_name(user: SessionUser, id: Path<String>) -> PageResult {
    user.check_proved()?;
    let app = find(&user, id_of(&id, AuthenticatorAppId)?).await?;
    name_page(&user, app.id, &Form::new().holding("name", app.name.as_str())).answer()
}

pub(in super::super) async fn rename(
    PostedForm { by: user, mut form }: PostedForm<SessionUser>,
    id: Path<String>,
) -> PageResult {
    let id = id_of(&id, AuthenticatorAppId)?;
    let Some(name) = form.input::<FactorName>("name") else { return name_page(&user, id, &form).answer() };
    user.act(|app, actor, client| async move { app.second_factors.rename(actor, id, name, &client).await }).await?;
    Ok(Redirect::to(PATH).saying(Flash::AppRenamed).answer())
}

pub(in super::super) async fn ask_removal(user: SessionUser, id: Path<String>) -> PageResult {
    user.check_proved()?;
    let app = find(&user, id_of(&id, AuthenticatorAppId)?).await?;
    let confirm = Confirm {
        title: "Remove this authenticator app?".into(),
        subject: app.name.to_string(),
        text:
            "is asked for no code any more. Without another app or a passkey, your password alone opens your account."
                .to_owned(),
        action: format!("{PATH}/apps/{}/remove", app.id),
        verb: "Remove app".into(),
        back: PATH.to_owned(),
        ..Confirm::default()
    };
    confirm.page(&user, "security", &Form::new()).answer()
}

pub(in super::super) async fn remove(
    PostedForm { by: user, .. }: PostedForm<SessionUser>,
    id: Path<String>,
) -> PageResult {
    let id = id_of(&id, AuthenticatorAppId)?;
    let removed =
        user.act(|app, actor, client| async move { app.second_factors.remove(actor, id, &client).await }).await;
    super::super::already_gone(removed)?;
    Ok(Redirect::to(PATH).saying(Flash::AppRemoved).answer())
}
