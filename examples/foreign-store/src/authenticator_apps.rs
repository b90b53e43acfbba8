//! The authenticator apps.

use async_trait::async_trait;
use ironplate_application::ports::{AuthenticatorAppRepository, Constraint, StoreResult};
use ironplate_domain::{
    AuthenticatorApp, AuthenticatorAppId, FactorName, KeyId, SealedSecret, Step, Timestamp, UserId,
};

use crate::handle::Handle;

#[async_trait]
impl AuthenticatorAppRepository for Handle {
    async fn enrol(&mut self, app: &AuthenticatorApp) -> StoreResult<()> {
        self.call(|rows| {
            rows.check_user(app.user, Constraint::AuthenticatorAppUser)?;
            rows.remove_all(&rows.those(|other: &AuthenticatorApp| other.user == app.user && !other.counts())?)?;
            rows.insert(app)
        })
    }

    async fn find(&mut self, user: UserId, id: AuthenticatorAppId) -> StoreResult<Option<AuthenticatorApp>> {
        self.call(|rows| Ok(rows.find(id.0.as_bytes())?.filter(|app: &AuthenticatorApp| app.user == user)))
    }

    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<AuthenticatorApp>> {
        self.call(|rows| rows.those(|app: &AuthenticatorApp| app.user == user))
    }

    async fn confirm(
        &mut self,
        id: AuthenticatorAppId,
        step: Step,
        now: Timestamp,
        since: Timestamp,
    ) -> StoreResult<bool> {
        let is_good = |app: &AuthenticatorApp| !app.counts() && app.created_at >= since;
        self.change_app(id, is_good, |app| {
            (app.confirmed_at, app.last_step, app.last_used_at) = (Some(now), step, Some(now));
        })
    }

    async fn take_step(&mut self, id: AuthenticatorAppId, step: Step, now: Timestamp) -> StoreResult<bool> {
        let is_good = |app: &AuthenticatorApp| app.counts() && app.last_step < step;
        self.change_app(id, is_good, |app| (app.last_step, app.last_used_at) = (step, Some(now)))
    }

    async fn rename(&mut self, user: UserId, id: AuthenticatorAppId, name: &FactorName) -> StoreResult<bool> {
        self.change_app(id, |app| app.user == user, |app| app.name = name.clone())
    }

    async fn remove(&mut self, user: UserId, id: AuthenticatorAppId) -> StoreResult<bool> {
        let is_theirs = AuthenticatorAppRepository::find(self, user, id).await?.is_some();
        self.call(|rows| if is_theirs { rows.remove::<AuthenticatorApp>(id.0.as_bytes()) } else { Ok(false) })
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.call(|rows| rows.remove_all(&rows.those(|app: &AuthenticatorApp| app.user == user)?))
    }

    async fn sealed_otherwise(
        &mut self,
        key: &KeyId,
        after: Option<AuthenticatorAppId>,
        limit: u32,
    ) -> StoreResult<Vec<AuthenticatorApp>> {
        self.call(|rows| {
            let is_next = |app: &AuthenticatorApp| app.sealed_secret.key != *key && Some(app.id) > after;
            let mut others = rows.those(is_next)?;
            others.truncate(limit as usize);
            Ok(others)
        })
    }

    async fn reseal(&mut self, id: AuthenticatorAppId, from: &SealedSecret, to: &SealedSecret) -> StoreResult<bool> {
        self.change_app(id, |app| app.sealed_secret == *from, |app| app.sealed_secret = to.clone())
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.call(|rows| {
            let mut waiting = rows.those(|app: &AuthenticatorApp| !app.counts() && app.created_at < before)?;
            waiting.truncate(limit as usize);
            rows.remove_all(&waiting)
        })
    }
}

impl Handle {
    /// Whether there was one to change.
    fn change_app(
        &mut self,
        id: AuthenticatorAppId,
        is_good: impl FnOnce(&AuthenticatorApp) -> bool,
        change: impl FnOnce(&mut AuthenticatorApp),
    ) -> StoreResult<bool> {
        self.call(|rows| Ok(rows.change(id.0.as_bytes(), is_good, change)?.is_some()))
    }
}
