//! The cookies of sessions and of trusted devices.

use std::time::Duration;

use actix_web::http::header::HeaderValue;
use ironplate_application::sessions::{CookieOpened, HeldCookies};
use ironplate_domain::TokenSecret;

use crate::RequestHead;

/// Cookies of one name that are looked at: other programs at the same host may have some, and nobody has many.
const FEW: usize = 5;

/// What a cookie is called that only this product has: bytes of the product's name in it.
const LONGEST: usize = 40;

/// The cookies that keep people logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookies {
    /// Shows a session.
    pub session: Cookie,
    /// Shows a trusted device, at a log-in alone.
    pub device: Cookie,
}

/// How a cookie is called and protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    name: String,
    is_secure: bool,
}

impl Default for Cookies {
    /// Bound to this host and to TLS, by names that browsers heed (RFC 6265bis, section 4.1.3.2).
    fn default() -> Self {
        let cookie = |what: &str| Cookie { name: format!("__Host-{what}"), is_secure: true };
        Self { session: cookie("session"), device: cookie("device") }
    }
}

impl Cookies {
    /// Sent over plain HTTP, too: for development, and for networks that nobody else is in. They are named after this product, since
    /// ports of a host share its cookies.
    #[must_use]
    pub fn over_plain_http(product: &str) -> Self {
        let product = product.to_ascii_lowercase();
        let words = product.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut name = words.collect::<Vec<_>>().join("-");
        name.truncate(LONGEST);
        let name = if name.is_empty() { "app" } else { &name };
        let cookie = |what: &str| Cookie { name: format!("{name}-{what}"), is_secure: false };
        Self { session: cookie("session"), device: cookie("device") }
    }

    /// Whether browsers keep them and send them over TLS alone.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.session.is_secure
    }

    /// The `Set-Cookie`s of a session that was opened, and of its device if that is trusted from here on.
    #[must_use]
    pub fn of(&self, opened: &CookieOpened) -> Option<Vec<HeaderValue>> {
        let session = self.session.give(&opened.secret, opened.lasts);
        let device = opened.device.as_ref().map(|device| self.device.give(&device.secret, device.lasts));
        [Some(session), device].into_iter().flatten().collect()
    }

    /// What the cookies of a request hold.
    #[must_use]
    pub fn held(&self, request: &impl RequestHead) -> HeldCookies {
        HeldCookies { sessions: self.session.read(request), devices: self.device.read(request) }
    }
}

impl Cookie {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
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
        let rest = pair.strip_prefix(self.name.as_bytes())?.trim_ascii_start();
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
        let secure = if self.is_secure { "; Secure" } else { "" };
        let text = format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}", self.name);
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
        let secrets = Cookies::default().session.read(&request.to_http_request());
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
            ("Ä=;\r\n", "app-session"),
            ("", "app-session"),
        ] {
            assert_eq!(Cookies::over_plain_http(product).session.name(), name);
        }
        assert!(Cookies::over_plain_http(&"x".repeat(999)).device.name().len() < 50);
    }

    #[test]
    fn scripts_other_hosts_and_other_sites_do_not_get_it() {
        let given = Cookies::default().session.give(&TokenSecret::new("abc"), Duration::from_hours(1)).unwrap();
        let expected = "__Host-session=abc; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(given.to_str().unwrap(), expected);
        assert!(!format!("{given:?}").contains("abc"), "it is not printed");
        let plain = Cookies::over_plain_http("Shop").session.take().unwrap();
        assert_eq!(plain.to_str().unwrap(), "shop-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_device_has_a_cookie_of_its_own() {
        assert_eq!(Cookies::default().device.name(), "__Host-device");
        assert_eq!(Cookies::over_plain_http("My Shop").device.name(), "my-shop-device");
        let request = TestRequest::default().insert_header((COOKIE, "__Host-device=abc; __Host-session=def"));
        let held = Cookies::default().held(&request.to_http_request());
        let exposed = |secrets: &[TokenSecret]| secrets.iter().map(|it| it.expose().to_owned()).collect::<Vec<_>>();
        assert_eq!((exposed(&held.sessions), exposed(&held.devices)), (vec!["def".to_owned()], vec!["abc".to_owned()]));
    }
}
