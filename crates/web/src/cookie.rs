//! The cookie of a session.

use std::time::Duration;

use actix_web::http::header::HeaderValue;
use ironplate_domain::TokenSecret;

use crate::RequestHead;

/// Cookies of one name that are looked at: other programs at the same host may have some, and nobody has many.
const FEW: usize = 5;

/// What a cookie is called that only this product has: bytes of the product's name in it.
const LONGEST: usize = 40;

/// How the cookies of sessions are called and protected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SessionCookie {
    /// Bound to this host and to TLS, by a name that browsers heed (RFC 6265bis, section 4.1.3.2).
    #[default]
    SecureHost,
    /// Sent over plain HTTP, too: for development, and for networks that nobody else is in.
    PlainHttp {
        /// Ports of a host share its cookies, so each product has a name of its own.
        name: String,
    },
}

impl SessionCookie {
    /// Sent over plain HTTP, too; named after this product.
    #[must_use]
    pub fn over_plain_http(product: &str) -> Self {
        let product = product.to_ascii_lowercase();
        let words = product.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut name = words.collect::<Vec<_>>().join("-");
        name.truncate(LONGEST);
        let name = if name.is_empty() { "ironplate" } else { &name };
        Self::PlainHttp { name: format!("{name}-session") }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::SecureHost => "__Host-session",
            Self::PlainHttp { name } => name,
        }
    }

    /// Whether browsers keep it and send it over TLS alone.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        matches!(self, Self::SecureHost)
    }

    /// What the request's cookies of this name hold: the first few that differ. Who set which, a request does not say; which
    /// of them opens a session, the database knows.
    #[must_use]
    pub fn read(&self, request: &impl RequestHead) -> Vec<TokenSecret> {
        // By bytes: whatever stands in other cookies, of other programs, must not hide this one.
        let pairs = request.fields("cookie").flat_map(|field| field.split(|byte| *byte == b';'));
        let mut values: Vec<&str> = Vec::new();
        for value in pairs.filter_map(|pair| self.value_in(pair.trim_ascii())) {
            if values.len() < FEW && !value.is_empty() && !values.contains(&value) {
                values.push(value);
            }
        }
        values.into_iter().map(TokenSecret::new).collect()
    }

    /// What is no text opens nothing.
    fn value_in<'a>(&self, pair: &'a [u8]) -> Option<&'a str> {
        let rest = pair.strip_prefix(self.name().as_bytes())?.trim_ascii_start();
        std::str::from_utf8(rest.strip_prefix(b"=")?.trim_ascii()).ok()
    }

    /// The `Set-Cookie` that gives it to the client for so long.
    #[must_use]
    pub fn give(&self, secret: &TokenSecret, lasts: Duration) -> Option<HeaderValue> {
        self.header(secret.expose(), lasts.as_secs())
    }

    /// The `Set-Cookie` that takes it away.
    #[must_use]
    pub fn take(&self) -> Option<HeaderValue> {
        self.header("", 0)
    }

    fn header(&self, value: &str, max_age: u64) -> Option<HeaderValue> {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let text = format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}", self.name());
        let mut header = HeaderValue::from_str(&text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::COOKIE, test::TestRequest};

    use super::*;

    fn read(fields: &[&str]) -> Vec<String> {
        let request = fields.iter().fold(TestRequest::default(), |request, field| {
            let field = HeaderValue::from_bytes(field.as_bytes()).unwrap();
            request.append_header((COOKIE, field))
        });
        let secrets = SessionCookie::SecureHost.read(&request.to_http_request());
        secrets.iter().map(|secret| secret.expose().to_owned()).collect()
    }

    #[test]
    fn the_cookies_of_the_name_are_read() {
        for (fields, expected) in [
            (&["__Host-session=abc"][..], &["abc"][..]),
            (&["a=b; __Host-session=abc; c=d"], &["abc"]),
            (&["a=b", "__Host-session=abc"], &["abc"]),
            (&["session=abc"], &[]),
            (&["__host-session=abc"], &[]),
            (&["__Host-session="], &[]),
            (&["__Host-session"], &[]),
            (&["__Host-session=abc; __Host-session=def"], &["abc", "def"]),
            (&["__Host-session=abc; __Host-session=abc"], &["abc"]),
            (&["__Host-session=; __Host-session=abc"], &["abc"]),
            (&["__Host-session=abc", "__Host-session=def"], &["abc", "def"]),
            (&["x=\u{e9}; __Host-session=abc"], &["abc"]),
            (&["__Host-session=\u{e9}"], &["\u{e9}"]),
            (&["__Host-sessions=abc"], &[]),
            (&[], &[]),
        ] {
            assert_eq!(read(fields), expected, "{fields:?}");
        }
    }

    #[test]
    fn of_a_crowd_of_cookies_a_few_are_read() {
        let crowd: Vec<String> = (0..1_000).map(|number| format!("__Host-session={number}")).collect();
        assert_eq!(read(&[&crowd.join("; ")]).len(), FEW);
    }

    #[test]
    fn without_tls_each_product_has_a_name_of_its_own() {
        for (product, name) in [
            ("Ironplate", "ironplate-session"),
            ("My Shop & Co.", "my-shop-co-session"),
            ("__Host-", "host-session"),
            ("Ä=;\r\n", "ironplate-session"),
            ("", "ironplate-session"),
        ] {
            assert_eq!(SessionCookie::over_plain_http(product).name(), name);
        }
        assert!(SessionCookie::over_plain_http(&"x".repeat(999)).name().len() < 50);
    }

    #[test]
    fn scripts_other_hosts_and_other_sites_do_not_get_it() {
        let given = SessionCookie::SecureHost.give(&TokenSecret::new("abc"), Duration::from_hours(1)).unwrap();
        let expected = "__Host-session=abc; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(given.to_str().unwrap(), expected);
        assert!(!format!("{given:?}").contains("abc"), "it is not printed");
        let plain = SessionCookie::over_plain_http("Shop").take().unwrap();
        assert_eq!(plain.to_str().unwrap(), "shop-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }
}
