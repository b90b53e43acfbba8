//! The cookie of a session.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    http::header::{COOKIE, HeaderValue},
};
use ironplate_domain::TokenSecret;

/// How the cookies of sessions are protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CookieScope {
    /// Bound to this host and to TLS, by a name that browsers heed (RFC 6265bis, section 4.1.3.2).
    #[default]
    SecureHost,
    /// Sent over plain HTTP, too: for development, and for networks that nobody else is in.
    PlainHttp,
}

/// The cookie of a session in this scope.
#[derive(Debug, Clone, Copy)]
pub struct SessionCookie(pub CookieScope);

impl SessionCookie {
    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            CookieScope::SecureHost => "__Host-session",
            CookieScope::PlainHttp => "session",
        }
    }

    /// What the request's cookie of this name holds. Of two of one name, nobody knows whose they are: then it holds nothing.
    #[must_use]
    pub fn read(self, request: &HttpRequest) -> Option<TokenSecret> {
        // By bytes: whatever stands in other cookies, of other programs, must not hide this one.
        let pairs = request.headers().get_all(COOKIE).flat_map(|field| field.as_bytes().split(|byte| *byte == b';'));
        let mut values = pairs.filter_map(|pair| self.value_in(pair.trim_ascii()));
        let value = values.next().filter(|value| !value.is_empty())?;
        let is_alone = values.next().is_none();
        std::str::from_utf8(value).ok().filter(|_| is_alone).map(TokenSecret::new)
    }

    fn value_in(self, pair: &[u8]) -> Option<&[u8]> {
        let rest = pair.strip_prefix(self.name().as_bytes())?.trim_ascii_start();
        rest.strip_prefix(b"=").map(<[u8]>::trim_ascii)
    }

    /// The `Set-Cookie` that gives it to the client for so long.
    #[must_use]
    pub fn give(self, secret: &TokenSecret, lasts: Duration) -> Option<HeaderValue> {
        self.header(secret.expose(), lasts.as_secs())
    }

    /// The `Set-Cookie` that takes it away.
    #[must_use]
    pub fn take(self) -> Option<HeaderValue> {
        self.header("", 0)
    }

    fn header(self, value: &str, max_age: u64) -> Option<HeaderValue> {
        let secure = match self.0 {
            CookieScope::SecureHost => "; Secure",
            CookieScope::PlainHttp => "",
        };
        let text = format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}", self.name());
        let mut header = HeaderValue::from_str(&text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const COOKIE_OF: SessionCookie = SessionCookie(CookieScope::SecureHost);

    fn read(fields: &[&str]) -> Option<String> {
        let request = fields.iter().fold(TestRequest::default(), |request, field| {
            let field = HeaderValue::from_bytes(field.as_bytes()).unwrap();
            request.append_header((COOKIE, field))
        });
        COOKIE_OF.read(&request.to_http_request()).map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn the_one_cookie_of_the_name_is_read() {
        for (fields, expected) in [
            (&["__Host-session=abc"][..], Some("abc")),
            (&["a=b; __Host-session=abc; c=d"], Some("abc")),
            (&["a=b", "__Host-session=abc"], Some("abc")),
            (&["session=abc"], None),
            (&["__host-session=abc"], None),
            (&["__Host-session="], None),
            (&["__Host-session"], None),
            (&["__Host-session=abc; __Host-session=def"], None),
            (&["x=\u{e9}; __Host-session=abc"], Some("abc")),
            (&["__Host-session=\u{e9}"], Some("\u{e9}")),
            (&["__Host-sessions=abc"], None),
            (&[], None),
        ] {
            assert_eq!(read(fields).as_deref(), expected, "{fields:?}");
        }
    }

    #[test]
    fn scripts_other_hosts_and_other_sites_do_not_get_it() {
        let given = COOKIE_OF.give(&TokenSecret::new("abc"), Duration::from_hours(1)).unwrap();
        let expected = "__Host-session=abc; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(given.to_str().unwrap(), expected);
        assert!(!format!("{given:?}").contains("abc"), "it is not printed");
        let plain = SessionCookie(CookieScope::PlainHttp).take().unwrap();
        assert_eq!(plain.to_str().unwrap(), "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }
}
