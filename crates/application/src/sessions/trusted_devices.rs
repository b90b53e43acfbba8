//! See the devices that one trusts, and trust them no more.

use ironplate_domain::{Actor, AuditDetail, AuditKind, Client, TrustedDevice, TrustedDeviceId};

use super::Sessions;
use crate::{
    fault::{Kind, faults},
    ports::{StoreError, StoreResult},
};

/// Why a device stays trusted.
#[derive(Debug, thiserror::Error)]
pub enum RemoveTrustedDeviceError {
    /// The user has no such device, or not any more.
    #[error("Trusted device not found")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { RemoveTrustedDeviceError:
    NotFound => Kind::NotFound.coded("trusted_device_not_found"),
    Store(error) => error.class(),
}

impl Sessions {
    /// The devices that the actor trusts, those first that took a second factor's place last.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list_trusted_devices(&self, actor: Actor) -> StoreResult<Vec<TrustedDevice>> {
        let Some(lasts) = self.trust_lasts(actor) else { return Ok(Vec::new()) };
        let now = self.core.clock.now();
        let mut devices = self.core.store.read().await?.trusted_devices().list_for(actor.user).await?;
        devices.retain(|device| device.is_trusted(now) && device.created_at > now.before(lasts));
        devices.sort_by_key(|device| std::cmp::Reverse((device.last_used_at, device.id)));
        Ok(devices)
    }

    /// Asks one device of the actor for a second factor again. Sessions that it has live on.
    ///
    /// # Errors
    /// See [`RemoveTrustedDeviceError`].
    pub async fn remove_trusted_device(
        &self,
        actor: Actor,
        id: TrustedDeviceId,
        client: &Client,
    ) -> Result<(), RemoveTrustedDeviceError> {
        let mut work = self.core.store.begin().await?;
        work.users().lock(actor.user).await?;
        if !work.trusted_devices().remove(actor.user, id).await? {
            return Err(RemoveTrustedDeviceError::NotFound);
        }
        let event = self.core.recorder.event(AuditKind::TrustedDeviceRemoved, client).by_and_on(actor.user);
        work.audit().record(&event.saying(AuditDetail::TrustedDevice, id)).await?;
        work.commit().await?;
        Ok(())
    }

    /// Asks all devices of the actor for a second factor again; how many they were.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn remove_trusted_devices(&self, actor: Actor, client: &Client) -> StoreResult<u64> {
        let mut work = self.core.store.begin().await?;
        work.users().lock(actor.user).await?;
        let count = work.trusted_devices().remove_all_for(actor.user).await?;
        if count > 0 {
            let event = self.core.recorder.event(AuditKind::TrustedDevicesRemoved, client).by_and_on(actor.user);
            work.audit().record(&event.saying(AuditDetail::Count, count)).await?;
        }
        work.commit().await?;
        Ok(count)
    }
}
