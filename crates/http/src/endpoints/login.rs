//! Logging in and out.

use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web};
use ironplate_application::sessions::{LogIn, LoggedIn};

use super::{Answer, cookie, operations};
use crate::{
    app::App,
    caller::{Anyone, CurrentUser},
    description::InvalidRefreshToken,
    input::{Call, Form, Json},
    problem::Problem,
    schemas::{Message, RefreshRequest, Token, UserPublic},
};

operations!(login_access_token, refresh, test_token, logout);

/// Login Access Token
///
/// OAuth2 compatible token login, get an access token for future requests
#[utoipa::path(
    post, path = "/api/v1/login/access-token", tag = "login", operation_id = "login-login_access_token",
    responses((status = 200, description = "Successful Response", body = Token)),
)]
async fn login_access_token(app: App, call: Call<Anyone, Form<LogIn>>) -> Result<HttpResponse, Problem> {
    let client = call.client;
    let Form(command) = call.input;
    let logged_in = app.run(move |app| async move { app.sessions.log_in(command, &client).await }).await?;
    Ok(tokens(logged_in))
}

/// Refresh
///
/// Exchange a refresh token for the next pair of tokens. It works once. Used again while its successor was not
/// used, it gives the same successor, for an answer that got lost; used again otherwise, it ends the session.
#[utoipa::path(
    post, path = "/api/v1/login/refresh", tag = "login", operation_id = "login-refresh",
    responses((status = 200, description = "Successful Response", body = Token), InvalidRefreshToken),
)]
async fn refresh(app: App, call: Call<Anyone, Json<RefreshRequest>>) -> Result<HttpResponse, Problem> {
    let (Json(token), client) = (call.input, call.client);
    Ok(tokens(app.run(move |app| async move { app.sessions.refresh(&token, &client).await }).await?))
}

/// RFC 6749, section 5.1: tokens are not for caches.
fn tokens(logged_in: LoggedIn) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Token::from(logged_in))
}

/// Test Token
///
/// Test access token
#[utoipa::path(
    post, path = "/api/v1/login/test-token", tag = "login", operation_id = "login-test_token",
    responses((status = 200, description = "Successful Response", body = UserPublic)),
)]
async fn test_token(call: Call<CurrentUser, ()>) -> Answer<UserPublic> {
    Ok(web::Json(call.caller.user.into()))
}

/// Logout
///
/// End the session; every token of it, and its cookie, is refused from now on.
#[utoipa::path(
    post, path = "/api/v1/logout", tag = "login", operation_id = "login-logout",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn logout(app: App, call: Call<CurrentUser, ()>) -> Result<HttpResponse, Problem> {
    cookie::end(&app, call.caller, call.client).await
}
