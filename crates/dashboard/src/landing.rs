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
    routes::{page, tell_refusals},
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

/// The pages of a web client that its server needs to know of: those that links in mail lead to.
#[derive(Debug, Clone, Default)]
pub struct ClientPages(BTreeSet<&'static str>);

impl ClientPages {
    /// The paths that there are to choose from.
    pub fn known() -> impl Iterator<Item = &'static str> {
        PAGES.into_iter().map(|(path, _)| path)
    }

    /// The known ones among these paths.
    #[must_use]
    pub fn of(paths: &[String]) -> Self {
        Self(Self::known().filter(|known| paths.iter().any(|path| path == known)).collect())
    }
}

/// Leads to the dashboard from everywhere that the web client has no page; without one, from `/`, too.
pub(crate) fn routes(client: Option<&ClientPages>, config: &mut ServiceConfig) {
    let is_ours = |(path, _): &(&str, &str)| client.is_none_or(|client| !client.0.contains(path));
    for (path, to) in client.is_none().then_some(ROOT).into_iter().chain(PAGES).filter(is_ours) {
        let lead = move |request: HttpRequest| async move { lead(&request, to) };
        config.service(page(path, lead).wrap(from_fn(tell_refusals)));
    }
}

/// Whether a browser is about to show what it gets.
pub(crate) fn wants_a_page(head: &RequestHead) -> bool {
    let accepts = head.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accepts.contains("text/html") && !is_of_the_api(head.uri.path())
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
    config.service(resource.route(web::to(nothing_here)).wrap(from_fn(tell_refusals)));
}
