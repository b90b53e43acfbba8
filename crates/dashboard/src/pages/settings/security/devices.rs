//! The devices that one trusts.

use actix_web::web::Path;
use ironplate_application::ports::StoreResult;
use ironplate_domain::{SECONDS_OF_A_DAY, TrustedDevice, TrustedDeviceId};
use serde::Serialize;

use super::{PATH, sessions::already_gone};
use crate::{
    fault::PageError,
    request::{PostedForm, SessionUser, resource::id_of},
    shell::{Flash, PageResult, Redirect},
    words::When,
};

#[derive(Serialize)]
pub(super) struct DeviceView {
    id: String,
    device: String,
    used: When,
    until: When,
}

impl From<TrustedDevice> for DeviceView {
    fn from(TrustedDevice { id, device, last_used_at, expires_at, .. }: TrustedDevice) -> Self {
        Self { id: id.to_string(), device, used: last_used_at.into(), until: expires_at.into() }
    }
}

pub(super) async fn list(user: &SessionUser) -> Result<Vec<DeviceView>, PageError> {
    let devices = user.act(|app, actor, _| async move { app.sessions.list_trusted_devices(actor).await }).await?;
    Ok(devices.into_iter().map(DeviceView::from).collect())
}

/// For how many days devices of this user may be trusted; `None`: none may.
pub(super) async fn trust_days(user: &SessionUser) -> Result<Option<u64>, PageError> {
    let lasts = user.act(|app, actor, _| async move { StoreResult::Ok(app.sessions.trust_lasts(actor)) }).await?;
    Ok(lasts.map(|lasts| lasts.as_secs() / SECONDS_OF_A_DAY))
}

pub(in super::super) async fn remove(
    PostedForm { by: user, .. }: PostedForm<SessionUser>,
    id: Path<String>,
) -> PageResult {
    let id = id_of(&id, TrustedDeviceId)?;
    let removed = user
        .act(|app, actor, client| async move { app.sessions.remove_trusted_device(actor, id, &client).await })
        .await;
    already_gone(removed)?;
    Ok(Redirect::to(PATH).saying(Flash::DeviceDistrusted).answer())
}

pub(in super::super) async fn remove_all(PostedForm { by: user, .. }: PostedForm<SessionUser>) -> PageResult {
    user.act(|app, actor, client| async move { app.sessions.remove_trusted_devices(actor, &client).await }).await?;
    Ok(Redirect::to(PATH).saying(Flash::DevicesDistrusted).answer())
}
