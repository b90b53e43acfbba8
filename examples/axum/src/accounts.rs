//! Accounts, and sessions that show themselves by a cookie.

use axum::{
    Json as Answer,
    extract::State,
    http::{HeaderValue, StatusCode, header::SET_COOKIE, request::Parts},
    response::{AppendHeaders, IntoResponse},
};
use ironplate_application::{
    accounts::{SignUp, SignedUp},
    sessions::LogIn,
};
use ironplate_domain::{Email, Password, PasswordAttempt, User};
use ironplate_web::{Host, from_no_other_site};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    fault::{Problem, failed},
    request::{Caller, ComesFrom, Head, Json},
};

/// Values of the domain are made at the edge; from there on they can't be wrong.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    email: String,
    password: String,
}

pub(crate) async fn sign_up(
    State(host): State<Host>,
    ComesFrom(client): ComesFrom,
    Json(sent): Json<Credentials>,
) -> Result<impl IntoResponse, Problem> {
    let email = Email::parse(&sent.email).map_err(|error| Problem::invalid(&error))?;
    let password = Password::parse(&sent.password).map_err(|error| Problem::invalid(&error))?;
    let command = SignUp { email, password, full_name: None };
    let signed_up =
        host.run(|app| async move { app.accounts.sign_up(command, &client).await }).await.map_err(failed)?;
    Ok(match signed_up {
        SignedUp::Created(user) => (StatusCode::CREATED, Answer(public(&user))),
        SignedUp::LinkOwed => (StatusCode::ACCEPTED, Answer(json!({ "message": "Check your inbox" }))),
    })
}

pub(crate) async fn log_in(
    State(host): State<Host>,
    ComesFrom(client): ComesFrom,
    parts: Parts,
    Json(sent): Json<Credentials>,
) -> Result<impl IntoResponse, Problem> {
    // Or a stranger's page could log people in to an account of the stranger's.
    let head = Head(&parts, &host);
    from_no_other_site(&head)?;
    let cookies = host.network().cookies.held(&head);
    let command = LogIn { email: Email::parse(&sent.email).ok(), password: PasswordAttempt::new(&sent.password) };
    let opened = host.run(|app| async move { app.sessions.log_in_by_cookie(command, &cookies, &client).await });
    let opened = opened.await.map_err(failed)?;
    let cookie = host.network().cookies.session.give(&opened.secret, opened.lasts);
    Ok((set_cookie(cookie.map(|cookie| cookie.as_bytes().to_vec())), Answer(public(&opened.user))))
}

pub(crate) async fn log_out(
    State(host): State<Host>,
    Caller(caller): Caller,
    ComesFrom(client): ComesFrom,
) -> Result<impl IntoResponse, Problem> {
    let (user, session) = (caller.user.id, caller.session.id);
    host.run(move |app| async move { app.sessions.log_out(user, session, &client).await }).await.map_err(failed)?;
    let cookie = host.network().cookies.session.take();
    Ok((set_cookie(cookie.map(|cookie| cookie.as_bytes().to_vec())), StatusCode::NO_CONTENT))
}

pub(crate) async fn me(Caller(caller): Caller) -> Answer<Value> {
    Answer(public(&caller.user))
}

fn public(user: &User) -> Value {
    json!({ "id": user.id.0, "email": user.email.as_str() })
}

fn set_cookie(cookie: Option<Vec<u8>>) -> AppendHeaders<Option<(axum::http::HeaderName, HeaderValue)>> {
    AppendHeaders(cookie.and_then(|cookie| HeaderValue::from_bytes(&cookie).ok()).map(|cookie| (SET_COOKIE, cookie)))
}
