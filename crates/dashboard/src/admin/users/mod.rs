//! Everybody's accounts.

mod actions;
mod edit;
mod list;
mod look;

use actix_web::web::{self, ServiceConfig};
use ironplate_domain::{FullName, User, UserId};
use serde::Serialize;

use crate::{
    reader::initials,
    refusal::Refusal,
    routes::{at, get},
    when::When,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/users").route(get().to(list::show)))
        .service(at("/users/new").route(get().to(edit::new)).route(web::post().to(edit::create)))
        .service(at("/users/{id}").route(get().to(look::show)))
        .service(at("/users/{id}/edit").route(get().to(edit::show)).route(web::post().to(edit::save)))
        .service(at("/users/{id}/activate").route(web::post().to(actions::activate)))
        .service(
            at("/users/{id}/deactivate")
                .route(get().to(actions::ask_to_deactivate))
                .route(web::post().to(actions::deactivate)),
        )
        .service(
            at("/users/{id}/delete").route(get().to(actions::ask_to_delete)).route(web::post().to(actions::delete)),
        )
        .service(at("/users/{id}/sessions/revoke-all").route(web::post().to(actions::end_sessions)))
        .service(at("/users/{id}/sessions/{session}/revoke").route(web::post().to(actions::end_session)));
}

fn id_of(text: &str) -> Result<UserId, Refusal> {
    text.parse().map(UserId).map_err(|_| Refusal::missing())
}

/// A user, as administrators see them.
#[derive(Serialize)]
struct Told {
    id: String,
    email: String,
    full_name: Option<String>,
    initials: String,
    is_superuser: bool,
    state: &'static str,
    is_verified: bool,
    created: When,
}

impl From<&User> for Told {
    fn from(user: &User) -> Self {
        let email = user.email.as_str();
        let full_name = user.full_name.as_ref().map(FullName::as_str).filter(|name| !name.trim().is_empty());
        Self {
            id: user.id.to_string(),
            email: email.to_owned(),
            full_name: full_name.map(str::to_owned),
            initials: initials(full_name.unwrap_or(email)),
            is_superuser: user.is_superuser,
            state: match (user.is_active, user.password_hash.is_some()) {
                (false, _) => "inactive",
                (true, false) => "invited",
                (true, true) => "active",
            },
            is_verified: user.is_verified,
            created: user.created_at.into(),
        }
    }
}
