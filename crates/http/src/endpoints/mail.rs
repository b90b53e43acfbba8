//! Whether mail works.

use actix_web::HttpResponse;

use super::operations;
use crate::{
    app::App,
    caller::Superuser,
    description::Conflict,
    input::{Call, EmailTo},
    problem::Problem,
    schemas::Message,
};

operations!(test_email);

/// Test Email
///
/// Test emails. The mail is queued when this answers; whether it could be sent, the outbox tells.
#[utoipa::path(
    post, path = "/api/v1/utils/test-email/", tag = "utils", operation_id = "utils-test_email",
    responses(
        (
            status = 201, description = "Successful Response", body = Message,
            example = json!({"message": "Test email sent"}),
        ),
        Conflict,
    ),
)]
async fn test_email(app: App, call: Call<Superuser, EmailTo>) -> Result<HttpResponse, Problem> {
    let client = call.client;
    let (actor, EmailTo(to)) = (call.caller.actor(), call.input);
    app.run(move |app| async move { app.outbox.send_test_mail(actor, &to, &client).await }).await?;
    Ok(HttpResponse::Created().json(Message::new("Test email sent")))
}
