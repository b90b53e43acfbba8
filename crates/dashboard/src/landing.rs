//! Where people land who know no page of the dashboard: at `/`, and by the links in mail.

use actix_web::{
    HttpRequest, HttpResponse, guard,
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use ironplate_web::wants_a_page;

use crate::{
    fault_pages::{nothing_here, tell_faults},
    request::{Fields, address, resource::page},
    shell::{
        ClientPages, Redirect,
        client_pages::{CLIENT_SETTINGS, PAGES},
        cookies::protect_cookies,
    },
};

const ROOT: (&str, &str) = ("", "/dashboard");

/// Where programs that keep passwords lead people to change one (<https://w3c.github.io/webappsec-change-password-url/>), and
/// which page of the dashboard that is.
const CHANGE_PASSWORD: (&str, &str) = ("/.well-known/change-password", "/dashboard/settings/password");

/// Leads to the dashboard from everywhere that the web client has no page; without one, from `/`, too.
pub(crate) fn routes(client: Option<&ClientPages>, config: &mut ServiceConfig) {
    let has_settings = client.is_some_and(|client| client.has(CLIENT_SETTINGS));
    let (from, to) = CHANGE_PASSWORD;
    let settings = if has_settings { CLIENT_SETTINGS } else { to };
    for resource in page(from, move || async move { Redirect::to(settings).answer() }).resources() {
        config.service(resource);
    }
    let is_ours = |(path, _): &(&str, &str)| client.is_none_or(|client| !client.has(path));
    for (path, to) in client.is_none().then_some(ROOT).into_iter().chain(PAGES).filter(is_ours) {
        let lead = move |request: HttpRequest| async move { lead(&request, to) };
        for resource in page(path, lead).resources() {
            config.service(resource.wrap(from_fn(tell_faults)).wrap(from_fn(protect_cookies)));
        }
    }
}

/// The key of a link comes along, and nothing else.
fn lead(request: &HttpRequest, page: &str) -> HttpResponse {
    let query = Fields::of_query(request);
    Redirect::to(&address(page, &[("token", query.get("token"))])).answer()
}

/// Tells people that there is nothing at an address, by a page. To be configured last: it answers whatever a browser wants
/// to show and nothing else has; programs, and whoever asks below `/api`, get the API's answer.
pub fn nowhere(config: &mut ServiceConfig) {
    let wants_a_page = guard::fn_guard(|context| wants_a_page(context.head()));
    let resource = web::resource("/{path:.*}").guard(guard::Any(guard::Get()).or(guard::Head())).guard(wants_a_page);
    config.service(resource.route(web::to(nothing_here)).wrap(from_fn(tell_faults)).wrap(from_fn(protect_cookies)));
}
