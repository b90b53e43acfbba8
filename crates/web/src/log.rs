//! One line a request, and the span that names it on every other line.

use std::time::Instant;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderValue, X_CONTENT_TYPE_OPTIONS},
    middleware::Next,
};
use tracing::Instrument;

use crate::{
    Host,
    request_id::{self, X_REQUEST_ID},
};

/// Names the request, and logs how it was answered.
///
/// # Errors
/// Whatever answering it gave.
pub async fn log(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = Host::of(request.request()).map(|host| request_id::choose(host, &request)).unwrap_or_default();
    let header = request_id::header(&id);
    let span = tracing::error_span!("request", request_id = id);
    request_id::CURRENT.scope(id, answer(request, next, header).instrument(span)).await
}

async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
    id: HeaderValue,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = Instant::now();
    let method = request.method().clone();
    let mut response = next.call(request).await?;
    // The pattern, not the path: an address or a token in a path stays out of the log.
    let route = response.request().match_pattern().unwrap_or_default();
    // A number in JSON, too, which one of 128 bits is not.
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    tracing::info!(%method, route, status, micros, "answered");
    let headers = response.headers_mut();
    headers.insert(X_REQUEST_ID, id);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}
