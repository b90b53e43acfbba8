//! A form that may be another site's: what is told to whoever sent it, and to whoever can mend it.

use actix_web::{HttpRequest, http::header::ORIGIN};
use ironplate_application::Fault;
use ironplate_web::{CrossSite, CrossSiteReason, asked_host};

use crate::fault::PageError;

const NOBODY_ELSE: &str = "On a network that nobody else is in, the operator can set web.allow_plain_http = true.";

/// A name of a machine has 253 at the most, with a scheme and a port around it.
const MOST_BYTES: usize = 270;

/// What was not done because of this doubt. Behind a proxy that is not set up yet, everybody meets one of these at the
/// log-in, so each says which setting is missing.
pub(crate) fn page_error(reason: CrossSiteReason, request: &HttpRequest) -> PageError {
    let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    let host = asked_host(request).unwrap_or_default();
    tracing::info!(?reason, origin = named(origin), host = named(host), "a form was refused");
    let (text, advice) = match reason {
        CrossSiteReason::OtherSite => ("The form was sent by a page of another site, so nothing was changed", String::new()),
        CrossSiteReason::OtherAddress => (
            "The form was sent by a page of another site, so nothing was changed",
            format!(
                "The page is at {origin}, and the server was asked for as {host}. If people are to reach it at the former, \
                 the operator sets web.frontend_host (FRONTEND_HOST) to {origin}, or has the proxy in front pass on Host."
            ),
        ),
        CrossSiteReason::PlainHttp => (
            "The form was sent by a page without TLS (http://), where this server’s log-in does not work, so nothing was \
             changed",
            format!("Open the same page with https://. {NOBODY_ELSE}"),
        ),
        CrossSiteReason::Unnamed => (
            "The form was sent by a page of another site, or by a browser that does not say which, so nothing was changed",
            "Something between this page and the server, such as a proxy or an extension of the browser, withholds where \
             forms come from. A proxy must not set Referrer-Policy to no-referrer, nor take the header Origin away; over \
             https:// it may."
                .to_owned(),
        ),
    };
    PageError::advised(CrossSite(reason).class(), text, advice)
}

/// An address as the log takes it: where it names no machine, a client made it up.
fn named(address: &str) -> &str {
    let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:/[]".contains(&byte);
    if address.len() <= MOST_BYTES && address.bytes().all(is_of_a_name) { address } else { "other" }
}

/// Why the cookie of a log-in is not there where it should be.
pub(crate) fn why_not_kept(needs_tls: bool) -> String {
    if needs_tls {
        format!(
            "Your browser did not keep the log-in, because it needs TLS here: open this page with https://. {NOBODY_ELSE}"
        )
    } else {
        "Your browser did not keep the log-in. Allow cookies for this site, and log in again".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_no_machine_is_not_told() {
        for address in ["https://app.example.com", "http://[::1]:8000", "app.example.com:443", "null", ""] {
            assert_eq!(named(address), address);
        }
        for address in ["https://ann@example.com", "a b", "https://example.com/?token=x", &"a".repeat(1_000)] {
            assert_eq!(named(address), "other");
        }
    }
}
