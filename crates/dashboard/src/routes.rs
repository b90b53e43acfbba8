//! The table of addresses.

use actix_web::{
    middleware::{Compress, from_fn},
    web::{self, ServiceConfig},
};
use ironplate_web::mount;

use crate::{
    fault_pages::{nothing_here, tell_faults},
    landing, pages,
    request::resource::get,
    shell::{Dashboard, assets, cookies::protect_cookies},
};

/// Mounts the dashboard at `/dashboard`, and, unless a web client has them, at `/` and where mailed links lead. The
/// application around it must hold the [`Host`](ironplate_web::Host) whose use cases it asks, and log requests by
/// [`log`](ironplate_web::log()).
pub fn dashboard(dashboard: Dashboard) -> impl Fn(&mut ServiceConfig) + Clone {
    move |config| {
        let pages = web::scope("/dashboard")
            .service(web::resource("/assets/{name}").route(get().to(assets::file)))
            .configure(|config| mount(&pages::addresses(), || web::to(nothing_here), config))
            .default_service(web::to(nothing_here))
            .wrap(from_fn(tell_faults))
            .wrap(from_fn(protect_cookies))
            .wrap(Compress::default());
        config.app_data(dashboard.clone()).service(pages);
        landing::routes(dashboard.site().settings.web_client.as_ref(), config);
    }
}
