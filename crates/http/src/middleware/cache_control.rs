//! How long an answer may be kept, and that its host is reached over TLS alone.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, HeaderValue, STRICT_TRANSPORT_SECURITY},
    },
    middleware::Next,
};
use ironplate_web::{Host, is_over_tls};

/// What says nothing of caches is not for them. "Not modified" speaks of an answer that a cache already has.
pub(crate) async fn cache_control(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    // Never over plain HTTP (RFC 6797, section 7.2), where anybody on the way may have written it.
    let host = Host::of(request.request()).filter(|_| is_over_tls(request.request()));
    let hsts = host.and_then(|host| host.network().strict_transport);
    let mut response = next.call(request).await?;
    let is_new = response.status() != StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    if is_new && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(age) = hsts.and_then(|age| HeaderValue::from_str(&format!("max-age={}", age.as_secs())).ok()) {
        headers.insert(STRICT_TRANSPORT_SECURITY, age);
    }
    Ok(response)
}
