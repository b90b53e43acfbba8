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

/// Pages whose forms log people in.
const ENTRANCES: [&str; 2] = ["/dashboard/log-in", "/dashboard/sign-up"];

/// What the form for logging in is asked to tell.
pub(super) const TWO_ACCOUNTS: &str = "two_accounts";
pub(super) const NOT_KEPT: &str = "not_kept";

/// Somebody wanted a page without being logged in, or not any more.
pub(crate) struct LogInFirst {
    /// What they wanted.
    pub(crate) next: OwnPath,
    /// What they sent there. Where that is a button that was pressed, they come back to the button.
    pub(crate) sent: Option<Fields>,
    /// What their browser showed.
    pub(crate) cookies: Cookies,
}

/// Cookies of sessions that let nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookies {
    Missing,
    /// They open nothing (any more).
    Stale,
    /// Each opens another account's session, so none is believed; nor taken away, or the other would be believed.
    OfTwoAccounts,
}

impl LogInFirst {
    pub(crate) fn answer(&self, request: &HttpRequest) -> Answer {
        let visit = Visit::of(request)?;
        let cookie = visit.session_cookie();
        let stale = if self.cookies == Cookies::Stale { cookie.take() } else { None };
        let Some(sent) = self.sent.as_ref().filter(|sent| Unsent::of(sent).is_some()) else {
            let came_from = || visit.came_from().unwrap_or_else(OwnPath::home);
            let next = if self.sent.is_some() { came_from() } else { self.next.clone() };
            let next = if next == OwnPath::home() { "" } else { next.as_str() };
            let to = address("/dashboard/log-in", &[("next", next), ("problem", self.problem(&visit))]);
            return Ok(Redirect::to(&to).cookie(stale).answer());
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

impl LogInFirst {
    /// Whoever logged in just now is not led back to the form without a word.
    fn problem(&self, visit: &Visit) -> &'static str {
        let entered = |page: OwnPath| ENTRANCES.contains(&page.as_str().split('?').next().unwrap_or_default());
        match self.cookies {
            Cookies::OfTwoAccounts => TWO_ACCOUNTS,
            Cookies::Missing if visit.came_from().is_some_and(entered) => NOT_KEPT,
            Cookies::Missing | Cookies::Stale => "",
        }
    }
}

impl std::fmt::Debug for LogInFirst {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "LogInFirst({})", self.next)
    }
}
