//! Make an account for somebody, or change one.

use actix_web::web::Path;
use ironplate_application::users::{CreateUser, UpdateUser, Welcome};
use ironplate_domain::{Action, Email, FullName, Password, Resource, User, UserId};
use serde::Serialize;

use crate::{
    crud::Field,
    fault::PageError,
    request::{Form, PostedForm, SessionUser, resource::id_of},
    resources::{Deed, USERS},
    shell::{Flash, PageResponse, PageResult, Redirect},
    words,
};

#[derive(Serialize)]
struct UserFormPage<'a> {
    user: Option<NamedUser<'a>>,
    mail_off: bool,
}

#[derive(Serialize)]
struct NamedUser<'a> {
    id: String,
    email: &'a str,
    full_name: Option<&'a str>,
}

const NAMES: [Field<User>; 2] = [Field::address("off"), Field::full_name("off")];

const PASSWORD: Field<User> = Field::password("password", "Password")
    .autocomplete("new-password")
    .hint("8 to 128 characters. No mail is sent, so tell it to the user yourself.");

const NEW_PASSWORD: Field<User> = Field::password("password", "New password")
    .autocomplete("new-password")
    .optional()
    .hint("Leave it empty to keep the present one. A new one logs the user out everywhere.");

const RANK: Field<User> =
    Field::tick("is_superuser", "Superuser", |user: &User| if user.is_superuser { "true" } else { "" }.to_owned())
        .hint("May administer users, read the audit log and send mail again.");

/// One's own password is changed in the settings, by whoever knows the current one, and one's own rank not at all.
fn fields(user: &SessionUser, account: Option<&User>) -> Vec<Field<User>> {
    let rest = match account {
        Some(account) if account.id == user.account.id => vec![],
        Some(_) => vec![NEW_PASSWORD, RANK],
        None if user.policy().sends_mail => vec![RANK],
        None => vec![PASSWORD, RANK],
    };
    NAMES.into_iter().chain(rest).collect()
}

pub(super) async fn new(user: SessionUser) -> PageResult {
    check(&user).await?;
    page(&user, None, &Form::new()).answer()
}

/// Whoever may not make accounts is not told what would be wrong with one, either.
async fn check(user: &SessionUser) -> Result<(), PageError> {
    user.act(|app, actor, client| async move { app.core.permit(actor, Action::Create, Resource::Users, &client).await })
        .await
}

fn page<'a>(user: &'a SessionUser, account: Option<&User>, form: &Form) -> PageResponse<'a> {
    let named = account.map(|account| NamedUser {
        id: account.id.to_string(),
        email: account.email.as_str(),
        full_name: words::full_name(account),
    });
    let content = UserFormPage { user: named, mail_off: !user.policy().sends_mail };
    user.page("users", "admin/user_form.html", content).fields(&fields(user, account)).form(form)
}

pub(super) async fn create(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    check(&user).await?;
    let (email, full_name) = (form.needed::<Email>("email"), form.optional_text("full_name", FullName::parse));
    let sends_mail = user.policy().sends_mail;
    let password = if sends_mail { Some(None) } else { form.needed::<Password>("password").map(Some) };
    let Some(((email, full_name), password)) = email.zip(full_name).zip(password) else {
        return page(&user, None, &form).answer();
    };
    let is_superuser = form.is_ticked("is_superuser");
    let command = CreateUser { email, password, full_name, is_active: true, is_superuser, is_verified: false };
    let outcome =
        user.act(|app, actor, client| async move { app.users.create(actor, command, Welcome::Mail, &client).await });
    match outcome.await {
        Ok(account) => {
            let flash = if sends_mail { Flash::UserInvited } else { Flash::Done(&USERS, Deed::Created) };
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
    let form = Form::new().opened(&fields(&user, Some(&account)), &account);
    page(&user, Some(&account), &form).answer()
}

async fn find(user: &SessionUser, id: &str) -> Result<User, PageError> {
    let id = id_of(id, UserId)?;
    Ok(user.act(|app, actor, client| async move { app.users.look(actor, id, &client).await }).await?.user)
}

/// What was not changed is left alone, so that of two administrators at once none undoes what the other did.
pub(super) async fn save(PostedForm { by: user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let account = find(&user, &id).await?;
    let (email, full_name) = (form.needed::<Email>("email"), form.optional_text("full_name", FullName::parse));
    let is_self = account.id == user.account.id;
    let password = if is_self { Some(None) } else { form.optional::<Password>("password") };
    form.tell_what_is_overtaken(&NAMES, &account);
    let read = email.zip(full_name).zip(password).filter(|_| form.is_fine());
    let Some(((email, full_name), password)) = read else { return page(&user, Some(&account), &form).answer() };
    let is_superuser = form.is_ticked("is_superuser");
    let command = UpdateUser {
        email: form.changed("email", email).filter(|email| email.as_str() != account.email.as_str()),
        full_name: form.changed("full_name", full_name).filter(|name| *name != account.full_name),
        password,
        is_active: None,
        is_superuser: form
            .changed("is_superuser", is_superuser)
            .filter(|is_superuser| !is_self && *is_superuser != account.is_superuser),
    };
    let (id, session) = (account.id, user.session);
    let outcome = user
        .act(|app, actor, client| async move { app.users.update(actor, session, id, command, &client).await })
        .await;
    match outcome {
        Ok(_) => {
            let flash = Flash::Done(&USERS, Deed::Saved);
            Ok(Redirect::to(&format!("/dashboard/users/{id}")).saying(flash).answer())
        }
        Err(error) => {
            form.refuse(error)?;
            page(&user, Some(&account), &form).answer()
        }
    }
}
