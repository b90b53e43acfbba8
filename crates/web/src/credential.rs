//! What a request shows of its session.

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use ironplate_application::{Class, Fault, Kind, sessions::Credential};

use crate::{Host, SessionCookie, is_ours};

/// A cookie came with a request that another site's page may have sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("With a cookie, this is for pages of this site alone")]
pub struct CrossSite;

impl Fault for CrossSite {
    fn class(&self) -> Class {
        Kind::Denied.coded("cross_site")
    }
}

/// The one credential of a request, if it has any: what its `Authorization` header holds, or, without such a header, its
/// cookie.
///
/// # Errors
/// [`CrossSite`]: the cookie does not count, because it may have been sent against its owner's will.
pub fn credential(request: &HttpRequest) -> Result<Option<Credential>, CrossSite> {
    if request.headers().contains_key(AUTHORIZATION) {
        return Ok(bearer_token(request).map(|token| Credential::AccessToken(token.into())));
    }
    let Some(host) = Host::of(request) else { return Ok(None) };
    let cookie = SessionCookie(host.network().cookies).read(request);
    if cookie.is_some() && !is_ours(request) {
        return Err(CrossSite);
    }
    Ok(cookie.map(Credential::Cookie))
}

/// What follows the scheme `Bearer`, in any case, in the first `Authorization` header; may be empty.
fn bearer_token(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?;
    // Bytes that are no text can't be one of our tokens, but they are credentials.
    let Ok(header) = header.to_str() else { return Some("") };
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_scheme_is_found_as_the_contract_has_it() {
        let rows = [
            ("Bearer abc", Some("abc")),
            ("bearer abc", Some("abc")),
            ("BEARER  abc  ", Some("abc")),
            ("Bearer", Some("")),
            ("Bearer ", Some("")),
            ("Basic abc", None),
            ("abc", None),
            ("Bearer\tabc", None),
            ("", None),
        ];
        for (header, token) in rows {
            let request = TestRequest::default().insert_header((AUTHORIZATION, header)).to_http_request();
            assert_eq!(bearer_token(&request), token, "{header:?}");
        }
        assert_eq!(bearer_token(&TestRequest::default().to_http_request()), None);
    }

    #[test]
    fn the_first_of_two_headers_counts() {
        let request = TestRequest::default()
            .append_header((AUTHORIZATION, "Bearer first"))
            .append_header((AUTHORIZATION, "Bearer second"))
            .to_http_request();
        assert_eq!(bearer_token(&request), Some("first"));
    }
}
