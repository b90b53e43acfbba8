//! The OpenAPI document, and the page that shows it. All of it comes from the binary.

use std::sync::Arc;

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, HeaderName, LOCATION, VARY},
    web,
};
use utoipa_swagger_ui::Config;

use crate::{app::App, problem::Problem};

const PAGE: &str = include_str!("docs/index.html");
const START: &str = include_str!("docs/start.js");

/// Swagger UI styles itself inline; scripts come from this server alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For caches, but never one reader's for another.
const KEPT: [(HeaderName, &str); 2] = [(CACHE_CONTROL, "max-age=3600"), (VARY, "Cookie, Authorization")];

pub(crate) async fn document(app: App) -> HttpResponse {
    kept().content_type(ContentType::json()).body(app.document().to_owned())
}

pub(crate) async fn page(app: App) -> HttpResponse {
    let title = escaped(app.project_name());
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(PAGE.replace("{{title}}", &title))
}

/// One page shows the document; this is its other known address.
pub(crate) async fn redoc() -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header((LOCATION, "/docs")).finish()
}

pub(crate) async fn asset(name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let mut response = kept();
    if *name == "start.js" {
        return Ok(response.content_type("text/javascript").body(START));
    }
    // Where Swagger UI lets other log-in flows return to.
    let name = if *name == "oauth2-redirect" { "oauth2-redirect.html" } else { &*name };
    match utoipa_swagger_ui::serve(name, Arc::new(Config::from("/api/v1/openapi.json"))) {
        Ok(Some(file)) => Ok(response.content_type(file.content_type).body(file.bytes.into_owned())),
        Ok(None) => Err(Problem::not_found()),
        Err(error) => Err(Problem::internal(&error)),
    }
}

fn kept() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    for header in KEPT {
        response.insert_header(header);
    }
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
