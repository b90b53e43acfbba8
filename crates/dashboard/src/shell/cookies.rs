//! Cookies that are no secret, and how well all of them are protected.

use std::time::Duration;

use actix_web::{
    Error, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{COOKIE, HeaderValue, SET_COOKIE},
    middleware::Next,
};
use ironplate_web::Host;

/// The values of all cookies of this name: other products at this host may have some, too.
pub(crate) fn cookies<'a>(request: &'a HttpRequest, name: &str) -> impl Iterator<Item = &'a str> {
    let fields = request.headers().get_all(COOKIE).filter_map(|field| field.to_str().ok());
    let pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.filter(move |(known, _)| known.trim() == name).map(|(_, value)| value.trim())
}

/// How long a cookie is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CookieLifetime {
    ForAYear,
    For(Duration),
    ForAMoment,
    NoLonger,
}

/// A cookie of the dashboard that is no secret. Its value is a plain word, or percent-encoded.
pub(crate) fn set_cookie(name: &'static str, value: &str, lasts: CookieLifetime) -> HeaderValue {
    let seconds = match lasts {
        CookieLifetime::ForAYear => 365 * 24 * 60 * 60,
        CookieLifetime::For(span) => span.as_secs(),
        CookieLifetime::ForAMoment => 60,
        CookieLifetime::NoLonger => 0,
    };
    let text = format!("{name}={value}; Path=/dashboard; Max-Age={seconds}; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// No cookie is less protected than that of the session, whoever set it.
pub(crate) async fn protect_cookies(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_secure = Host::of(request.request()).is_some_and(|host| host.network().cookies.is_secure());
    let mut response = next.call(request).await?;
    if is_secure {
        let cookies = response.headers_mut().remove(SET_COOKIE);
        let cookies: Vec<HeaderValue> = cookies.map(|cookie| secured(&cookie).unwrap_or(cookie)).collect();
        for cookie in cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    Ok(response)
}

/// The same with `Secure`, unless it has it.
fn secured(cookie: &HeaderValue) -> Option<HeaderValue> {
    let text = cookie.to_str().ok().filter(|text| !text.ends_with("; Secure"))?;
    HeaderValue::from_str(&format!("{text}; Secure")).ok()
}
