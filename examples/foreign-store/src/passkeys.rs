//! The passkeys.

use async_trait::async_trait;
use ironplate_application::ports::{Constraint, PasskeyRepository, PasskeyUse, StoreError, StoreResult};
use ironplate_domain::{CredentialId, FactorName, Passkey, PasskeyId, UserId};

use crate::handle::Handle;

#[async_trait]
impl PasskeyRepository for Handle {
    async fn insert(&mut self, passkey: &Passkey) -> StoreResult<()> {
        self.call(|rows| {
            rows.check_user(passkey.user, Constraint::PasskeyUser)?;
            if !rows.those(|other: &Passkey| other.credential == passkey.credential)?.is_empty() {
                return Err(StoreError::Conflict(Constraint::PasskeyCredential));
            }
            rows.insert(passkey)
        })
    }

    async fn find(&mut self, user: UserId, id: PasskeyId) -> StoreResult<Option<Passkey>> {
        self.call(|rows| Ok(rows.find(id.0.as_bytes())?.filter(|passkey: &Passkey| passkey.user == user)))
    }

    async fn find_by_credential(&mut self, credential: &CredentialId) -> StoreResult<Option<Passkey>> {
        self.call(|rows| Ok(rows.those(|passkey: &Passkey| passkey.credential == *credential)?.pop()))
    }

    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<Passkey>> {
        self.call(|rows| rows.those(|passkey: &Passkey| passkey.user == user))
    }

    async fn note_use(&mut self, id: PasskeyId, used: &PasskeyUse) -> StoreResult<bool> {
        self.change_passkey(
            id,
            |passkey| passkey.sign_count == used.from,
            |passkey| {
                (passkey.sign_count, passkey.is_backed_up) = (used.to, used.is_backed_up);
                passkey.last_used_at = Some(used.now);
            },
        )
    }

    async fn rename(&mut self, user: UserId, id: PasskeyId, name: &FactorName) -> StoreResult<bool> {
        self.change_passkey(id, |passkey| passkey.user == user, |passkey| passkey.name = name.clone())
    }

    async fn remove(&mut self, user: UserId, id: PasskeyId) -> StoreResult<bool> {
        let is_theirs = PasskeyRepository::find(self, user, id).await?.is_some();
        self.call(|rows| if is_theirs { rows.remove::<Passkey>(id.0.as_bytes()) } else { Ok(false) })
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.call(|rows| rows.remove_all(&rows.those(|passkey: &Passkey| passkey.user == user)?))
    }
}

impl Handle {
    /// Whether there was one to change.
    fn change_passkey(
        &mut self,
        id: PasskeyId,
        is_good: impl FnOnce(&Passkey) -> bool,
        change: impl FnOnce(&mut Passkey),
    ) -> StoreResult<bool> {
        self.call(|rows| Ok(rows.change(id.0.as_bytes(), is_good, change)?.is_some()))
    }
}
