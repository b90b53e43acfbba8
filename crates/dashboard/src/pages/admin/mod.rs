//! The pages of those who administer. Who that is, the use cases say.

mod audit;
mod limits;
mod organizations;
mod outbox;
mod settings;
mod system;
mod users;

use actix_web::web::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .configure(organizations::routes)
        .configure(users::routes)
        .configure(audit::routes)
        .configure(outbox::routes)
        .configure(system::routes);
}
