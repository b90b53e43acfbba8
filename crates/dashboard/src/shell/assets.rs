//! The style, the scripts and the icon: files that browsers keep, under a name that changes when they do.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS},
    web::Path,
};
use sha2::{Digest, Sha256};

use super::{Dashboard, Templates};
use crate::fault::PageError;

/// A year; the address changes before the content does.
const FOR_LONG: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

const FILES: [(&str, &str); 4] = [
    ("style.css", "text/css; charset=utf-8"),
    ("script.js", "text/javascript; charset=utf-8"),
    ("passkey.js", "text/javascript; charset=utf-8"),
    ("icon.svg", "image/svg+xml"),
];

/// What the files of this server are told apart by.
pub(crate) struct Assets {
    /// Stands in the address of each.
    pub(crate) version: String,
}

impl Assets {
    pub(crate) fn of(templates: &Templates) -> Self {
        let mut digest = Sha256::new();
        for (name, _) in FILES {
            digest.update(templates.plain(name));
        }
        let number = digest.finalize().iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        Self { version: format!("{number:08x}") }
    }
}

pub(crate) async fn file(name: Path<String>, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let dashboard = Dashboard::of(&request).ok_or_else(PageError::missing)?;
    let (name, content_type) = FILES.into_iter().find(|(known, _)| *known == *name).ok_or_else(PageError::missing)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, HeaderValue::from_static(content_type)))
        .insert_header((CACHE_CONTROL, FOR_LONG))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .body(dashboard.site().templates.plain(name).to_owned()))
}
