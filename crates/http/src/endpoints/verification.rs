//! Proving an address.

use actix_web::web::Json;
use ironplate_application::verification::{Requested, VerifyEmail};
use ironplate_domain::{Password, TokenSecret};

use super::{Answer, operations};
use crate::{
    app::App,
    caller::{CurrentUser, OptionalUser},
    description::Conflict,
    input::{self, Call, Nullable, Required, json_body},
    schemas::Message,
};

operations!(request_verification_me, verify_email);

json_body! {
    /// The token of a mailed link, and the password of an account that has none yet.
    EmailProof -> VerifyEmail {
        token: Required<TokenSecret>,
        /// Needed when the link finishes a sign-up or an invitation; else it is ignored.
        new_password: Nullable<Password>,
    }
    example {"token": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xw"}
    => VerifyEmail { token, new_password: new_password.flatten() }
}

/// Request Verification Me
///
/// Mail a new link that verifies one's own address. Older ones stop working.
#[utoipa::path(
    post, path = "/api/v1/users/me/verify-email", tag = "users", operation_id = "users-request_verification_me",
    responses(
        (
            status = 200, description = "Successful Response", body = Message,
            example = json!({"message": "We sent you a verification link"}),
        ),
        Conflict,
    ),
)]
async fn request_verification_me(app: App, call: Call<CurrentUser, ()>) -> Answer<Message> {
    let client = call.client;
    let actor = call.caller.actor();
    let requested = app.run(move |app| async move { app.verification.request(actor, &client).await }).await?;
    Ok(Json(Message::new(match requested {
        Requested::Enqueued => "We sent you a verification link",
        Requested::AlreadyVerified => "Your address is verified already",
    })))
}

/// Verify Email
///
/// Prove an address by the token of a link that was mailed to it: it is verified then, and a change of address that
/// waited for this takes place. Whoever is not logged in to the account that the link is about sets its password with it
/// (400 `password_required`), which ends all its sessions: somebody else may have made the account. A change of address
/// is confirmed by whoever is logged in to the account alone (400 `session_required`). A link that finishes a sign-up or
/// an invitation always needs the password to set.
#[utoipa::path(
    post, path = "/api/v1/verify-email", tag = "login", operation_id = "login-verify_email",
    responses(
        (
            status = 200, description = "Successful Response", body = Message,
            example = json!({"message": "Email verified successfully"}),
        ),
        Conflict,
    ),
)]
async fn verify_email(app: App, call: Call<OptionalUser, input::Json<EmailProof>>) -> Answer<Message> {
    let client = call.client;
    let (OptionalUser(caller), input::Json(command)) = (call.caller, call.input);
    let by = caller.map(|caller| caller.actor());
    app.run(move |app| async move { app.verification.verify(command, by, &client).await }).await?;
    Ok(Json(Message::new("Email verified successfully")))
}
