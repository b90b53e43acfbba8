//! Users made without ceremony, for superusers who seed or test.

use actix_web::web::Json;
use ironplate_application::users::Welcome;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::Superuser,
    input::{self, Call},
    schemas::{PrivateUserCreate, UserPublic},
};

operations!(create_user);

/// Create User
///
/// Create a new user, whose address may be vouched for. No mail is sent. For superusers, in every environment.
#[utoipa::path(
    post, path = "/api/v1/private/users/", tag = "private", operation_id = "private-create_user",
    responses((status = 200, description = "Successful Response", body = UserPublic)),
)]
async fn create_user(app: App, call: Call<Superuser, input::Json<PrivateUserCreate>>) -> Answer<UserPublic> {
    let client = call.client;
    let (actor, input::Json(command)) = (call.caller.actor(), call.input);
    let user =
        app.run(move |app| async move { app.users.create(actor, command, Welcome::Silence, &client).await }).await?;
    Ok(Json(user.into()))
}
