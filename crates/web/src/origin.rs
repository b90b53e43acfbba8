//! Forgeries across sites: whether a page of ours sent a request.
//!
//! Terms: <https://www.w3.org/TR/fetch-metadata/>, <https://fetch.spec.whatwg.org/#origin-header>.

use actix_web::{
    HttpRequest,
    http::header::{HOST, HeaderName, ORIGIN},
};

use crate::Host;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether this request changes nothing, or was sent by a page of this host or of an allowed origin, by the word of the
/// browser that sent it.
#[must_use]
pub fn is_ours(request: &HttpRequest) -> bool {
    if request.method().is_safe() {
        return true;
    }
    let origin = request.headers().get(ORIGIN);
    if origin.is_some_and(|origin| Host::of(request).is_some_and(|host| host.allows_origin(origin))) {
        return true;
    }
    match request.headers().get(SEC_FETCH_SITE) {
        Some(site) => site == "same-origin",
        None => origin.and_then(|origin| origin.to_str().ok()).is_some_and(|origin| names_this_host(origin, request)),
    }
}

/// Whether a browser says that a page of another site sent this request. Programs that are no browsers say nothing.
#[must_use]
pub fn is_foreign(request: &HttpRequest) -> bool {
    let headers = request.headers();
    (headers.contains_key(ORIGIN) || headers.contains_key(SEC_FETCH_SITE)) && !is_ours(request)
}

/// Scheme aside: behind a proxy that ends TLS it is not known here, and `__Host-` cookies are not sent without TLS.
fn names_this_host(origin: &str, request: &HttpRequest) -> bool {
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(actix_web::http::uri::Authority::as_str));
    authority.zip(host).is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use actix_web::{http::Method, test::TestRequest};

    use super::*;

    fn sent(method: Method, headers: &[(&'static str, &str)]) -> bool {
        let request = TestRequest::with_uri("/api/v1/items/").method(method).insert_header((HOST, "app.example.com"));
        let request = headers.iter().fold(request, |request, (name, value)| request.insert_header((*name, *value)));
        is_ours(&request.to_http_request())
    }

    #[test]
    fn what_changes_nothing_may_come_from_anywhere() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(sent(method, &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]));
        }
    }

    #[test]
    fn pages_of_this_host_are_ours() {
        assert!(sent(Method::POST, &[("sec-fetch-site", "same-origin")]));
        assert!(sent(Method::DELETE, &[("origin", "https://app.example.com")]));
        assert!(sent(Method::PATCH, &[("origin", "http://APP.example.com")]));
    }

    #[test]
    fn all_others_are_not() {
        for headers in [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "cross-site"), ("origin", "https://app.example.com")],
            &[("origin", "null")],
            &[("origin", "https://evil.example")],
            &[("origin", "https://app.example.com.evil.example")],
            &[("origin", "https://app.example.com:8443")],
            &[("origin", "https://evil.example/https://app.example.com")],
            &[("origin", "app.example.com")],
            &[("referer", "https://app.example.com/")],
        ] {
            assert!(!sent(Method::POST, headers), "{headers:?}");
        }
    }
}
