//! Forgeries across sites: whether a page of ours sent a request.
//!
//! Terms: <https://www.w3.org/TR/fetch-metadata/>, <https://fetch.spec.whatwg.org/#origin-header>.

use ironplate_application::{Class, Fault, Kind};

use crate::{Host, RequestHead};

const ORIGIN: &str = "origin";
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// A cookie came with a request that another site's page may have sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CrossSite(pub CrossSiteReason);

/// Why nobody knows that a page of ours sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CrossSiteReason {
    /// The browser says that it was another site's.
    #[error("With a cookie, this is for pages of this site alone")]
    OtherSite,
    /// The browser names a page at another address than the server was asked at. Where a proxy changes the latter, it may be
    /// one of ours all the same.
    #[error("With a cookie, this is for pages of this site alone")]
    OtherAddress,
    /// The page was loaded without TLS, so anybody on the way may have made it; and the cookie needs TLS.
    #[error("With a cookie, this is for pages of this site that were loaded over HTTPS")]
    PlainHttp,
    /// Nobody says which page it was.
    #[error("With a cookie, this is for pages of this site alone, and nothing says which page asked")]
    Unnamed,
}

impl Fault for CrossSite {
    fn class(&self) -> Class {
        Kind::Forbidden.coded("cross_site")
    }
}

/// Whether this request changes nothing, or was sent by a page of this host or of an allowed origin, or by the person who
/// has the browser, by the word of the browser that sent it.
///
/// # Errors
/// [`CrossSite`]: a page of another site may have sent it.
pub fn from_our_page(request: &impl RequestHead) -> Result<(), CrossSite> {
    if request.is_safe() {
        return Ok(());
    }
    let origin = request.field(ORIGIN);
    if origin.is_some_and(|origin| is_allowed(origin, request)) {
        return Ok(());
    }
    match (request.field(SEC_FETCH_SITE), origin) {
        // Browsers say this over TLS, and to this machine itself.
        (Some(b"same-origin"), _) | (Some(b"none"), None | Some(b"null")) => Ok(()),
        (None | Some(b"none"), origin) => is_at_this_host(origin, request).map_err(CrossSite),
        (Some(_), _) => Err(CrossSite(CrossSiteReason::OtherSite)),
    }
}

/// Whether no browser says that a page of another site sent this request. Programs that are no browsers say nothing.
///
/// # Errors
/// [`CrossSite`]: one does.
pub fn from_no_other_site(request: &impl RequestHead) -> Result<(), CrossSite> {
    let is_from_a_browser = request.field(ORIGIN).is_some() || request.field(SEC_FETCH_SITE).is_some();
    if is_from_a_browser { from_our_page(request) } else { Ok(()) }
}

/// What the server was asked for, as far as it is told.
#[must_use]
pub fn asked_host(request: &impl RequestHead) -> Option<&str> {
    let host = request.field("host").and_then(|host| std::str::from_utf8(host).ok());
    host.or_else(|| request.authority())
}

/// Pages without TLS get no cookie that needs it, whatever is allowed.
fn is_allowed(origin: &[u8], request: &impl RequestHead) -> bool {
    request.host().is_some_and(|host| {
        let is_protected = !host.network().cookies.is_secure() || origin.starts_with(b"https://");
        is_protected && host.allows_origin(origin)
    })
}

/// Behind a proxy that ends TLS, the scheme is known by the browser's word alone.
fn is_at_this_host(origin: Option<&[u8]>, request: &impl RequestHead) -> Result<(), CrossSiteReason> {
    let origin = origin.and_then(|origin| std::str::from_utf8(origin).ok()).filter(|origin| *origin != "null");
    let (scheme, authority) = origin.and_then(|origin| origin.split_once("://")).ok_or(CrossSiteReason::Unnamed)?;
    let usual_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return Err(CrossSiteReason::OtherSite),
    };
    let is_this = |host: &str| host.strip_suffix(usual_port).unwrap_or(host).eq_ignore_ascii_case(authority);
    let is_this_host = asked_host(request).is_some_and(is_this);
    let host = request.host();
    let needs_tls = scheme == "http" && host.is_some_and(|host| host.network().cookies.is_secure());
    let is_allowed = |host: &Host| host.allows_over_tls(authority) || allows(host, scheme, authority);
    if needs_tls && (is_this_host || host.is_some_and(is_allowed)) {
        return Err(CrossSiteReason::PlainHttp);
    }
    if is_this_host { Ok(()) } else { Err(CrossSiteReason::OtherAddress) }
}

