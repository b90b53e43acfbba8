//! Make an account for somebody, or change one.

use actix_web::web::Path;
use ironplate_application::users::{CreateUser, UpdateUser, Welcome};
use ironplate_domain::{Action, Email, FullName, Password, Resource, User, UserId};
use serde::Serialize;

use crate::{
    crud::{Declared, Field, form},
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

/// Whose form it is.
enum UserFormKind {
    /// A new user's, who chooses a password by mail.
    Invitation,
    /// A new user's, who is told a password.
    WithPassword,
    /// One's own.
    Own,
    /// Anybody else's.
    Others,
}

form! {
    /// What is typed of a user. One's own password is changed in the settings, by whoever knows the current one, and one's own
    /// rank not at all.
    UserForm of User, on kind: UserFormKind {
        email: Email = Field::new("Email").autocomplete("off"),
        full_name: Option<FullName> = Field::new("Name").autocomplete("off"),
        password(secret): Option<Password> = match kind {
            UserFormKind::Invitation | UserFormKind::Own => None,
            UserFormKind::WithPassword => Some(
                Field::new("Password")
                    .needed()
                    .autocomplete("new-password")
                    .hint("8 to 128 characters. No mail is sent, so tell it to the user yourself."),
            ),
            UserFormKind::Others => Some(
                Field::new("New password")
                    .autocomplete("new-password")
                    .hint("Leave it empty to keep the present one. A new one logs the user out everywhere."),
            ),
        },
        is_superuser: bool = match kind {
            UserFormKind::Own => None,
            _ => Some(Field::new("Superuser").hint("May administer users, read the audit log and send mail again.")),
        },
    }
}

fn fields(user: &SessionUser, account: Option<&User>) -> Vec<Field> {
    UserForm::fields(&match account {
        Some(account) if account.id == user.account.id => UserFormKind::Own,
        Some(_) => UserFormKind::Others,
        None if user.policy().sends_mail => UserFormKind::Invitation,
        None => UserFormKind::WithPassword,
    })
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
        full_name: words::full_name(account.full_name.as_ref()),
    });
    let content = UserFormPage { user: named, mail_off: !user.policy().sends_mail };
    user.page("users", "admin/user_form.html", content).fields(&fields(user, account)).form(form)
}

pub(super) async fn create(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    check(&user).await?;
    let Some(UserForm { email, full_name, password, is_superuser }) = form.read(&fields(&user, None), None) else {
        return page(&user, None, &form).answer();
    };
    let command = CreateUser {
        email: email.value,
        password: password.value,
        full_name: full_name.value,
        is_active: true,
        is_superuser: is_superuser.value,
        is_verified: false,
    };
    let outcome =
        user.act(|app, actor, client| async move { app.users.create(actor, command, Welcome::Mail, &client).await });
    match outcome.await {
        Ok(account) => {
            let flash = if user.policy().sends_mail { Flash::UserInvited } else { Flash::Done(&USERS, Deed::Created) };
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
    let form = Form::new().opened::<UserForm>(&fields(&user, Some(&account)), &account);
    page(&user, Some(&account), &form).answer()
}

async fn find(user: &SessionUser, id: &str) -> Result<User, PageError> {
    let id = id_of(id, UserId)?;
    Ok(user.act(|app, actor, client| async move { app.users.look(actor, id, &client).await }).await?.user)
}

/// What was not changed is left alone, so that of two administrators at once none undoes what the other did.
pub(super) async fn save(PostedForm { by: user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let account = find(&user, &id).await?;
    let read = form.read(&fields(&user, Some(&account)), Some(&account));
    let Some(UserForm { email, full_name, password, is_superuser }) = read else {
        return page(&user, Some(&account), &form).answer();
    };
    let command = UpdateUser {
        email: email.changed().filter(|email| email.as_str() != account.email.as_str()),
        full_name: full_name.changed().filter(|name| *name != account.full_name),
        password: password.value,
        is_active: None,
        is_superuser: is_superuser.changed().filter(|is_superuser| *is_superuser != account.is_superuser),
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
