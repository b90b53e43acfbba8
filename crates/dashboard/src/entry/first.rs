//! Log in first, and come back to where you were: with what you typed.

use actix_web::{HttpRequest, http::StatusCode};

use super::log_in;
use crate::{
    answer::{Answer, Redirect},
    fields::{Fields, address, is_secret},
    form::Form,
    own_path::OwnPath,
    visit::Visit,
};

/// Somebody wanted a page without being logged in, or not any more.
pub(crate) struct LogInFirst {
    /// What they wanted.
    pub(crate) next: OwnPath,
    /// What they sent there.
    pub(crate) sent: Option<Fields>,
}

/// Before the names of fields that wait for their owner to log in.
pub(crate) const KEPT: &str = "kept.";

/// Before the names of those that are not kept, and have to be typed again.
pub(crate) const AGAIN: &str = "again.";

impl LogInFirst {
    pub(crate) fn answer(&self, request: &HttpRequest) -> Answer {
        let visit = Visit::of(request)?;
        let cookie = visit.session_cookie();
        // A cookie that opens nothing any more is taken away.
        let stale = cookie.read(request).and_then(|_| cookie.take());
        let Some(sent) = &self.sent else {
            let next = if self.next == OwnPath::home() { "" } else { self.next.as_str() };
            return Ok(Redirect::to(&address("/dashboard/log-in", &[("next", next)])).cookie(stale).answer());
        };
        let kept = sent.iter().filter(|(name, _)| !is_secret(name));
        let form = kept.fold(Form::new(), |form, (name, text)| form.holding(&format!("{KEPT}{name}"), text));
        let secret = sent.iter().filter(|(name, text)| is_secret(name) && !text.is_empty());
        let form = secret.fold(form, |form, (name, _)| form.holding(&format!("{AGAIN}{name}"), "true"));
        let form = form.holding("next", self.next.as_str()).holding("resume", "true");
        let page = log_in::page(&visit, &form).status(StatusCode::FORBIDDEN);
        match stale {
            Some(cookie) => page.header(actix_web::http::header::SET_COOKIE, cookie),
            None => page,
        }
        .answer()
    }
}

impl std::fmt::Debug for LogInFirst {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "LogInFirst({})", self.next)
    }
}
