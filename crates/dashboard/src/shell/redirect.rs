//! The way to another page.

use actix_web::{
    HttpResponse,
    http::header::{HeaderValue, LOCATION, SET_COOKIE},
};

use super::Flash;
use crate::headers::{POLICY, private};

/// On to another page, which a reload then loads: nothing is sent twice.
pub(crate) struct Redirect(HttpResponse);

impl Redirect {
    /// To a page of ours: a literal, ids, or an `OwnPath`.
    pub(crate) fn to(path: &str) -> Self {
        let mut response = HttpResponse::SeeOther();
        let location = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/dashboard"));
        Self(private(response.insert_header((LOCATION, location)), POLICY).finish())
    }

    /// Which says this first.
    pub(crate) fn saying(self, flash: Flash) -> Self {
        self.cookie(Some(flash.leave()))
    }

    pub(crate) fn cookie(mut self, cookie: Option<HeaderValue>) -> Self {
        if let Some(cookie) = cookie {
            self.0.headers_mut().append(SET_COOKIE, cookie);
        }
        self
    }

    pub(crate) fn answer(self) -> HttpResponse {
        self.0
    }
}
