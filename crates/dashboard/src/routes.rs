//! The table of addresses.

use actix_web::{
    Error, FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, Route,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    guard,
    http::header::{HeaderValue, SET_COOKIE},
    middleware::{Compress, Next, from_fn},
    web::{self, ServiceConfig},
};
use ironplate_application::limits::Throttle;
use ironplate_web::Host;

use crate::{
    Dashboard, admin, assets, entry, home, items, landing, refusal::Refusal, refusal_page::nothing_here, settings,
};

/// Mounts the dashboard at `/dashboard`, and, unless a web client has them, at `/` and where mailed links lead. The
/// application around it must hold the [`Host`](ironplate_web::Host) whose use cases it asks, and log requests by
/// [`log`](ironplate_web::log()).
pub fn dashboard(dashboard: Dashboard) -> impl Fn(&mut ServiceConfig) + Clone {
    move |config| {
        let pages = web::scope("/dashboard")
            .service(web::resource("/assets/{name}").route(get().to(assets::file)))
            .configure(entry::routes)
            .configure(home::routes)
            .configure(items::routes)
            .configure(settings::routes)
            .configure(admin::routes)
            .default_service(web::to(nothing_here))
            .wrap(from_fn(tell_refusals))
            .wrap(from_fn(protect_cookies))
            .wrap(Compress::default());
        config.app_data(dashboard.clone()).service(pages);
        landing::routes(dashboard.site().settings.web_client.as_ref(), config);
    }
}

/// A page that is looked at.
pub(crate) fn page<Show, A>(path: &str, show: Show) -> Resource
where
    Show: Handler<A, Output: Responder + 'static>,
    A: FromRequest + 'static,
{
    at(path, "GET, HEAD").route(get().to(show))
}

/// A page with a form, which is sent to the same address.
pub(crate) fn form<Show, A, Take, B>(path: &str, show: Show, take: Take) -> Resource
where
    Show: Handler<A, Output: Responder + 'static>,
    A: FromRequest + 'static,
    Take: Handler<B, Output: Responder + 'static>,
    B: FromRequest + 'static,
{
    at(path, "GET, HEAD, POST").route(get().to(show)).route(web::post().to(take))
}

/// What a button of another page does.
pub(crate) fn action<Take, A>(path: &str, take: Take) -> Resource
where
    Take: Handler<A, Output: Responder + 'static>,
    A: FromRequest + 'static,
{
    at(path, "POST").route(web::post().to(take))
}

/// An address, with a slash at its end or without, that is asked by these methods.
fn at(path: &str, allow: &'static str) -> Resource {
    let other_method = web::to(move || async move { Err::<String, _>(Refusal::WrongMethod(allow)) });
    web::resource([path.to_owned(), format!("{path}/")]).default_service(other_method)
}

pub(crate) fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// The page for a browser that asked for pages too often; programs are told by the API.
#[must_use]
pub fn too_many(request: &HttpRequest, throttle: &Throttle) -> Option<HttpResponse> {
    landing::wants_a_page(request.head()).then(|| Refusal::too_many(*throttle).answer(request))
}

/// Refusals become pages here, where the request is known.
pub(crate) async fn tell_refusals(
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

/// No cookie is less protected than that of the session, whoever set it.
pub(crate) async fn protect_cookies(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_secure = Host::of(request.request()).is_some_and(|host| host.network().cookie.is_secure());
    let mut response = next.call(request).await?;
    if is_secure {
        let cookies = response.headers_mut().remove(SET_COOKIE);
        let cookies: Vec<HeaderValue> = cookies.map(|cookie| secured(&cookie).unwrap_or(cookie)).collect();
        for cookie in cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    Ok(response)
}

/// The same with `Secure`, unless it has it.
fn secured(cookie: &HeaderValue) -> Option<HeaderValue> {
    let text = cookie.to_str().ok().filter(|text| !text.ends_with("; Secure"))?;
    HeaderValue::from_str(&format!("{text}; Secure")).ok()
}
