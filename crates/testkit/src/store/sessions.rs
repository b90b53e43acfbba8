//! The sessions of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{SessionHolder, SessionRepository, StoreResult};
use ironplate_domain::{Session, SessionId, Timestamp, UserId};

use super::Handle;

#[async_trait]
impl SessionRepository for Handle {
    async fn insert(&mut self, session: &Session) -> StoreResult<()> {
        self.write(|data| data.insert_session(session))
    }

    async fn find_holder(&mut self, user: UserId, session: SessionId) -> StoreResult<Option<SessionHolder>> {
        self.look(|data| {
            let user = data.users.get(&user)?.clone();
            let session = data.sessions.get(&session).filter(|session| session.user == user.id).cloned();
            Some(SessionHolder { user, session })
        })
    }

    async fn revoke(&mut self, id: SessionId, now: Timestamp) -> StoreResult<bool> {
        self.write(|data| match data.sessions.get_mut(&id) {
            Some(session) if session.revoked_at.is_none() => {
                session.revoked_at = Some(now);
                Ok(true)
            }
            _ => Ok(false),
        })
    }

    async fn revoke_all_for(&mut self, user: UserId, keep: Option<SessionId>, now: Timestamp) -> StoreResult<u64> {
        self.write(|data| {
            let theirs = data.sessions.values_mut().filter(|session| session.user == user && Some(session.id) != keep);
            let mut revoked = 0;
            for session in theirs.filter(|session| session.revoked_at.is_none()) {
                session.revoked_at = Some(now);
                revoked += 1;
            }
            Ok(revoked)
        })
    }
}
