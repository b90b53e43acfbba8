//! The table `trusted_devices`.

use async_trait::async_trait;
use diesel::prelude::*;
use ironplate_application::ports::{ShownDevice, StoreResult, TrustedDeviceRepository};
use ironplate_domain::{Timestamp, TrustedDevice, TrustedDeviceId, UserId};

use super::{StoreHandle, constraints::violable, list};
use crate::{
    record::record,
    types::{Id, Moment},
};

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::types::{DbTimestamp, DbUuid};

    trusted_devices (id) {
        id -> DbUuid,
        user_id -> DbUuid,
        digest -> Binary,
        device -> Text,
        created_at -> DbTimestamp,
        last_used_at -> DbTimestamp,
        expires_at -> DbTimestamp,
    }
}

record! {
    trusted_devices: TrustedDevice {
        id: id;
        user: user_id;
        digest: digest;
        device: device;
        created_at: created_at;
        last_used_at: last_used_at;
        expires_at: expires_at;
    }
}

/// More than there can be beyond those that there may be.
const BEYOND: i64 = 1_000;

#[async_trait]
impl TrustedDeviceRepository for StoreHandle {
    async fn insert(&mut self, device: &TrustedDevice) -> StoreResult<()> {
        self.execute_within(
            "trusted_devices.insert",
            violable![TrustedDeviceUser],
            diesel::insert_into(trusted_devices::table).values(NewRow::from(device)),
        )
        .await?;
        let beyond = self
            .load::<Id, Id>(
                "trusted_devices.insert.beyond",
                trusted_devices::table
                    .filter(trusted_devices::user_id.eq(Id(device.user.0)))
                    .filter(trusted_devices::id.ne(Id(device.id.0)))
                    .order((trusted_devices::created_at.desc(), trusted_devices::id.desc()))
                    .offset(i64::from(TrustedDevice::MOST) - 1)
                    .limit(BEYOND)
                    .select(trusted_devices::id),
            )
            .await?;
        if beyond.is_empty() {
            return Ok(());
        }
        let beyond = trusted_devices::table.filter(trusted_devices::id.eq_any(beyond));
        self.execute("trusted_devices.insert.delete", diesel::delete(beyond)).await.map(drop)
    }

    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<TrustedDevice>> {
        self.load(
            "trusted_devices.list_for",
            trusted_devices::table
                .filter(trusted_devices::user_id.eq(Id(user.0)))
                .order(trusted_devices::id)
                .select(Row::as_select()),
        )
        .await
    }

    async fn note_use(&mut self, user: UserId, shown: &ShownDevice) -> StoreResult<Option<TrustedDevice>> {
        self.optional(
            "trusted_devices.note_use",
            diesel::update(
                trusted_devices::table
                    .filter(trusted_devices::digest.eq(shown.digest.0.to_vec()))
                    .filter(trusted_devices::user_id.eq(Id(user.0)))
                    .filter(trusted_devices::device.eq(shown.device.clone()))
                    .filter(trusted_devices::created_at.gt(Moment(shown.trusted_after)))
                    .filter(trusted_devices::expires_at.gt(Moment(shown.now))),
            )
            .set(trusted_devices::last_used_at.eq(Moment(shown.now)))
            .returning(Row::as_returning()),
        )
        .await
    }

    async fn remove(&mut self, user: UserId, id: TrustedDeviceId) -> StoreResult<bool> {
        let theirs = trusted_devices::table.find(Id(id.0)).filter(trusted_devices::user_id.eq(Id(user.0)));
        self.execute_one("trusted_devices.remove", diesel::delete(theirs)).await
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        let theirs = trusted_devices::table.filter(trusted_devices::user_id.eq(Id(user.0)));
        self.execute("trusted_devices.remove_all_for", diesel::delete(theirs)).await
    }

    async fn remove_everybodys(&mut self) -> StoreResult<u64> {
        self.execute("trusted_devices.remove_everybodys", diesel::delete(trusted_devices::table)).await
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        let expired = self
            .load::<Id, Id>(
                "trusted_devices.prune.select",
                skip_locked!(
                    trusted_devices::table
                        .filter(trusted_devices::expires_at.le(Moment(now)))
                        .order(trusted_devices::expires_at)
                        .limit(list::at_most(limit))
                        .select(trusted_devices::id)
                ),
            )
            .await?;
        let expired = trusted_devices::table.filter(trusted_devices::id.eq_any(expired));
        self.execute("trusted_devices.prune.delete", diesel::delete(expired)).await
    }
}
