//! The authenticator apps of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{AuthenticatorAppRepository, Constraint, StoreResult};
use ironplate_domain::{
    AuthenticatorApp, AuthenticatorAppId, FactorName, KeyId, SealedSecret, Step, Timestamp, UserId,
};

use super::{
    Handle,
    data::{Data, insert},
};

#[async_trait]
impl AuthenticatorAppRepository for Handle {
    async fn enrol(&mut self, app: &AuthenticatorApp) -> StoreResult<()> {
        self.write(|data| {
            data.check_user(app.user, Constraint::AuthenticatorAppUser)?;
            data.authenticator_apps.retain(|_, other| other.user != app.user || other.counts());
            insert(&mut data.authenticator_apps, app.id, app)
        })
    }

    async fn find(&mut self, user: UserId, id: AuthenticatorAppId) -> StoreResult<Option<AuthenticatorApp>> {
        self.look(|data| data.authenticator_apps.get(&id).filter(|app| app.user == user).cloned())
    }

    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<AuthenticatorApp>> {
        self.look(|data| data.authenticator_apps.values().filter(|app| app.user == user).cloned().collect())
    }

    async fn confirm(
        &mut self,
        id: AuthenticatorAppId,
        step: Step,
        now: Timestamp,
        since: Timestamp,
    ) -> StoreResult<bool> {
        let is_good = |app: &AuthenticatorApp| !app.counts() && app.created_at >= since;
        self.write(|data| {
            Ok(change(data, id, is_good, |app| {
                (app.confirmed_at, app.last_step, app.last_used_at) = (Some(now), step, Some(now));
            }))
        })
    }

    async fn take_step(&mut self, id: AuthenticatorAppId, step: Step, now: Timestamp) -> StoreResult<bool> {
        let is_good = |app: &AuthenticatorApp| app.counts() && app.last_step < step;
        self.write(|data| Ok(change(data, id, is_good, |app| (app.last_step, app.last_used_at) = (step, Some(now)))))
    }

    async fn rename(&mut self, user: UserId, id: AuthenticatorAppId, name: &FactorName) -> StoreResult<bool> {
        self.write(|data| Ok(change(data, id, |app| app.user == user, |app| app.name = name.clone())))
    }

    async fn remove(&mut self, user: UserId, id: AuthenticatorAppId) -> StoreResult<bool> {
        self.write(|data| {
            let is_theirs = data.authenticator_apps.get(&id).is_some_and(|app| app.user == user);
            Ok(is_theirs && data.authenticator_apps.remove(&id).is_some())
        })
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.write(|data| {
            let before = data.authenticator_apps.len();
            data.authenticator_apps.retain(|_, app| app.user != user);
            Ok((before - data.authenticator_apps.len()) as u64)
        })
    }

    async fn sealed_otherwise(
        &mut self,
        key: &KeyId,
        after: Option<AuthenticatorAppId>,
        limit: u32,
    ) -> StoreResult<Vec<AuthenticatorApp>> {
        let is_next = |app: &&AuthenticatorApp| app.sealed_secret.key != *key && Some(app.id) > after;
        self.look(|data| data.authenticator_apps.values().filter(is_next).take(limit as usize).cloned().collect())
    }

    async fn reseal(&mut self, id: AuthenticatorAppId, from: &SealedSecret, to: &SealedSecret) -> StoreResult<bool> {
        let is_good = |app: &AuthenticatorApp| app.sealed_secret == *from;
        self.write(|data| Ok(change(data, id, is_good, |app| app.sealed_secret = to.clone())))
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(|data| {
            let mut left = limit;
            data.authenticator_apps.retain(|_, app| {
                let stays = left == 0 || app.counts() || app.created_at >= before;
                left -= u32::from(!stays);
                stays
            });
            Ok(u64::from(limit - left))
        })
    }
}

/// Whether there was one to change.
fn change(
    data: &mut Data,
    id: AuthenticatorAppId,
    is_good: impl FnOnce(&AuthenticatorApp) -> bool,
    change: impl FnOnce(&mut AuthenticatorApp),
) -> bool {
    data.authenticator_apps.get_mut(&id).filter(|app| is_good(app)).map(change).is_some()
}
