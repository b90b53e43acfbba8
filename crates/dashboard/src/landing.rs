//! Where people land who know no page of the dashboard: at `/`, and by the links in mail.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, ServiceConfig},
};

use crate::{
    answer::Redirect,
    fields::{Fields, address},
    routes::get,
};

/// The pages that links in mail name, and which page of the dashboard each is. A web client has its own.
const PAGES: [(&str, &str); 6] = [
    ("/", "/dashboard"),
    ("/login", "/dashboard/log-in"),
    ("/signup", "/dashboard/sign-up"),
    ("/recover-password", "/dashboard/forgot-password"),
    ("/reset-password", "/dashboard/reset-password"),
    ("/verify-email", "/dashboard/verify-email"),
];

pub(crate) fn routes(config: &mut ServiceConfig) {
    for (path, page) in PAGES {
        let lead = move |request: HttpRequest| async move { lead(&request, page) };
        config.service(web::resource(path).route(get().to(lead)));
    }
}

/// The key of a link comes along, and nothing else.
fn lead(request: &HttpRequest, page: &str) -> HttpResponse {
    let query = Fields::of_query(request);
    Redirect::to(&address(page, &[("token", query.get("token"))])).answer()
}
