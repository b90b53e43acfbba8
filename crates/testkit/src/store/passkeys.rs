//! The passkeys of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{Constraint, PasskeyRepository, PasskeyUse, StoreError, StoreResult};
use ironplate_domain::{CredentialId, FactorName, Passkey, PasskeyId, UserId};

use super::{
    Handle,
    data::{Data, insert},
};

#[async_trait]
impl PasskeyRepository for Handle {
    async fn insert(&mut self, passkey: &Passkey) -> StoreResult<()> {
        self.write(|data| {
            data.check_user(passkey.user, Constraint::PasskeyUser)?;
            if data.passkeys.values().any(|other| other.credential == passkey.credential) {
                return Err(StoreError::Conflict(Constraint::PasskeyCredential));
            }
            insert(&mut data.passkeys, passkey.id, passkey)
        })
    }

    async fn find(&mut self, user: UserId, id: PasskeyId) -> StoreResult<Option<Passkey>> {
        self.look(|data| data.passkeys.get(&id).filter(|passkey| passkey.user == user).cloned())
    }

    async fn find_by_credential(&mut self, credential: &CredentialId) -> StoreResult<Option<Passkey>> {
        self.look(|data| data.passkeys.values().find(|passkey| passkey.credential == *credential).cloned())
    }

    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<Passkey>> {
        self.look(|data| data.passkeys.values().filter(|passkey| passkey.user == user).cloned().collect())
    }

    async fn note_use(&mut self, id: PasskeyId, used: &PasskeyUse) -> StoreResult<bool> {
        self.write(|data| {
            Ok(change(
                data,
                id,
                |passkey| passkey.sign_count == used.from,
                |passkey| {
                    (passkey.sign_count, passkey.is_backed_up) = (used.to, used.is_backed_up);
                    passkey.last_used_at = Some(used.now);
                },
            ))
        })
    }

    async fn rename(&mut self, user: UserId, id: PasskeyId, name: &FactorName) -> StoreResult<bool> {
        self.write(|data| Ok(change(data, id, |passkey| passkey.user == user, |passkey| passkey.name = name.clone())))
    }

    async fn remove(&mut self, user: UserId, id: PasskeyId) -> StoreResult<bool> {
        self.write(|data| {
            let is_theirs = data.passkeys.get(&id).is_some_and(|passkey| passkey.user == user);
            Ok(is_theirs && data.passkeys.remove(&id).is_some())
        })
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.write(|data| {
            let before = data.passkeys.len();
            data.passkeys.retain(|_, passkey| passkey.user != user);
            Ok((before - data.passkeys.len()) as u64)
        })
    }
}

/// Whether there was one to change.
fn change(
    data: &mut Data,
    id: PasskeyId,
    is_good: impl FnOnce(&Passkey) -> bool,
    change: impl FnOnce(&mut Passkey),
) -> bool {
    data.passkeys.get_mut(&id).filter(|passkey| is_good(passkey)).map(change).is_some()
}
