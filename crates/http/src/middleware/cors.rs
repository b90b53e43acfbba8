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

use ironplate_web::{Host, Reason};

const METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
/// What scripts may read of an answer, besides what they always may.
const EXPOSED: &str = "x-request-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, subject";
const MAX_AGE_SECONDS: &str = "600";
const REQUEST_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// What an origin is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed {
    /// To call, with the cookie, too.
    Page,
    /// To call with a token.
    App,
    Nothing,
}

impl Allowed {
    fn to(origin: &HeaderValue, host: Option<&Host>) -> Self {
        match host {
            Some(host) if host.allows_origin(origin.as_bytes()) => Self::Page,
            Some(host) if host.allows_app(origin.as_bytes()) => Self::App,
            _ => Self::Nothing,
        }
    }
}

pub(crate) async fn cors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let origin = request.headers().get(ORIGIN).cloned();
    let allowed = origin.as_ref().map(|origin| Allowed::to(origin, Host::of(request.request())));
    let asks_first =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match allowed {
        Some(allowed) if asks_first => {
            let response = preflight(request.headers(), allowed);
            request.into_response(response).map_into_right_body()
        }
        _ => next.call(request).await?.map_into_left_body(),
    };
    let headers = response.headers_mut();
    // Also to those who name no origin: the answer that one of them gets must not be another's from a cache.
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some((origin, allowed)) = origin.zip(allowed) {
        if allowed != Allowed::App {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        if allowed != Allowed::Nothing {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        }
    }
    Ok(response)
}

fn preflight(request: &HeaderMap, allowed: Allowed) -> HttpResponse {
    let method = request.get(ACCESS_CONTROL_REQUEST_METHOD).and_then(|method| method.to_str().ok());
    let mut faults = Vec::new();
    if allowed == Allowed::Nothing {
        faults.push("origin");
    }
    if !method.is_some_and(|method| METHODS.split(", ").any(|known| known == method)) {
        faults.push("method");
    }
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let mut response = HttpResponse::build(status);
    response
        .insert_header(ContentType::plaintext())
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
        .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS));
    if let Some(headers) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        response.insert_header((ACCESS_CONTROL_ALLOW_HEADERS, headers.clone()));
    }
    // From a page on the Internet to a server in a private network. Who may call is said by origins, wherever they are.
    if faults.is_empty() && request.contains_key(REQUEST_PRIVATE_NETWORK) {
        response.insert_header((ALLOW_PRIVATE_NETWORK, "true"));
    }
    if faults.is_empty() {
        return response.body("OK");
    }
    let mut response = response.body(format!("Disallowed CORS {}", faults.join(", ")));
    response.extensions_mut().insert(Reason("disallowed_cors".into()));
    response
}
