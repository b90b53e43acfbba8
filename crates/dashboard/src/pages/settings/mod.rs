//! One's own account.

mod appearance;
pub(crate) mod confirm;
mod data;
mod password;
mod profile;
mod security;
pub(crate) mod sole_owned;

use actix_web::web::ServiceConfig;

pub(crate) use security::sessions::{SessionView, already_gone};

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
        .service(form("/settings/confirm", confirm::show, confirm::confirm))
        .service(action("/settings/confirm/challenge", confirm::challenge))
        .service(page("/settings/security", security::show))
        .service(action("/settings/security/verify", profile::send_link_from_security))
        .service(form("/settings/security/passkeys/new", security::passkeys::new, security::passkeys::add))
        .service(action("/settings/security/passkeys/challenge", security::passkeys::challenge))
        .service(form(
            "/settings/security/passkeys/{id}/rename",
            security::passkeys::ask_name,
            security::passkeys::rename,
        ))
        .service(form(
            "/settings/security/passkeys/{id}/remove",
            security::passkeys::ask_removal,
            security::passkeys::remove,
        ))
        .service(form("/settings/security/apps/new", security::apps::new, security::apps::enrol))
        .service(form("/settings/security/apps/{id}/confirm", security::apps::back, security::apps::confirm))
        .service(form("/settings/security/apps/{id}/rename", security::apps::ask_name, security::apps::rename))
        .service(form("/settings/security/apps/{id}/remove", security::apps::ask_removal, security::apps::remove))
        .service(form("/settings/security/recovery-codes", security::codes::ask, security::codes::make))
        .service(action("/settings/security/devices/remove-all", security::devices::remove_all))
        .service(action("/settings/security/devices/{id}/remove", security::devices::remove))
        .service(page("/settings/sessions", security::sessions::moved))
        .service(action("/settings/security/sessions/revoke-others", security::sessions::end_others))
        .service(action("/settings/security/sessions/{id}/revoke", security::sessions::end))
        .service(form("/settings/appearance", appearance::show, appearance::keep))
        .service(page("/settings/data", data::show))
        .service(page("/settings/data/export", data::export))
        .service(form("/settings/data/delete", data::ask, data::delete));
}

async fn first() -> PageResult {
    Ok(Redirect::to("/dashboard/settings/profile").answer())
}
