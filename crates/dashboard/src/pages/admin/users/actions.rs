//! What is done to an account with one click, or with two.

use actix_web::{HttpResponse, web::Path};
use ironplate_application::{
    organizations::SoleOwnership,
    users::{UpdateUser, UserDetails},
};
use ironplate_domain::{SessionId, User, UserId};

use crate::{
    crud::Confirm,
    fault::PageError,
    pages::settings::{already_gone, sole_owned},
    request::{Form, PostedForm, SessionUser, resource::id_of},
    resources::{self, Deed, USERS},
    shell::{Flash, PageResult, Redirect},
};

pub(super) async fn activate(PostedForm { by: user, .. }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    set_active(&user, id_of(&id, UserId)?, true).await?;
    Ok(back_to(&id, Flash::UserActivated))
}

pub(super) async fn ask_to_deactivate(user: SessionUser, id: Path<String>) -> PageResult {
    user.check_proved()?;
    let email = look(&user, &id).await?.user.email;
    let confirm = Confirm {
        title: "Deactivate this user?".into(),
        text: if email == user.account.email {
            "This is your own account: it logs you out, and only another superuser can let you in again.".to_owned()
        } else {
            format!("This logs {email} out everywhere, and nobody can log in with it until it is active again.")
        },
        action: format!("/dashboard/users/{id}/deactivate"),
        verb: "Deactivate".into(),
        back: format!("/dashboard/users/{id}"),
        is_harmless: true,
        ..Confirm::default()
    };
    confirm.page(&user, "users", &Form::new()).answer()
}

pub(super) async fn deactivate(PostedForm { by: user, .. }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    set_active(&user, id_of(&id, UserId)?, false).await?;
    Ok(back_to(&id, Flash::UserDeactivated))
}

async fn set_active(user: &SessionUser, id: UserId, is_active: bool) -> Result<(), PageError> {
    let (actor, session, client) = (user.actor(), user.session, user.client.clone());
    let command = UpdateUser { is_active: Some(is_active), ..UpdateUser::default() };
    user.run(|app| async move { app.users.update(actor, session, id, command, &client).await }).await.map(drop)
}

pub(super) async fn ask_to_reset(user: SessionUser, id: Path<String>) -> PageResult {
    user.check_proved()?;
    let email = look(&user, &id).await?.user.email;
    let confirm = Confirm {
        title: "Reset the second factors?".into(),
        text: format!(
            "This takes all passkeys, authenticator apps and recovery codes of {email} away, and logs them out everywhere. From \
             then on their password alone opens the account: make sure that it is they who ask. They are told by mail."
        ),
        action: format!("/dashboard/users/{id}/reset-second-factors"),
        verb: "Reset".into(),
        back: format!("/dashboard/users/{id}"),
        ..Confirm::default()
    };
    confirm.page(&user, "users", &Form::new()).answer()
}

pub(super) async fn reset(PostedForm { by: user, .. }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let of = id_of(&id, UserId)?;
    user.act(|app, actor, client| async move { app.second_factors.reset(actor, of, &client).await }).await?;
    Ok(back_to(&id, Flash::SecondFactorsReset))
}

pub(super) async fn ask_to_delete(user: SessionUser, id: Path<String>) -> PageResult {
    user.check_proved()?;
    deletion(&user, &look(&user, &id).await?, &Form::new())
}

fn deletion(user: &SessionUser, look: &UserDetails, form: &Form) -> PageResult {
    let UserDetails { user: User { id, email, .. }, sole_owned, .. } = look;
    let confirm = Confirm {
        title: "Delete this user?".into(),
        text: format!("This deletes {} at once and for good.", resources::with_owned(email.as_str(), "their")),
        action: format!("/dashboard/users/{id}/delete"),
        verb: "Delete account".into(),
        back: format!("/dashboard/users/{id}"),
        done: Some("/dashboard/users".to_owned()),
        ask_tick: sole_owned::tick(&SoleOwnership(sole_owned.clone())),
        ..Confirm::default()
    };
    confirm.page(user, "users", form).answer()
}

pub(super) async fn delete(PostedForm { by: user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let look = look(&user, &id).await?;
    let organizations = sole_owned::ticked(&mut form, &SoleOwnership(look.sole_owned.clone()));
    if !form.is_fine() {
        return deletion(&user, &look, &form);
    }
    let id = look.user.id;
    user.act(|app, actor, client| async move { app.users.delete(actor, id, organizations, &client).await }).await?;
    Ok(Redirect::to("/dashboard/users").saying(Flash::Done(&USERS, Deed::Deleted)).answer())
}

pub(super) async fn end_sessions(PostedForm { by: user, .. }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let (of, actor, client) = (id_of(&id, UserId)?, user.actor(), user.client.clone());
    user.run(|app| async move { app.sessions.revoke_all(actor, of, None, &client).await }).await?;
    Ok(back_to(&id, Flash::UserLoggedOut))
}

pub(super) async fn end_session(
    PostedForm { by: user, .. }: PostedForm<SessionUser>,
    ids: Path<(String, String)>,
) -> PageResult {
    let (id, session) = ids.into_inner();
    let (of, actor, client) = (id_of(&id, UserId)?, user.actor(), user.client.clone());
    let session = id_of(&session, SessionId)?;
    already_gone(user.run(|app| async move { app.sessions.revoke(actor, of, session, &client).await }).await)?;
    Ok(back_to(&id, Flash::SessionEnded))
}

/// The id was understood before, so it is safe in an address.
fn back_to(id: &str, flash: Flash) -> HttpResponse {
    Redirect::to(&format!("/dashboard/users/{id}")).saying(flash).answer()
}

async fn look(user: &SessionUser, id: &str) -> Result<UserDetails, PageError> {
    let id = id_of(id, UserId)?;
    user.act(|app, actor, client| async move { app.users.look(actor, id, &client).await }).await
}
