//! The table `authenticator_apps`.

use async_trait::async_trait;
use diesel::prelude::*;
use ironplate_application::ports::{AuthenticatorAppRepository, StoreResult};
use ironplate_domain::{
    AuthenticatorApp, AuthenticatorAppId, FactorName, KeyId, SealedSecret, Step, Timestamp, UserId,
};

use uuid::Uuid;

use super::{StoreHandle, constraints::violable, list};
use crate::{
    record::record,
    types::{Id, Moment},
};

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    authenticator_apps (id) {
        id -> DbUuid,
        user_id -> DbUuid,
        name -> Text,
        key_id -> Text,
        sealed_secret -> Binary,
        created_at -> DbTimestamp,
        confirmed_at -> Nullable<DbTimestamp>,
        last_step -> BigInt,
        last_used_at -> Nullable<DbTimestamp>,
    }
}

record! {
    authenticator_apps: AuthenticatorApp {
        id: id;
        user: user_id;
        name: name;
        sealed_secret: key_id, sealed_secret;
        created_at: created_at;
        confirmed_at: confirmed_at;
        last_step: last_step;
        last_used_at: last_used_at;
    }
}

/// Whether a user has nothing beside their password that counts: an expression of a statement that is about them.
macro_rules! lacks_second_factor {
    ($apps:ident, $passkeys:ident, $user:expr) => {
        diesel::dsl::not(diesel::dsl::exists(
            $apps::table.filter($apps::user_id.eq($user)).filter($apps::confirmed_at.is_not_null()).select($apps::id),
        ))
        .and(diesel::dsl::not(diesel::dsl::exists(
            $passkeys::table.filter($passkeys::user_id.eq($user)).select($passkeys::id),
        )))
    };
}
pub(super) use lacks_second_factor;

#[async_trait]
impl AuthenticatorAppRepository for StoreHandle {
    async fn enrol(&mut self, app: &AuthenticatorApp) -> StoreResult<()> {
        let waiting = authenticator_apps::table
            .filter(authenticator_apps::user_id.eq(Id(app.user.0)))
            .filter(authenticator_apps::confirmed_at.is_null());
        self.execute("authenticator_apps.enrol.delete", diesel::delete(waiting)).await?;
        self.execute_within(
            "authenticator_apps.enrol.insert",
            violable![AuthenticatorAppUser],
            diesel::insert_into(authenticator_apps::table).values(NewRow::from(app)),
        )
        .await
        .map(drop)
    }

    async fn find(&mut self, user: UserId, id: AuthenticatorAppId) -> StoreResult<Option<AuthenticatorApp>> {
        self.optional(
            "authenticator_apps.find",
            authenticator_apps::table
                .find(Id(id.0))
                .filter(authenticator_apps::user_id.eq(Id(user.0)))
                .select(Row::as_select()),
        )
        .await
    }

    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<AuthenticatorApp>> {
        self.load(
            "authenticator_apps.list_for",
            authenticator_apps::table
                .filter(authenticator_apps::user_id.eq(Id(user.0)))
                .order(authenticator_apps::id)
                .select(Row::as_select()),
        )
        .await
    }

    async fn confirm(
        &mut self,
        id: AuthenticatorAppId,
        step: Step,
        now: Timestamp,
        since: Timestamp,
    ) -> StoreResult<bool> {
        self.execute_one(
            "authenticator_apps.confirm",
            diesel::update(
                authenticator_apps::table
                    .find(Id(id.0))
                    .filter(authenticator_apps::confirmed_at.is_null())
                    .filter(authenticator_apps::created_at.ge(Moment(since))),
            )
            .set((
                authenticator_apps::confirmed_at.eq(Moment(now)),
                authenticator_apps::last_step.eq(step.0),
                authenticator_apps::last_used_at.eq(Moment(now)),
            )),
        )
        .await
    }

    async fn take_step(&mut self, id: AuthenticatorAppId, step: Step, now: Timestamp) -> StoreResult<bool> {
        self.execute_one(
            "authenticator_apps.take_step",
            diesel::update(
                authenticator_apps::table
                    .find(Id(id.0))
                    .filter(authenticator_apps::confirmed_at.is_not_null())
                    .filter(authenticator_apps::last_step.lt(step.0)),
            )
            .set((authenticator_apps::last_step.eq(step.0), authenticator_apps::last_used_at.eq(Moment(now)))),
        )
        .await
    }

    async fn rename(&mut self, user: UserId, id: AuthenticatorAppId, name: &FactorName) -> StoreResult<bool> {
        self.execute_one(
            "authenticator_apps.rename",
            diesel::update(authenticator_apps::table.find(Id(id.0)).filter(authenticator_apps::user_id.eq(Id(user.0))))
                .set(authenticator_apps::name.eq(name.as_str())),
        )
        .await
    }

    async fn remove(&mut self, user: UserId, id: AuthenticatorAppId) -> StoreResult<bool> {
        let theirs = authenticator_apps::table.find(Id(id.0)).filter(authenticator_apps::user_id.eq(Id(user.0)));
        self.execute_one("authenticator_apps.remove", diesel::delete(theirs)).await
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        let theirs = authenticator_apps::table.filter(authenticator_apps::user_id.eq(Id(user.0)));
        self.execute("authenticator_apps.remove_all_for", diesel::delete(theirs)).await
    }

    async fn sealed_otherwise(
        &mut self,
        key: &KeyId,
        after: Option<AuthenticatorAppId>,
        limit: u32,
    ) -> StoreResult<Vec<AuthenticatorApp>> {
        let after = after.map_or(Uuid::nil(), |id| id.0);
        // Two ranges of the index, where "not equal" would be none.
        let (before, behind) = (authenticator_apps::key_id.lt(&key.0), authenticator_apps::key_id.gt(&key.0));
        self.load(
            "authenticator_apps.sealed_otherwise",
            authenticator_apps::table
                .filter(before.or(behind))
                .filter(authenticator_apps::id.gt(Id(after)))
                .order(authenticator_apps::id)
                .limit(list::at_most(limit))
                .select(Row::as_select()),
        )
        .await
    }

    async fn reseal(&mut self, id: AuthenticatorAppId, from: &SealedSecret, to: &SealedSecret) -> StoreResult<bool> {
        self.execute_one(
            "authenticator_apps.reseal",
            diesel::update(
                authenticator_apps::table.find(Id(id.0)).filter(authenticator_apps::sealed_secret.eq(&from.bytes)),
            )
            .set((authenticator_apps::key_id.eq(&to.key.0), authenticator_apps::sealed_secret.eq(&to.bytes))),
        )
        .await
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let waiting = self
            .load::<Id, Id>(
                "authenticator_apps.prune.select",
                skip_locked!(
                    authenticator_apps::table
                        .filter(authenticator_apps::confirmed_at.is_null())
                        .filter(authenticator_apps::created_at.lt(Moment(before)))
                        .order(authenticator_apps::created_at)
                        .limit(list::at_most(limit))
                        .select(authenticator_apps::id)
                ),
            )
            .await?;
        // One that is confirmed at this moment stays.
        let waiting = authenticator_apps::table.filter(authenticator_apps::id.eq_any(waiting));
        self.execute(
            "authenticator_apps.prune.delete",
            diesel::delete(waiting.filter(authenticator_apps::confirmed_at.is_null())),
        )
        .await
    }
}
