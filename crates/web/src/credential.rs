//! What a request shows of its session.

use ironplate_application::sessions::Credential;

use crate::{
    RequestHead,
    origin::{CrossSite, from_our_page},
};

/// The one credential of a request, if it has any: the token in its `Authorization` header, or, without one, its cookie.
/// Other schemes in that header are for others: a proxy in front that asks for a password of its own, for example.
///
/// # Errors
/// [`CrossSite`]: the cookie does not count, because it may have been sent against its owner's will.
pub fn credential(request: &impl RequestHead) -> Result<Option<Credential>, CrossSite> {
    if let Some(token) = bearer_token(request) {
        return Ok(Some(Credential::AccessToken(token.into())));
    }
    let Some(host) = request.host() else { return Ok(None) };
    let secrets = host.network().cookies.session.read(request);
    if secrets.is_empty() {
        return Ok(None);
    }
    from_our_page(request)?;
    Ok(Some(Credential::Cookies(secrets)))
}

/// What follows the scheme `Bearer`, in any case, in the first `Authorization` header that has it; may be empty.
fn bearer_token(request: &impl RequestHead) -> Option<&str> {
    request.fields("authorization").find_map(|header| {
        let (scheme, token) = header.split_at(header.iter().position(|byte| *byte == b' ').unwrap_or(header.len()));
        // Bytes that are no text can't be one of our tokens, but they are credentials.
        let token = std::str::from_utf8(token).unwrap_or_default();
        scheme.eq_ignore_ascii_case(b"bearer").then(|| token.trim())
    })
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::AUTHORIZATION, test::TestRequest};

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
    fn the_first_token_counts_beside_whatever_is_there() {
        for headers in [&["Bearer first", "Bearer second"][..], &["Basic YTpi", "Bearer first"], &["Bearer first", "x"]]
        {
            let request = headers
                .iter()
                .fold(TestRequest::default(), |request, header| request.append_header((AUTHORIZATION, *header)));
            assert_eq!(bearer_token(&request.to_http_request()), Some("first"), "{headers:?}");
        }
    }
}
