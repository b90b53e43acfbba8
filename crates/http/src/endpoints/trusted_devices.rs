//! The devices that are not asked for a second factor: seen, and trusted no more.

use actix_web::web::Json;
use ironplate_domain::{Timestamp, TrustedDevice, TrustedDeviceId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::CurrentUser,
    input::{Call, PathId},
    schemas::Message,
};

operations!(read_trusted_devices_me, delete_trusted_devices_me, delete_trusted_device_me);

impl PathId for TrustedDeviceId {
    const NAME: &'static str = "trusted_device_id";
}

/// A device that is not asked for a second factor for a time.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11", "device": "Firefox on Windows",
    "created_at": "2026-11-22T01:27:58.151226Z", "last_used_at": "2026-11-25T08:12:03.718281Z",
    "expires_at": "2026-12-22T01:27:58.151226Z"
}))]
struct TrustedDevicePublic {
    id: Uuid,
    /// The device that logged in, in plain words.
    device: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last spared a second factor; at first when it was trusted.
    #[schema(format = DateTime)]
    last_used_at: String,
    /// When it is asked again, however it is used.
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<TrustedDevice> for TrustedDevicePublic {
    fn from(TrustedDevice { id, device, created_at, last_used_at, expires_at, .. }: TrustedDevice) -> Self {
        let text = |moment: Timestamp| moment.to_string();
        let (created_at, last_used_at, expires_at) = (text(created_at), text(last_used_at), text(expires_at));
        Self { id: id.0, device, created_at, last_used_at, expires_at }
    }
}

/// The trusted devices of a user.
#[derive(Serialize, ToSchema)]
struct TrustedDevicesPublic {
    data: Vec<TrustedDevicePublic>,
    count: usize,
}

/// Read Trusted Devices Me
///
/// The devices that one trusts, those first that were used last. A log-in by a cookie trusts its device with `trust_device` beside the
/// second factor.
#[utoipa::path(
    get, path = "/api/v1/users/me/trusted-devices", tag = "trusted-devices",
    operation_id = "trusted-devices-read_trusted_devices_me",
    responses((status = 200, description = "Successful Response", body = TrustedDevicesPublic)),
)]
async fn read_trusted_devices_me(app: App, call: Call<CurrentUser, ()>) -> Answer<TrustedDevicesPublic> {
    let actor = call.caller.actor();
    let devices = app.run(move |app| async move { app.sessions.list_trusted_devices(actor).await }).await?;
    let data: Vec<TrustedDevicePublic> = devices.into_iter().map(Into::into).collect();
    Ok(Json(TrustedDevicesPublic { count: data.len(), data }))
}

/// Delete Trusted Devices Me
///
/// Trust no device any more: all are asked for a second factor again. Sessions live on.
#[utoipa::path(
    delete, path = "/api/v1/users/me/trusted-devices", tag = "trusted-devices",
    operation_id = "trusted-devices-delete_trusted_devices_me",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_trusted_devices_me(app: App, call: Call<CurrentUser, ()>) -> Answer<Message> {
    let (actor, client) = (call.caller.actor(), call.client);
    app.run(move |app| async move { app.sessions.remove_trusted_devices(actor, &client).await }).await?;
    Ok(Json(Message::new("No device is trusted any more")))
}

/// Delete Trusted Device Me
///
/// Trust a device no more: it is asked for a second factor again. Its sessions live on.
#[utoipa::path(
    delete, path = "/api/v1/users/me/trusted-devices/{trusted_device_id}", tag = "trusted-devices",
    operation_id = "trusted-devices-delete_trusted_device_me",
    responses((status = 200, description = "Successful Response", body = Message)),
)]
async fn delete_trusted_device_me(app: App, call: Call<CurrentUser, TrustedDeviceId>) -> Answer<Message> {
    let (actor, device, client) = (call.caller.actor(), call.input, call.client);
    app.run(move |app| async move { app.sessions.remove_trusted_device(actor, device, &client).await }).await?;
    Ok(Json(Message::new("The device is not trusted any more")))
}
