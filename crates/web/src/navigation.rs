//! Whether a browser is about to show what it asks for, or a program wants an answer.

use actix_web::{dev::RequestHead, http::header::ACCEPT};
use percent_encoding::percent_decode_str;

/// Whether a browser is about to show what it gets.
#[must_use]
pub fn wants_a_page(head: &RequestHead) -> bool {
    let fields = head.headers.get_all(ACCEPT).filter_map(|accept| accept.to_str().ok());
    fields.flat_map(|field| field.split(',')).any(is_html) && !is_of_the_api(head.uri.path())
}

/// Whether this part of an `Accept` names pages, and does not refuse them by a weight of nothing.
fn is_html(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("text/html"));
    let weights = parts.filter_map(|part| part.split_at_checked(2).filter(|(name, _)| name.eq_ignore_ascii_case("q=")));
    is_named && weights.map(|(_, weight)| weight.parse::<f32>()).all(|weight| weight.is_ok_and(|weight| weight > 0.0))
}

/// Whether this path is below `/api`, in any spelling: whoever asks an API gets no page.
#[must_use]
pub fn is_of_the_api(path: &str) -> bool {
    let path = percent_decode_str(path).decode_utf8_lossy();
    path.split('/').find(|part| !part.is_empty()).is_some_and(|first| first.eq_ignore_ascii_case("api"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn who_accepts_pages_wants_one() {
        for (accept, wants) in [
            ("text/html", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("application/json, TEXT/HTML; charset=utf-8; q=0.1", true),
            ("*/*", false),
            ("", false),
            ("text/*", false),
            ("text/htmlx", false),
            ("application/json", false),
            ("text/html;q=0", false),
            ("text/html; q=0.000, */*", false),
            ("text/html;q=nonsense", false),
        ] {
            let request = TestRequest::with_uri("/items").insert_header((ACCEPT, accept)).to_http_request();
            assert_eq!(wants_a_page(request.head()), wants, "{accept:?}");
        }
    }
}
