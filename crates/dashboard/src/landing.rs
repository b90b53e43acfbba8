//! Where people land who know no page of the dashboard: at `/`, and by the links in mail.

use std::collections::BTreeSet;

use actix_web::{
    HttpRequest, HttpResponse,
    dev::RequestHead,
    guard,
    http::header::ACCEPT,
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use percent_encoding::percent_decode_str;

use crate::{
    answer::Redirect,
    fields::{Fields, address},
    refusal_page::nothing_here,
    routes::{page, protect_cookies, tell_refusals},
};

const ROOT: (&str, &str) = ("", "/dashboard");

/// The pages that links in mail name, and which page of the dashboard each is.
const PAGES: [(&str, &str); 5] = [
    ("/login", "/dashboard/log-in"),
    ("/signup", "/dashboard/sign-up"),
    ("/recover-password", "/dashboard/forgot-password"),
    ("/reset-password", "/dashboard/reset-password"),
    ("/verify-email", "/dashboard/verify-email"),
];

/// Where programs that keep passwords lead people to change one (<https://w3c.github.io/webappsec-change-password-url/>), and
/// which page of the dashboard that is.
const CHANGE_PASSWORD: (&str, &str) = ("/.well-known/change-password", "/dashboard/settings/password");

/// Where a web client has it.
const CLIENT_SETTINGS: &str = "/settings";

/// The pages of a web client that its server needs to know of: those that links in mail lead to, and the one where a password
/// is changed.
#[derive(Debug, Clone, Default)]
pub struct ClientPages(BTreeSet<&'static str>);

impl ClientPages {
    /// The paths that there are to choose from.
    pub fn known() -> impl Iterator<Item = &'static str> {
        PAGES.into_iter().map(|(path, _)| path).chain([CLIENT_SETTINGS])
    }

    /// Their paths.
    pub fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }

    /// The paths of those that it has not and that links in mail lead to.
    pub fn lacking(&self) -> impl Iterator<Item = &'static str> {
        PAGES.into_iter().map(|(path, _)| path).filter(|path| !self.0.contains(path))
    }

    /// The known ones among these paths.
    #[must_use]
    pub fn of(paths: &[String]) -> Self {
        Self(Self::known().filter(|known| paths.iter().any(|path| path == known)).collect())
    }
}

/// Leads to the dashboard from everywhere that the web client has no page; without one, from `/`, too.
pub(crate) fn routes(client: Option<&ClientPages>, config: &mut ServiceConfig) {
    let has_settings = client.is_some_and(|client| client.0.contains(CLIENT_SETTINGS));
    let (from, to) = CHANGE_PASSWORD;
    let settings = if has_settings { CLIENT_SETTINGS } else { to };
    config.service(page(from, move || async move { Redirect::to(settings).answer() }));
    let is_ours = |(path, _): &(&str, &str)| client.is_none_or(|client| !client.0.contains(path));
    for (path, to) in client.is_none().then_some(ROOT).into_iter().chain(PAGES).filter(is_ours) {
        let lead = move |request: HttpRequest| async move { lead(&request, to) };
        config.service(page(path, lead).wrap(from_fn(tell_refusals)).wrap(from_fn(protect_cookies)));
    }
}

/// Whether a browser is about to show what it gets.
pub(crate) fn wants_a_page(head: &RequestHead) -> bool {
    let fields = head.headers.get_all(ACCEPT).filter_map(|accept| accept.to_str().ok());
    fields.flat_map(|field| field.split(',')).any(is_html) && !is_of_the_api(head.uri.path())
}

/// Whether this part of an `Accept` names pages, and does not refuse them by a weight of nothing.
fn is_html(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("text/html"));
    let weights = parts.filter_map(|part| part.split_at_checked(2).filter(|(name, _)| name.eq_ignore_ascii_case("q=")));
    is_named && weights.map(|(_, weight)| weight.parse::<f32>()).all(|weight| weight.is_ok_and(|weight| weight > 0.0))
}

/// In any spelling: whoever asks an API gets no page.
pub(crate) fn is_of_the_api(path: &str) -> bool {
    let path = percent_decode_str(path).decode_utf8_lossy();
    path.split('/').find(|part| !part.is_empty()).is_some_and(|first| first.eq_ignore_ascii_case("api"))
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
    config.service(resource.route(web::to(nothing_here)).wrap(from_fn(tell_refusals)).wrap(from_fn(protect_cookies)));
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn who_accepts_pages_wants_one() {
        for (accept, wants) in [
            ("text/html", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("application/json, TEXT/HTML; charset=utf-8; q=0.1", true),
            ("*/*", false),
            ("", false),
            ("text/*", false),
            ("text/htmlx", false),
            ("application/json", false),
            ("text/html;q=0", false),
            ("text/html; q=0.000, */*", false),
            ("text/html;q=nonsense", false),
        ] {
            let request = TestRequest::with_uri("/items").insert_header((ACCEPT, accept)).to_http_request();
            assert_eq!(wants_a_page(request.head()), wants, "{accept:?}");
        }
    }
}
