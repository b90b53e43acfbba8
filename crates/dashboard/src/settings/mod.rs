//! One's own account.

mod appearance;
mod data;
mod password;
mod profile;
mod sessions;

use actix_web::web::{self, ServiceConfig};

pub(crate) use sessions::Row as SessionRow;

use crate::{
    answer::{Answer, Redirect},
    routes::{at, get},
};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/settings").route(get().to(first)))
        .service(at("/settings/profile").route(get().to(profile::show)).route(web::post().to(profile::save)))
        .service(at("/settings/profile/verify").route(web::post().to(profile::send_link)))
        .service(at("/settings/password").route(get().to(password::show)).route(web::post().to(password::change)))
        .service(at("/settings/sessions").route(get().to(sessions::show)))
        .service(at("/settings/sessions/revoke-others").route(web::post().to(sessions::end_others)))
        .service(at("/settings/sessions/{id}/revoke").route(web::post().to(sessions::end)))
        .service(at("/settings/appearance").route(get().to(appearance::show)).route(web::post().to(appearance::keep)))
        .service(at("/settings/data").route(get().to(data::show)))
        .service(at("/settings/data/export").route(get().to(data::export)))
        .service(at("/settings/data/delete").route(get().to(data::ask)).route(web::post().to(data::delete)));
}

async fn first() -> Answer {
    Ok(Redirect::to("/dashboard/settings/profile").answer())
}
