//! The trusted devices of the fake store.

use std::cmp::Reverse;

use async_trait::async_trait;
use ironplate_application::ports::{Constraint, ShownDevice, StoreError, StoreResult, TrustedDeviceRepository};
use ironplate_domain::{Timestamp, TrustedDevice, TrustedDeviceId, UserId};

use super::{Handle, data::insert};

#[async_trait]
impl TrustedDeviceRepository for Handle {
    async fn insert(&mut self, device: &TrustedDevice) -> StoreResult<()> {
        self.write(|data| {
            data.check_user(device.user, Constraint::TrustedDeviceUser)?;
            if data.trusted_devices.values().any(|other| other.digest == device.digest) {
                return Err(StoreError::Internal("the digest is taken".into()));
            }
            let theirs = data.trusted_devices.values().filter(|other| other.user == device.user);
            let mut theirs: Vec<_> = theirs.map(|other| Reverse((other.created_at, other.id))).collect();
            theirs.sort();
            for Reverse((_, beyond)) in theirs.into_iter().skip(TrustedDevice::MOST as usize - 1) {
                data.trusted_devices.remove(&beyond);
            }
            insert(&mut data.trusted_devices, device.id, device)
        })
    }

    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<TrustedDevice>> {
        self.look(|data| data.trusted_devices.values().filter(|device| device.user == user).cloned().collect())
    }

    async fn note_use(&mut self, user: UserId, shown: &ShownDevice) -> StoreResult<Option<TrustedDevice>> {
        self.write(|data| {
            let mut devices = data.trusted_devices.values_mut();
            let found = devices.find(|device| device.user == user && shown.is_of(device));
            Ok(found.map(|device| {
                device.last_used_at = shown.now;
                device.clone()
            }))
        })
    }

    async fn remove(&mut self, user: UserId, id: TrustedDeviceId) -> StoreResult<bool> {
        self.write(|data| {
            let is_theirs = data.trusted_devices.get(&id).is_some_and(|device| device.user == user);
            Ok(is_theirs && data.trusted_devices.remove(&id).is_some())
        })
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.write(|data| {
            let before = data.trusted_devices.len();
            data.trusted_devices.retain(|_, device| device.user != user);
            Ok((before - data.trusted_devices.len()) as u64)
        })
    }

    async fn remove_everybodys(&mut self) -> StoreResult<u64> {
        self.write(|data| Ok(std::mem::take(&mut data.trusted_devices).len() as u64))
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(|data| {
            let mut left = limit;
            data.trusted_devices.retain(|_, device| {
                let stays = left == 0 || device.is_trusted(now);
                left -= u32::from(!stays);
                stays
            });
            Ok(u64::from(limit - left))
        })
    }
}
