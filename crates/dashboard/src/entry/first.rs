//! Log in first, and come back to where you were: with what you typed.

use actix_web::{HttpRequest, http::StatusCode};

use super::log_in;
use crate::{
    answer::{Answer, Redirect},
    fields::{Fields, address},
    form::Form,
    own_path::OwnPath,
    unsent::Unsent,
    visit::Visit,
};

/// Somebody wanted a page without being logged in, or not any more.
pub(crate) struct LogInFirst {
    /// What they wanted.
    pub(crate) next: OwnPath,
    /// What they sent there. Where that is a button that was pressed, they come back to the button.
    pub(crate) sent: Option<Fields>,
}

impl LogInFirst {
    pub(crate) fn answer(&self, request: &HttpRequest) -> Answer {
        let visit = Visit::of(request)?;
        let cookie = visit.session_cookie();
        // A cookie that opens nothing any more is taken away.
        let stale = cookie.read(request).and_then(|_| cookie.take());
        let Some(sent) = self.sent.as_ref().filter(|sent| Unsent::of(sent).is_some()) else {
            let came_from = || visit.came_from().unwrap_or_else(OwnPath::home);
            let next = if self.sent.is_some() { came_from() } else { self.next.clone() };
            let next = if next == OwnPath::home() { "" } else { next.as_str() };
            return Ok(Redirect::to(&address("/dashboard/log-in", &[("next", next)])).cookie(stale).answer());
        };
        let form = Form::of(Unsent::waiting(sent));
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
