//! One's own account.

mod appearance;
mod data;
mod password;
mod profile;
mod sessions;
pub(crate) mod sole_owned;

use actix_web::web::ServiceConfig;

pub(crate) use sessions::{SessionView, already_gone};

use crate::{
    request::resource::{action, form, page},
    shell::{PageResult, Redirect},
};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(page("/settings", first))
        .service(form("/settings/profile", profile::show, profile::save))
        .service(action("/settings/profile/verify", profile::send_link))
        .service(form("/settings/password", password::show, password::change))
        .service(page("/settings/sessions", sessions::show))
        .service(action("/settings/sessions/revoke-others", sessions::end_others))
        .service(action("/settings/sessions/{id}/revoke", sessions::end))
        .service(form("/settings/appearance", appearance::show, appearance::keep))
        .service(page("/settings/data", data::show))
        .service(page("/settings/data/export", data::export))
        .service(form("/settings/data/delete", data::ask, data::delete));
}

async fn first() -> PageResult {
    Ok(Redirect::to("/dashboard/settings/profile").answer())
}
