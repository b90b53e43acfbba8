//! How the pages look.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, ContentType, HeaderValue},
    },
};

use crate::pages::bare;

const STYLE: &str = include_str!("../../../templates/pages/mailbox/style.css");
const ICON: &str = include_str!("../../../templates/pages/mailbox/icon.svg");

pub(super) async fn style() -> HttpResponse {
    asset("text/css; charset=utf-8", STYLE)
}

pub(super) async fn icon() -> HttpResponse {
    asset("image/svg+xml", ICON)
}

fn asset(content_type: &'static str, content: &str) -> HttpResponse {
    let mut response = bare(StatusCode::OK, ContentType::plaintext(), "default-src 'none'", content.to_owned());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
