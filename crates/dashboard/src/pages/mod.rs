//! The pages, by subject.

mod admin;
mod audit_log;
pub(crate) mod entry;
mod events;
mod figure;
mod home;
mod items;
mod organizations;
pub(crate) mod settings;

use actix_web::web::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .configure(entry::routes)
        .configure(home::routes)
        .configure(items::routes)
        .configure(organizations::routes)
        .configure(settings::routes)
        .configure(admin::routes);
}