fn allows(host: &Host, scheme: &str, authority: &str) -> bool {
    host.allows_origin(format!("{scheme}://{authority}").as_bytes())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::{
        http::{Method, header::HOST},
        test::TestRequest,
    };
    use ironplate_testkit::World;

    use super::*;
    use crate::{Bodies, Cookies, Network};

    const ASKED: &str = "app.example.com";

    fn sent_to(
        asked: &str,
        cookies: Cookies,
        method: Method,
        headers: &[(&'static str, &str)],
    ) -> Result<(), CrossSiteReason> {
        let world = World::new();
        let origins = vec!["https://web.example.com".to_owned(), "http://plain.example.com".to_owned()];
        let network = Network { origins, cookies, ..Network::default() };
        let host = Host::new(Arc::new(world.application()), world.secrets.clone(), network, Bodies::default());
        let request =
            TestRequest::with_uri("/api/v1/items/").method(method).app_data(host).insert_header((HOST, asked));
        let request = headers.iter().fold(request, |request, (name, value)| request.insert_header((*name, *value)));
        from_our_page(&request.to_http_request()).map_err(|CrossSite(reason)| reason)
    }

    fn plain() -> Cookies {
        Cookies::over_plain_http("")
    }

    #[tokio::test]
    async fn what_changes_nothing_may_come_from_anywhere() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let headers = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
            assert_eq!(sent_to(ASKED, plain(), method, &headers), Ok(()));
        }
    }

    #[tokio::test]
    async fn pages_of_this_host_and_allowed_ones_are_ours() {
        for headers in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            &[("origin", "https://app.example.com")],
            &[("origin", "https://APP.example.com")],
            &[("origin", "https://web.example.com")],
            &[("origin", "https://web.example.com"), ("sec-fetch-site", "cross-site")],
        ] {
            for cookies in [Cookies::default(), plain()] {
                assert_eq!(sent_to(ASKED, cookies, Method::POST, headers), Ok(()), "{headers:?}");
            }
        }
        for (asked, origin) in [
            ("app.example.com:443", "https://app.example.com"),
            ("app.example.com:8443", "https://app.example.com:8443"),
            ("[::1]:443", "https://[::1]"),
        ] {
            assert_eq!(sent_to(asked, Cookies::default(), Method::POST, &[("origin", origin)]), Ok(()));
        }
        assert_eq!(
            sent_to("app.example.com:80", plain(), Method::POST, &[("origin", "http://app.example.com")]),
            Ok(())
        );
    }

    /// A form that is sent again by a reload, or restored with its tab.
    #[tokio::test]
    async fn what_a_person_does_in_the_browser_is_their_own_will() {
        for headers in [
            &[("sec-fetch-site", "none")][..],
            &[("sec-fetch-site", "none"), ("origin", "null")],
            &[("sec-fetch-site", "none"), ("origin", "https://app.example.com")],
        ] {
            assert_eq!(sent_to(ASKED, Cookies::default(), Method::POST, headers), Ok(()), "{headers:?}");
        }
    }

    #[tokio::test]
    async fn all_others_are_not() {
        for (headers, reason) in [
            (&[][..], CrossSiteReason::Unnamed),
            (&[("origin", "null")], CrossSiteReason::Unnamed),
            (&[("origin", "")], CrossSiteReason::Unnamed),
            (&[("origin", "app.example.com")], CrossSiteReason::Unnamed),
            (&[("referer", "https://app.example.com/")], CrossSiteReason::Unnamed),
            (&[("sec-fetch-site", "cross-site")], CrossSiteReason::OtherSite),
            (&[("sec-fetch-site", "same-site")], CrossSiteReason::OtherSite),
            (&[("sec-fetch-site", "nonsense")], CrossSiteReason::OtherSite),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://app.example.com")], CrossSiteReason::OtherSite),
            (&[("origin", "capacitor://app.example.com")], CrossSiteReason::OtherSite),
            (&[("sec-fetch-site", "none"), ("origin", "https://evil.example")], CrossSiteReason::OtherAddress),
            (&[("origin", "https://evil.example")], CrossSiteReason::OtherAddress),
            (&[("origin", "https://app.example.com.evil.example")], CrossSiteReason::OtherAddress),
            (&[("origin", "https://app.example.com:8443")], CrossSiteReason::OtherAddress),
            (&[("origin", "https://evil.example/https://app.example.com")], CrossSiteReason::OtherAddress),
        ] {
            for cookies in [Cookies::default(), plain()] {
                assert_eq!(sent_to(ASKED, cookies, Method::POST, headers), Err(reason), "{headers:?}");
            }
        }
    }

    /// Whoever is on the way may have made the page.
    #[tokio::test]
    async fn where_the_cookie_needs_tls_its_pages_do_too() {
        for (origin, reason) in [
            ("http://app.example.com", CrossSiteReason::PlainHttp),
            ("http://web.example.com", CrossSiteReason::PlainHttp),
            ("http://plain.example.com", CrossSiteReason::PlainHttp),
            ("http://evil.example", CrossSiteReason::OtherAddress),
        ] {
            let headers = [("origin", origin)];
            assert_eq!(sent_to(ASKED, Cookies::default(), Method::POST, &headers), Err(reason), "{origin}");
        }
        for origin in ["http://app.example.com", "http://plain.example.com"] {
            assert_eq!(sent_to(ASKED, plain(), Method::POST, &[("origin", origin)]), Ok(()), "{origin}");
        }
    }
}
