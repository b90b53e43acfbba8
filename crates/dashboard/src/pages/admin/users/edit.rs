//! Make an account for somebody, or change one.

use actix_web::web::Path;
use ironplate_application::users::{CreateUser, UpdateUser, Welcome};
use ironplate_domain::{Action, Email, FullName, Password, Resource, User};
use serde::Serialize;

use super::id_of;
use crate::{
    fault::Refusal,
    request::{Form, Posted, Reader},
    shell::{self, Answer, Flash, Redirect},
    words,
};

#[derive(Serialize)]
struct Page<'a> {
    user: Option<Named<'a>>,
    is_self: bool,
    mail_off: bool,
}

#[derive(Serialize)]
struct Named<'a> {
    id: String,
    email: &'a str,
    full_name: Option<&'a str>,
}

pub(super) async fn new(reader: Reader) -> Answer {
    check(&reader).await?;
    page(&reader, None, &Form::new()).answer()
}

/// Whoever may not make accounts is not told what would be wrong with one, either.
async fn check(reader: &Reader) -> Result<(), Refusal> {
    let (actor, client) = (reader.actor(), reader.client.clone());
    reader.run(|app| async move { app.core.permit(actor, Action::Create, Resource::Users, &client).await }).await
}

fn page<'a>(reader: &'a Reader, user: Option<&User>, form: &Form) -> shell::Page<'a> {
    let named = user.map(|user| Named {
        id: user.id.to_string(),
        email: user.email.as_str(),
        full_name: words::full_name(user),
    });
    let is_self = user.is_some_and(|user| user.id == reader.user.id);
    let content = Page { user: named, is_self, mail_off: !reader.policy().sends_mail };
    reader.page("users", "admin/user_form.html", content).form(form)
}

pub(super) async fn create(Posted { by: reader, mut form }: Posted<Reader>) -> Answer {
    check(&reader).await?;
    let (email, full_name) = (form.needed::<Email>("email"), form.optional::<FullName>("full_name"));
    let sends_mail = reader.policy().sends_mail;
    let password = if sends_mail { Some(None) } else { form.needed::<Password>("password").map(Some) };
    let Some(((email, full_name), password)) = email.zip(full_name).zip(password) else {
        return page(&reader, None, &form).answer();
    };
    let is_superuser = form.is_ticked("is_superuser");
    let command = CreateUser { email, password, full_name, is_active: true, is_superuser, is_verified: false };
    let (actor, client) = (reader.actor(), reader.client.clone());
    match reader.run(|app| async move { app.users.create(actor, command, Welcome::Mail, &client).await }).await {
        Ok(user) => {
            let flash = if sends_mail { Flash::UserInvited } else { Flash::UserCreated };
            Ok(Redirect::to(&format!("/dashboard/users/{}", user.id)).saying(flash).answer())
        }
        Err(refusal) => {
            form.refuse(refusal)?;
            page(&reader, None, &form).answer()
        }
    }
}

pub(super) async fn show(reader: Reader, id: Path<String>) -> Answer {
    let user = find(&reader, &id).await?;
    let full_name = user.full_name.as_ref().map_or("", FullName::as_str);
    let form = Form::new().holding_now("email", user.email.as_str()).holding_now("full_name", full_name);
    let form = form.holding_now("is_superuser", if user.is_superuser { "true" } else { "" });
    page(&reader, Some(&user), &form).answer()
}

async fn find(reader: &Reader, id: &str) -> Result<User, Refusal> {
    let (id, actor, client) = (id_of(id)?, reader.actor(), reader.client.clone());
    Ok(reader.run(|app| async move { app.users.look(actor, id, &client).await }).await?.user)
}

/// What was not changed is left alone, so that of two administrators at once none undoes what the other did.
pub(super) async fn save(Posted { by: reader, mut form }: Posted<Reader>, id: Path<String>) -> Answer {
    let user = find(&reader, &id).await?;
    let (email, full_name) = (form.needed::<Email>("email"), form.optional::<FullName>("full_name"));
    let is_self = user.id == reader.user.id;
    // One's own is changed in the settings, by whoever knows the current one.
    let password = if is_self { Some(None) } else { form.optional::<Password>("password") };
    form.tell_if_overtaken("email", user.email.as_str());
    form.tell_if_overtaken("full_name", user.full_name.as_ref().map_or("", FullName::as_str));
    let read = email.zip(full_name).zip(password).filter(|_| form.is_fine());
    let Some(((email, full_name), password)) = read else { return page(&reader, Some(&user), &form).answer() };
    let is_superuser = form.is_ticked("is_superuser");
    let command = UpdateUser {
        email: (form.is_changed("email") && email.as_str() != user.email.as_str()).then_some(email),
        full_name: (form.is_changed("full_name") && full_name != user.full_name).then_some(full_name),
        password,
        is_active: None,
        // One's own rank is not on the form.
        is_superuser: (!is_self && form.is_changed("is_superuser") && is_superuser != user.is_superuser)
            .then_some(is_superuser),
    };
    let (id, actor, session, client) = (user.id, reader.actor(), reader.session, reader.client.clone());
    match reader.run(|app| async move { app.users.update(actor, session, id, command, &client).await }).await {
        Ok(_) => Ok(Redirect::to(&format!("/dashboard/users/{id}")).saying(Flash::UserSaved).answer()),
        Err(refusal) => {
            form.refuse(refusal)?;
            page(&reader, Some(&user), &form).answer()
        }
    }
}
