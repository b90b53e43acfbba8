//! Prove first who you are, and come back to where you were: with what you typed.

use actix_web::{
    HttpMessage, HttpRequest,
    http::{Method, StatusCode},
};

use super::page::asked;
use crate::{
    pages::settings::confirm,
    request::{Fields, Form, FormSender, OwnPath, SessionUser, UnsentForm},
    shell::PageResult,
};

/// To whoever wanted what only they may do whose session it is, and proved that too long ago. Where they pressed a button, they come
/// back to the button.
pub(super) async fn answer(request: &HttpRequest) -> PageResult {
    let next = asked(request).unwrap_or_else(OwnPath::home);
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(confirm::before(&next));
    }
    let user = SessionUser::recognise(request).await?;
    let sent = request.extensions().get::<Fields>().cloned().filter(|sent| UnsentForm::of(sent).is_some());
    let form = match sent {
        Some(sent) => Form::of(UnsentForm::waiting(&sent)).holding("next", next.as_str()).holding("resume", "true"),
        None => Form::new().holding("next", user.came_from().unwrap_or_else(OwnPath::home).as_str()),
    };
    // No redirect: to a script that sent the form, one means that it was done.
    confirm::page(&user, &form).await?.status(StatusCode::FORBIDDEN).answer()
}
