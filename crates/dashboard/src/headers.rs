//! The headers of pages.

use actix_web::{
    HttpRequest, HttpResponseBuilder,
    http::header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};

/// Everything comes from this server: style, script, images and frames from their own addresses, nothing inline; forms
/// go nowhere else.
pub(crate) const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// Whether the token of a mailed link is in this address, itself or in that of the page it leads to.
pub(crate) fn has_token(request: &HttpRequest) -> bool {
    ["token=", "token%3D"].iter().any(|token| request.query_string().contains(token))
}

/// What requests that a page causes tell of its address: all of it, to this server alone, which leads people back to where they were;
/// but of a token nothing, since whatever is in between may log it. Where forms come from they tell in any case.
pub(crate) fn referrer_policy(request: &HttpRequest) -> &'static str {
    if has_token(request) { "strict-origin" } else { "same-origin" }
}

/// The headers of everything that is for one reader alone.
pub(crate) fn private(response: &mut HttpResponseBuilder, policy: HeaderValue) -> &mut HttpResponseBuilder {
    response
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .insert_header((X_FRAME_OPTIONS, HeaderValue::from_static("DENY")))
}
