//! The trusted devices.

use std::cmp::Reverse;

use async_trait::async_trait;
use ironplate_application::ports::{Constraint, ShownDevice, StoreError, StoreResult, TrustedDeviceRepository};
use ironplate_domain::{Timestamp, TrustedDevice, TrustedDeviceId, UserId};

use crate::handle::Handle;

#[async_trait]
impl TrustedDeviceRepository for Handle {
    async fn insert(&mut self, device: &TrustedDevice) -> StoreResult<()> {
        self.call(|rows| {
            rows.check_user(device.user, Constraint::TrustedDeviceUser)?;
            if !rows.those(|other: &TrustedDevice| other.digest == device.digest)?.is_empty() {
                return Err(StoreError::Internal("the digest is taken".into()));
            }
            let mut theirs = rows.those(|other: &TrustedDevice| other.user == device.user)?;
            theirs.sort_by_key(|other| Reverse((other.created_at, other.id)));
            let beyond = theirs.into_iter().skip(TrustedDevice::MOST as usize - 1);
            rows.remove_all(&beyond.collect::<Vec<_>>())?;
            rows.insert(device)
        })
    }

    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<TrustedDevice>> {
        self.call(|rows| rows.those(|device: &TrustedDevice| device.user == user))
    }

    async fn note_use(&mut self, user: UserId, shown: &ShownDevice) -> StoreResult<Option<TrustedDevice>> {
        let is_shown = |device: &TrustedDevice| device.user == user && shown.is_of(device);
        self.call(|rows| {
            let Some(found) = rows.those(is_shown)?.pop() else { return Ok(None) };
            rows.change(found.id.0.as_bytes(), is_shown, |device| device.last_used_at = shown.now)
        })
    }

    async fn remove(&mut self, user: UserId, id: TrustedDeviceId) -> StoreResult<bool> {
        self.call(|rows| {
            let theirs = rows.those(|device: &TrustedDevice| device.user == user && device.id == id)?;
            Ok(rows.remove_all(&theirs)? > 0)
        })
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.call(|rows| rows.remove_all(&rows.those(|device: &TrustedDevice| device.user == user)?))
    }

    async fn remove_everybodys(&mut self) -> StoreResult<u64> {
        self.call(|rows| rows.remove_all(&rows.all::<TrustedDevice>()?))
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.call(|rows| {
            let mut expired = rows.those(|device: &TrustedDevice| !device.is_trusted(now))?;
            expired.truncate(limit as usize);
            rows.remove_all(&expired)
        })
    }
}
