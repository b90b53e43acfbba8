//! Sessions that show themselves by a cookie, for pages in browsers.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, SET_COOKIE},
};
use ironplate_application::sessions::{CookieOpened, LogIn, PendingLogIn};
use ironplate_domain::{Client, PasswordAttempt};
use ironplate_web::from_no_other_site;

use super::{
    operations,
    second_step::{LogInRefused, second_factor_required},
};
use crate::{
    app::App,
    caller::{Anyone, CurrentUser},
    input::{self, Call, Required, SomeAddress, json_body},
    problem::Problem,
    schemas::{Message, UserPublic},
};

operations!(log_in_by_cookie, log_out_by_cookie);

json_body! {
    /// Address and password, for a session that shows itself by a cookie.
    SessionLogin -> LogIn {
        /// Any text; what is no address is nobody's.
        email: Required<SomeAddress>,
        password: Required<PasswordAttempt>,
    }
    example {"email": "ann@example.com", "password": "correct horse battery"}
    => LogIn { email: email.0, password }
}

/// Log In By Cookie
///
/// Log in, and get an HttpOnly cookie instead of tokens; the session of the cookie that was there before ends. A trusted device
/// (`trust_device` of `POST /login/second-factor`) is asked for no second factor. Any operation takes the cookie; those that change something take it from pages of this host and of allowed origins alone. With a token in the
/// `Authorization` header, the cookie is not looked at.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "login", operation_id = "login-log_in_by_cookie",
    responses(
        (
            status = 200, description = "Successful Response", body = UserPublic,
            headers(("Set-Cookie" = String, description = "The session")),
        ),
        (
            status = 403, body = LogInRefused,
            description = "A page of another site asked; or the password is right, and a second factor is asked for",
        ),
    ),
)]
async fn log_in_by_cookie(
    app: App,
    request: HttpRequest,
    call: Call<Anyone, input::Json<SessionLogin>>,
) -> Result<HttpResponse, Problem> {
    // Or a stranger's page could log people in to an account of the stranger's.
    from_no_other_site(&request)?;
    let (input::Json(command), client) = (call.input, call.client);
    let held = app.cookies().held(&request);
    let outcome =
        app.run(
            move |app| async move { PendingLogIn::apart(app.sessions.log_in_by_cookie(command, &held, &client).await) },
        );
    given(&app, outcome.await?.map_err(|pending| second_factor_required(&pending))?)
}

/// The cookie of a session, that of a device if it is trusted from here on, and whose it is.
pub(super) fn given(app: &App, opened: CookieOpened) -> Result<HttpResponse, Problem> {
    let cookies = app.cookies().of(&opened);
    let cookies = cookies.ok_or_else(|| Problem::internal(&"a cookie is no header value"))?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    for cookie in cookies {
        response.append_header((SET_COOKIE, cookie));
    }
    Ok(response.json(UserPublic::from(opened.user)))
}

/// Log Out By Cookie
///
/// End the session, and take the cookie away if that showed it.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "login", operation_id = "login-log_out_by_cookie",
    responses((
        status = 200, description = "Successful Response", body = Message,
        headers(("Set-Cookie" = String, description = "Takes the cookie away")),
    )),
)]
async fn log_out_by_cookie(app: App, call: Call<CurrentUser, ()>) -> Result<HttpResponse, Problem> {
    end(&app, call.caller, call.client).await
}

/// Ends the session, and takes the cookie away if that showed it.
pub(super) async fn end(app: &App, caller: CurrentUser, client: Client) -> Result<HttpResponse, Problem> {
    let (user, session) = (caller.user.id, caller.session);
    app.run(move |app| async move { app.sessions.log_out(user, session, &client).await }).await?;
    let mut response = HttpResponse::Ok();
    if let Some(cookie) = app.cookies().session.take().filter(|_| caller.is_cookie) {
        response.insert_header((SET_COOKIE, cookie));
    }
    Ok(response.insert_header((CACHE_CONTROL, "no-store")).json(Message::new("Logged out successfully")))
}
