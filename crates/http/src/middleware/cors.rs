//! Cross-origin requests, for exactly the configured origins and with the contract's answers.
//!
//! Terms: <https://fetch.spec.whatwg.org/#http-cors-protocol>.

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ContentType, HeaderMap, HeaderName,
            HeaderValue, ORIGIN, VARY,
        },
    },
    middleware::Next,
};

use ironplate_web::Host;

const METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
/// What scripts may read of an answer, besides what they always may.
const EXPOSED: &str = "x-request-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, subject";
const MAX_AGE_SECONDS: &str = "600";
const REQUEST_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");

pub(crate) async fn cors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let allowed = Host::of(request.request()).is_some_and(|host| host.allows_origin(&origin)).then_some(origin);
    if request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        let response = preflight(request.headers(), allowed);
        return Ok(request.into_response(response).map_into_right_body());
    }
    let mut response = next.call(request).await?.map_into_left_body();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
    Ok(response)
}

fn preflight(request: &HeaderMap, allowed: Option<HeaderValue>) -> HttpResponse {
    let method = request.get(ACCESS_CONTROL_REQUEST_METHOD).and_then(|method| method.to_str().ok());
    let mut faults = Vec::new();
    if allowed.is_none() {
        faults.push("origin");
    }
    if !method.is_some_and(|method| METHODS.split(", ").any(|known| known == method)) {
        faults.push("method");
    }
    if request.contains_key(REQUEST_PRIVATE_NETWORK) {
        faults.push("private-network");
    }
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let mut response = HttpResponse::build(status);
    response
        .insert_header(ContentType::plaintext())
        .insert_header((VARY, "Origin"))
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
        .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS))
        .insert_header((ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"));
    if let Some(origin) = allowed {
        response.insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, origin));
    }
    if let Some(headers) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        response.insert_header((ACCESS_CONTROL_ALLOW_HEADERS, headers.clone()));
    }
    if faults.is_empty() {
        response.body("OK")
    } else {
        response.body(format!("Disallowed CORS {}", faults.join(", ")))
    }
}
