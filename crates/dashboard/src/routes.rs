//! The table of addresses.

use actix_web::{
    Error, Resource, Route,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    guard,
    middleware::{Compress, Next, from_fn},
    web::{self, PayloadConfig, ServiceConfig},
};

use crate::{
    Dashboard, admin, assets, entry, fields, home, items, landing, refusal::Refusal, refusal_page::nothing_here,
    settings,
};

/// Mounts the dashboard at `/dashboard`, and, unless a web client has them, `/` and the pages that mailed links name. The
/// application around it must hold the [`Host`](ironplate_web::Host) whose use cases it asks, and log requests by
/// [`log`](ironplate_web::log()).
pub fn dashboard(dashboard: Dashboard) -> impl Fn(&mut ServiceConfig) + Clone {
    move |config| {
        let has_web_client = dashboard.site().settings.has_web_client;
        let pages = web::scope("/dashboard")
            .app_data(dashboard.clone())
            .app_data(PayloadConfig::new(fields::MAX_BYTES))
            .service(web::resource("/assets/{name}").route(get().to(assets::file)))
            .configure(entry::routes)
            .configure(home::routes)
            .configure(items::routes)
            .configure(settings::routes)
            .configure(admin::routes)
            .default_service(web::to(nothing_here))
            .wrap(from_fn(tell_refusals))
            .wrap(Compress::default());
        config.service(pages);
        if !has_web_client {
            config.configure(landing::routes);
        }
    }
}

/// A page at this address, with a slash at its end or without.
pub(crate) fn at(path: &str) -> Resource {
    web::resource([path.to_owned(), format!("{path}/")]).default_service(web::to(nothing_here))
}

pub(crate) fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// Refusals become pages here, where the request is known.
async fn tell_refusals(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let response = next.call(request).await?;
    let told = match response.response().error().and_then(|error| error.as_error::<Refusal>()) {
        Some(refusal) => refusal.answer(response.request()),
        None => return Ok(response.map_into_boxed_body()),
    };
    Ok(ServiceResponse::new(response.into_parts().0, told))
}
