//! The name of a request: on its log lines, in its answer, in its errors.

use actix_web::{
    dev::ServiceRequest,
    http::header::{HeaderName, HeaderValue},
};

use crate::{Host, RequestHead};

/// The header that carries it.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const MAX_LENGTH: usize = 64;

/// The id of the request being served, if one is.
#[must_use]
pub fn current() -> Option<String> {
    ironplate_measure::at_hand(|work| work.id.clone())
}

/// The id that a trusted proxy gave, or a new one.
pub(crate) fn choose(host: &Host, request: &ServiceRequest) -> String {
    given(host, request).unwrap_or_else(|| host.new_request_id().to_string())
}

fn given(host: &Host, request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(X_REQUEST_ID)?.to_str().ok()?;
    (is_sound(id) && host.trusts(request.request().peer())).then(|| id.to_owned())
}

/// It is told to the log and beyond it as it is, so it must not be what a client would like to see there.
fn is_sound(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=MAX_LENGTH).contains(&id.len()) && id.bytes().all(is_plain)
}

pub(crate) fn header(id: &str) -> HeaderValue {
    HeaderValue::from_str(id).unwrap_or_else(|_| HeaderValue::from_static(""))
}
