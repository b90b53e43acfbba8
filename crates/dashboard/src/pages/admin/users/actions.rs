//! What is done to an account with one click, or with two.

use actix_web::{HttpResponse, web::Path};
use ironplate_application::users::UpdateUser;
use ironplate_domain::{SessionId, UserId};

use super::id_of;
use crate::{
    crud::Confirm,
    fault::Refusal,
    pages::settings::already_gone,
    request::{Form, Posted, Reader},
    shell::{Answer, Flash, Redirect},
};

pub(super) async fn activate(Posted { by: reader, .. }: Posted<Reader>, id: Path<String>) -> Answer {
    set_active(&reader, id_of(&id)?, true).await?;
    Ok(back_to(&id, Flash::UserActivated))
}

pub(super) async fn ask_to_deactivate(reader: Reader, id: Path<String>) -> Answer {
    let name = name(&reader, &id).await?;
    let confirm = Confirm {
        title: "Deactivate this user?",
        text: if name == reader.user.email.as_str() {
            "This is your own account: it logs you out, and only another superuser can let you in again.".to_owned()
        } else {
            format!("This logs {name} out everywhere, and nobody can log in with it until it is active again.")
        },
        action: format!("/dashboard/users/{id}/deactivate"),
        verb: "Deactivate",
        back: format!("/dashboard/users/{id}"),
        is_harmless: true,
        ..Confirm::default()
    };
    confirm.page(&reader, "users", &Form::new()).answer()
}

pub(super) async fn deactivate(Posted { by: reader, .. }: Posted<Reader>, id: Path<String>) -> Answer {
    set_active(&reader, id_of(&id)?, false).await?;
    Ok(back_to(&id, Flash::UserDeactivated))
}

async fn set_active(reader: &Reader, id: UserId, is_active: bool) -> Result<(), Refusal> {
    let (actor, session, client) = (reader.actor(), reader.session, reader.client.clone());
    let command = UpdateUser { is_active: Some(is_active), ..UpdateUser::default() };
    reader.run(|app| async move { app.users.update(actor, session, id, command, &client).await }).await.map(drop)
}

pub(super) async fn ask_to_delete(reader: Reader, id: Path<String>) -> Answer {
    let confirm = Confirm {
        title: "Delete this user?",
        text: format!("This deletes {} and all their items at once and for good.", name(&reader, &id).await?),
        action: format!("/dashboard/users/{id}/delete"),
        verb: "Delete account",
        back: format!("/dashboard/users/{id}"),
        done: Some("/dashboard/users"),
        ..Confirm::default()
    };
    confirm.page(&reader, "users", &Form::new()).answer()
}

pub(super) async fn delete(Posted { by: reader, .. }: Posted<Reader>, id: Path<String>) -> Answer {
    let (id, actor, client) = (id_of(&id)?, reader.actor(), reader.client.clone());
    reader.run(|app| async move { app.users.delete(actor, id, &client).await }).await?;
    Ok(Redirect::to("/dashboard/users").saying(Flash::UserDeleted).answer())
}

pub(super) async fn end_sessions(Posted { by: reader, .. }: Posted<Reader>, id: Path<String>) -> Answer {
    let (of, actor, client) = (id_of(&id)?, reader.actor(), reader.client.clone());
    reader.run(|app| async move { app.sessions.revoke_all(actor, of, None, &client).await }).await?;
    Ok(back_to(&id, Flash::UserLoggedOut))
}

pub(super) async fn end_session(Posted { by: reader, .. }: Posted<Reader>, ids: Path<(String, String)>) -> Answer {
    let (id, session) = ids.into_inner();
    let (of, actor, client) = (id_of(&id)?, reader.actor(), reader.client.clone());
    let session = session.parse().map(SessionId).map_err(|_| Refusal::missing())?;
    already_gone(reader.run(|app| async move { app.sessions.revoke(actor, of, session, &client).await }).await)?;
    Ok(back_to(&id, Flash::SessionEnded))
}

/// The id was understood before, so it is safe in an address.
fn back_to(id: &str, flash: Flash) -> HttpResponse {
    Redirect::to(&format!("/dashboard/users/{id}")).saying(flash).answer()
}

async fn name(reader: &Reader, id: &str) -> Result<String, Refusal> {
    let (id, actor, client) = (id_of(id)?, reader.actor(), reader.client.clone());
    let user = reader.run(|app| async move { app.users.look(actor, id, &client).await }).await?.user;
    Ok(user.email.as_str().to_owned())
}
