//! A forgotten password.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, HeaderName, HeaderValue},
    web::Json,
};
use ironplate_application::recovery::ResetPassword;
use ironplate_domain::{Client, Password, TokenSecret};

use super::{Answer, operations};
use crate::{
    app::App,
    caller::{Anyone, Superuser},
    encoded_words,
    input::{self, Call, Required, SomeAddress, json_body},
    problem::Problem,
    schemas::Message,
};

operations!(recover_password, recover_password_by_body, reset_password, recover_password_html_content);

json_body! {
    /// Whose password is forgotten.
    PasswordRecovery -> SomeAddress {
        /// Any text; what is no address is nobody's.
        email: Required<SomeAddress>,
    }
    example {"email": "ann@example.com"}
    => email
}

json_body! {
    /// The token of a mailed link, and the password to set.
    NewPassword -> ResetPassword {
        token: Required<TokenSecret>,
        new_password: Required<Password>,
    }
    example {"token": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xw", "new_password": "staple battery horse"}
    => ResetPassword { token, new_password }
}

const SENT: &str = "If that email is registered, we sent a password recovery link";

const SUBJECT: HeaderName = HeaderName::from_static("subject");

/// A mail styles itself inline, and needs nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; sandbox";

/// Recover Password
///
/// Password Recovery. The answer is the same whoever has the address; the address ends up in access logs of proxies,
/// unlike that of `POST /password-recovery`.
#[utoipa::path(
    post, path = "/api/v1/password-recovery/{email}", tag = "login", operation_id = "login-recover_password",
    responses((status = 200, description = "Successful Response", body = Message, example = json!({"message": SENT}))),
)]
async fn recover_password(app: App, call: Call<Anyone, SomeAddress>) -> Answer<Message> {
    request(&app, call.input, call.client).await
}

/// Recover Password By Body
///
/// Mail a link to set a new password to whoever has this address. The answer is the same whoever has it.
#[utoipa::path(
    post, path = "/api/v1/password-recovery", tag = "login", operation_id = "login-recover_password_by_body",
    responses((status = 200, description = "Successful Response", body = Message, example = json!({"message": SENT}))),
)]
async fn recover_password_by_body(app: App, call: Call<Anyone, input::Json<PasswordRecovery>>) -> Answer<Message> {
    let input::Json(address) = call.input;
    request(&app, address, call.client).await
}

async fn request(app: &App, SomeAddress(email): SomeAddress, client: Client) -> Answer<Message> {
    app.run(move |app| async move { app.recovery.request(email.as_ref(), &client).await }).await?;
    Ok(Json(Message::new(SENT)))
}

/// Reset Password
///
/// Set a password by the token of a mailed link. The link works once; all sessions and all other links of the user end.
#[utoipa::path(
    post, path = "/api/v1/reset-password/", tag = "login", operation_id = "login-reset_password",
    responses((
        status = 200, description = "Successful Response", body = Message,
        example = json!({"message": "Password updated successfully"}),
    )),
)]
async fn reset_password(app: App, call: Call<Anyone, input::Json<NewPassword>>) -> Answer<Message> {
    let client = call.client;
    let input::Json(command) = call.input;
    app.run(move |app| async move { app.recovery.reset_password(command, &client).await }).await?;
    Ok(Json(Message::new("Password updated successfully")))
}

/// Recover Password Html Content
///
/// HTML Content for Password Recovery: the mail as this user would get it, with a placeholder in place of the token.
#[utoipa::path(
    post, path = "/api/v1/password-recovery-html-content/{email}", tag = "login",
    operation_id = "login-recover_password_html_content",
    responses((
        status = 200, description = "Successful Response", body = String, content_type = "text/html",
        headers(("Subject" = String, description = "The mail's subject, encoded by RFC 2047 unless it is ASCII")),
    )),
)]
async fn recover_password_html_content(app: App, call: Call<Superuser, SomeAddress>) -> Result<HttpResponse, Problem> {
    let client = call.client;
    let (actor, SomeAddress(email)) = (call.caller.actor(), call.input);
    let mail = app.run(move |app| async move { app.recovery.preview(actor, email.as_ref(), &client).await }).await?;
    let subject = HeaderValue::from_str(&encoded_words::encode(&mail.subject));
    let subject = subject.map_err(|error| Problem::internal(&error))?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(ContentType::html())
        .insert_header((SUBJECT, subject))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY));
    Ok(response.body(mail.html))
}
