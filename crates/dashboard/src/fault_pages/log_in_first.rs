//! Log in first, and come back to where you were: with what you typed.

use actix_web::{
    HttpMessage, HttpRequest,
    http::{StatusCode, header::SET_COOKIE},
};

use super::page::asked;
use crate::{
    fault::CookieFault,
    pages::entry::log_in::{self, IS_OVER, NOT_KEPT, TWO_ACCOUNTS},
    request::{Fields, Form, OwnPath, RequestContext, UnsentForm, address},
    shell::{PageResult, Redirect},
};

/// Pages whose forms log people in.
const ENTRANCES: [&str; 2] = ["/dashboard/log-in", "/dashboard/sign-up"];

/// To whoever wanted a page without being logged in, or not any more. Where they pressed a button, they come back to the
/// button.
pub(super) fn answer(cookies: CookieFault, request: &HttpRequest) -> PageResult {
    let context = RequestContext::of(request)?;
    let cookie = context.session_cookie();
    let stale = if cookies == CookieFault::Stale { cookie.take() } else { None };
    let sent = request.extensions().get::<Fields>().cloned();
    let next = asked(request).unwrap_or_else(OwnPath::home);
    let Some(sent) = sent.as_ref().filter(|sent| UnsentForm::of(sent).is_some()) else {
        let came_from = || context.came_from().unwrap_or_else(OwnPath::home);
        let next = if sent.is_some() { came_from() } else { next };
        let next = if next == OwnPath::home() { "" } else { next.as_str() };
        let to = address("/dashboard/log-in", &[("next", next), ("problem", problem(cookies, &context))]);
        return Ok(Redirect::to(&to).cookie(stale).answer());
    };
    let form = Form::of(UnsentForm::waiting(sent));
    let form = form.holding("next", next.as_str()).holding("resume", "true");
    let page = log_in::page(&context, &form).status(StatusCode::FORBIDDEN);
    match stale {
        Some(cookie) => page.header(SET_COOKIE, cookie),
        None => page,
    }
    .answer()
}

/// Whoever logged in just now is not led back to the form without a word.
fn problem(cookies: CookieFault, context: &RequestContext) -> &'static str {
    let entered = |page: OwnPath| ENTRANCES.contains(&page.as_str().split('?').next().unwrap_or_default());
    match cookies {
        CookieFault::OfTwoAccounts => TWO_ACCOUNTS,
        CookieFault::Missing if context.came_from().is_some_and(entered) => NOT_KEPT,
        CookieFault::Stale => IS_OVER,
        CookieFault::Missing => "",
    }
}
