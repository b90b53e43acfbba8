//! One's own account.

mod appearance;
pub(crate) mod confirm;
mod data;
mod password;
mod profile;
mod security;
pub(crate) mod sole_owned;

use ironplate_web::Address;

pub(crate) use security::sessions::{SessionView, already_gone};

use crate::{
    request::resource::{action, form, page},
    shell::{PageResult, Redirect},
};

pub(crate) fn addresses() -> Vec<Address> {
    vec![
        page("/settings", first),
        form("/settings/profile", profile::show, profile::save),
        action("/settings/profile/verify", profile::send_link),
        form("/settings/password", password::show, password::change),
        form("/settings/confirm", confirm::show, confirm::confirm),
        action("/settings/confirm/challenge", confirm::challenge),
        page("/settings/security", security::show),
        action("/settings/security/verify", profile::send_link_from_security),
        form("/settings/security/passkeys/new", security::passkeys::new, security::passkeys::add),
        action("/settings/security/passkeys/challenge", security::passkeys::challenge),
        form("/settings/security/passkeys/{id}/rename", security::passkeys::ask_name, security::passkeys::rename),
        form("/settings/security/passkeys/{id}/remove", security::passkeys::ask_removal, security::passkeys::remove),
        form("/settings/security/apps/new", security::apps::new, security::apps::enrol),
        form("/settings/security/apps/{id}/confirm", security::apps::back, security::apps::confirm),
        form("/settings/security/apps/{id}/rename", security::apps::ask_name, security::apps::rename),
        form("/settings/security/apps/{id}/remove", security::apps::ask_removal, security::apps::remove),
        form("/settings/security/recovery-codes", security::codes::ask, security::codes::make),
        action("/settings/security/devices/remove-all", security::devices::remove_all),
        action("/settings/security/devices/{id}/remove", security::devices::remove),
        page("/settings/sessions", security::sessions::moved),
        action("/settings/security/sessions/revoke-others", security::sessions::end_others),
        action("/settings/security/sessions/{id}/revoke", security::sessions::end),
        form("/settings/appearance", appearance::show, appearance::keep),
        page("/settings/data", data::show),
        page("/settings/data/export", data::export),
        form("/settings/data/delete", data::ask, data::delete),
    ]
}

async fn first() -> PageResult {
    Ok(Redirect::to("/dashboard/settings/profile").answer())
}
