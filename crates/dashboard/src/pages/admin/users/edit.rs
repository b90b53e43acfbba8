//! Make an account for somebody, or change one.

use actix_web::web::Path;
use ironplate_application::users::{CreateUser, UpdateUser, Welcome};
use ironplate_domain::{Action, Email, FullName, Password, Resource, User};
use serde::Serialize;

use super::id_of;
use crate::{
    fault::PageError,
    request::{Form, PostedForm, SessionUser},
    shell::{Flash, PageResponse, PageResult, Redirect},
    words,
};

#[derive(Serialize)]
struct UserFormPage<'a> {
    user: Option<NamedUser<'a>>,
    is_self: bool,
    mail_off: bool,
}

#[derive(Serialize)]
struct NamedUser<'a> {
    id: String,
    email: &'a str,
    full_name: Option<&'a str>,
}

pub(super) async fn new(user: SessionUser) -> PageResult {
    check(&user).await?;
    page(&user, None, &Form::new()).answer()
}

/// Whoever may not make accounts is not told what would be wrong with one, either.
async fn check(user: &SessionUser) -> Result<(), PageError> {
    let (actor, client) = (user.actor(), user.client.clone());
    user.run(|app| async move { app.core.permit(actor, Action::Create, Resource::Users, &client).await }).await
}

fn page<'a>(user: &'a SessionUser, account: Option<&User>, form: &Form) -> PageResponse<'a> {
    let named = account.map(|account| NamedUser {
        id: account.id.to_string(),
        email: account.email.as_str(),
        full_name: words::full_name(account),
    });
    let is_self = account.is_some_and(|account| account.id == user.account.id);
    let content = UserFormPage { user: named, is_self, mail_off: !user.policy().sends_mail };
    user.page("users", "admin/user_form.html", content).form(form)
}

pub(super) async fn create(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    check(&user).await?;
    let (email, full_name) = (form.needed::<Email>("email"), form.optional::<FullName>("full_name"));
    let sends_mail = user.policy().sends_mail;
    let password = if sends_mail { Some(None) } else { form.needed::<Password>("password").map(Some) };
    let Some(((email, full_name), password)) = email.zip(full_name).zip(password) else {
        return page(&user, None, &form).answer();
    };
    let is_superuser = form.is_ticked("is_superuser");
    let command = CreateUser { email, password, full_name, is_active: true, is_superuser, is_verified: false };
    let (actor, client) = (user.actor(), user.client.clone());
    match user.run(|app| async move { app.users.create(actor, command, Welcome::Mail, &client).await }).await {
        Ok(account) => {
            let flash = if sends_mail { Flash::UserInvited } else { Flash::UserCreated };
            Ok(Redirect::to(&format!("/dashboard/users/{}", account.id)).saying(flash).answer())
        }
        Err(error) => {
            form.refuse(error)?;
            page(&user, None, &form).answer()
        }
    }
}

pub(super) async fn show(user: SessionUser, id: Path<String>) -> PageResult {
    let account = find(&user, &id).await?;
    let full_name = account.full_name.as_ref().map_or("", FullName::as_str);
    let form = Form::new().holding_now("email", account.email.as_str()).holding_now("full_name", full_name);
    let form = form.holding_now("is_superuser", if account.is_superuser { "true" } else { "" });
    page(&user, Some(&account), &form).answer()
}

async fn find(user: &SessionUser, id: &str) -> Result<User, PageError> {
    let (id, actor, client) = (id_of(id)?, user.actor(), user.client.clone());
    Ok(user.run(|app| async move { app.users.look(actor, id, &client).await }).await?.user)
}

/// What was not changed is left alone, so that of two administrators at once none undoes what the other did.
pub(super) async fn save(PostedForm { by: user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let account = find(&user, &id).await?;
    let (email, full_name) = (form.needed::<Email>("email"), form.optional::<FullName>("full_name"));
    let is_self = account.id == user.account.id;
    // One's own is changed in the settings, by whoever knows the current one.
    let password = if is_self { Some(None) } else { form.optional::<Password>("password") };
    form.tell_if_overtaken("email", account.email.as_str());
    form.tell_if_overtaken("full_name", account.full_name.as_ref().map_or("", FullName::as_str));
    let read = email.zip(full_name).zip(password).filter(|_| form.is_fine());
    let Some(((email, full_name), password)) = read else { return page(&user, Some(&account), &form).answer() };
    let is_superuser = form.is_ticked("is_superuser");
    let command = UpdateUser {
        email: (form.is_changed("email") && email.as_str() != account.email.as_str()).then_some(email),
        full_name: (form.is_changed("full_name") && full_name != account.full_name).then_some(full_name),
        password,
        is_active: None,
        // One's own rank is not on the form.
        is_superuser: (!is_self && form.is_changed("is_superuser") && is_superuser != account.is_superuser)
            .then_some(is_superuser),
    };
    let (id, actor, session, client) = (account.id, user.actor(), user.session, user.client.clone());
    match user.run(|app| async move { app.users.update(actor, session, id, command, &client).await }).await {
        Ok(_) => Ok(Redirect::to(&format!("/dashboard/users/{id}")).saying(Flash::UserSaved).answer()),
        Err(error) => {
            form.refuse(error)?;
            page(&user, Some(&account), &form).answer()
        }
    }
}
