//! The sessions of the fake store.

use std::cmp::Reverse;

use async_trait::async_trait;
use ironplate_application::ports::{
    AtHand, Beside, Constraint, SessionHolder, SessionRepository, StoreError, StoreResult,
};
use ironplate_domain::{
    Generation, OrganizationId, RefreshableSession, Replaced, Rotation, Session, SessionDigests, SessionId,
    SessionKind, SessionUse, Timestamp, TokenDigest, User, UserId,
};

use super::{
    Handle,
    data::{Data, StoredSession, insert},
};

#[async_trait]
impl SessionRepository for Handle {
    async fn insert(&mut self, session: &Session, keys: &SessionDigests) -> StoreResult<()> {
        self.write(|data| {
            data.check_user(session.user, Constraint::SessionUser)?;
            if data.sessions.values().any(|other| other.keys.secret == keys.secret) {
                return Err(StoreError::Internal("the secret is taken".into()));
            }
            let (session, generation) = (session.clone(), Generation::default());
            insert(&mut data.sessions, session.id, &StoredSession { session, keys: *keys, replaced: None, generation })
        })
    }

    async fn find_holder(
        &mut self,
        user: UserId,
        session: SessionId,
        beside: Beside,
    ) -> StoreResult<Option<SessionHolder>> {
        self.look(|data| {
            let user = data.users.get(&user)?.clone();
            let stored = data.sessions.get(&session).filter(|stored| stored.session.user == user.id);
            let generation = stored.map(|stored| stored.generation).unwrap_or_default();
            Some(data.holder(user, stored.map(|stored| stored.session.clone()), generation, beside))
        })
    }

    async fn find_holder_of_cookie(
        &mut self,
        secret: TokenDigest,
        beside: Beside,
    ) -> StoreResult<Option<SessionHolder>> {
        self.look(|data| {
            let stored = data.sessions.values().find(|stored| stored.keys.secret == secret)?;
            let session = Some(&stored.session).filter(|session| session.kind == SessionKind::Cookie)?;
            let user = data.users.get(&session.user)?.clone();
            Some(data.holder(user, Some(session.clone()), stored.generation, beside))
        })
    }

    async fn find_holders_of_cookies(
        &mut self,
        secrets: &[TokenDigest],
        beside: Beside,
    ) -> StoreResult<Vec<SessionHolder>> {
        let mut holders = Vec::new();
        for secret in secrets {
            holders.extend(self.find_holder_of_cookie(*secret, beside).await?);
        }
        Ok(holders)
    }

    async fn find_refreshable(&mut self, secret: TokenDigest) -> StoreResult<Option<RefreshableSession>> {
        self.look(|data| {
            let stored = data.sessions.values().find(|stored| stored.keys.secret == secret)?;
            let stored = Some(stored).filter(|stored| stored.session.kind == SessionKind::Token)?;
            let current = stored.keys.refresh?;
            let StoredSession { session, replaced, generation, .. } = stored.clone();
            Some(RefreshableSession { session, current, replaced, generation })
        })
    }

    async fn rotate(&mut self, id: SessionId, rotation: &Rotation) -> StoreResult<bool> {
        let Rotation { current, next, salt, generation, now, expires_at } = *rotation;
        self.write(|data| {
            let Some(stored) = data.sessions.get_mut(&id) else { return Ok(false) };
            if stored.keys.refresh != Some(current) || !stored.session.is_live(now) {
                return Ok(false);
            }
            stored.keys.refresh = Some(next);
            stored.replaced = Some(Replaced { digest: current, salt });
            stored.generation = Generation { number: generation, seen_at: None };
            stored.session.last_seen_at = now;
            stored.session.expires_at = expires_at;
            Ok(true)
        })
    }

    async fn note_use(&mut self, id: SessionId, used: &SessionUse) -> StoreResult<bool> {
        let SessionUse { now, expires_at, every, generation: number } = *used;
        self.write(|data| {
            let stored = data.sessions.get_mut(&id).filter(|stored| stored.session.is_live(now));
            let Some(StoredSession { session, generation, .. }) = stored else { return Ok(false) };
            let lately = session.last_seen_at > now.before(every) && session.last_seen_at <= now.after(every);
            let is_news = generation.is_news(number);
            if lately && !is_news {
                return Ok(false);
            }
            session.last_seen_at = now;
            session.expires_at = expires_at;
            if is_news {
                generation.seen_at = Some(now);
            }
            Ok(true)
        })
    }

    async fn note_proof(&mut self, user: UserId, id: SessionId, now: Timestamp) -> StoreResult<bool> {
        self.write(|data| {
            let stored = data.sessions.get_mut(&id).map(|stored| &mut stored.session);
            let theirs = stored.filter(|session| session.user == user && session.is_live(now));
            Ok(theirs.map(|session| session.proved_at = Some(now)).is_some())
        })
    }

    async fn note_writing(&mut self, id: SessionId, until: Timestamp) -> StoreResult<()> {
        self.write(|data| {
            let session = data.sessions.get_mut(&id).map(|stored| &mut stored.session);
            if let Some(session) = session {
                session.writes_until = session.writes_until.max(Some(until));
            }
            Ok(())
        })
    }

    async fn list_for(&mut self, user: UserId, now: Timestamp, limit: u32) -> StoreResult<Vec<Session>> {
        self.look(|data| live_of(data, user, now).into_iter().take(limit as usize).collect())
    }

    async fn count_live(&mut self, now: Timestamp) -> StoreResult<u64> {
        self.look(|data| data.sessions.values().filter(|stored| stored.session.is_live(now)).count() as u64)
    }

    async fn history_of(&mut self, user: UserId, after: Option<SessionId>, limit: u32) -> StoreResult<Vec<Session>> {
        self.look(|data| {
            let all = data.sessions.values().map(|stored| &stored.session);
            let theirs = all.filter(|session| session.user == user && after.is_none_or(|after| session.id > after));
            theirs.take(limit as usize).cloned().collect()
        })
    }

    async fn last_seen(&mut self, user: UserId) -> StoreResult<Option<Timestamp>> {
        self.look(|data| {
            let sessions = data.sessions.values().map(|stored| &stored.session);
            sessions.filter(|session| session.user == user).map(|session| session.last_seen_at).max()
        })
    }

    async fn revoke(&mut self, user: UserId, id: SessionId, now: Timestamp) -> StoreResult<bool> {
        self.write(|data| match data.sessions.get_mut(&id).map(|stored| &mut stored.session) {
            Some(session) if session.user == user && session.revoked_at.is_none() => {
                session.revoked_at = Some(now);
                Ok(true)
            }
            _ => Ok(false),
        })
    }

    async fn revoke_all_for(&mut self, user: UserId, keep: Option<SessionId>, now: Timestamp) -> StoreResult<u64> {
        self.write(|data| {
            let all = data.sessions.values_mut().map(|stored| &mut stored.session);
            let theirs = all.filter(|session| session.user == user && Some(session.id) != keep);
            let mut revoked = 0;
            for session in theirs.filter(|session| session.revoked_at.is_none()) {
                session.revoked_at = Some(now);
                revoked += 1;
            }
            Ok(revoked)
        })
    }

    async fn revoke_everybodys(&mut self, now: Timestamp) -> StoreResult<u64> {
        self.write(|data| {
            let live = data.sessions.values_mut().filter(|stored| stored.session.revoked_at.is_none());
            Ok(live.map(|stored| stored.session.revoked_at = Some(now)).count() as u64)
        })
    }

    async fn revoke_beyond(&mut self, user: UserId, most: u32, now: Timestamp) -> StoreResult<u64> {
        self.write(|data| {
            let beyond: Vec<_> = live_of(data, user, now).into_iter().skip(most as usize).collect();
            for session in &beyond {
                if let Some(stored) = data.sessions.get_mut(&session.id) {
                    stored.session.revoked_at = Some(now);
                }
            }
            Ok(beyond.len() as u64)
        })
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(|data| {
            let mut over: Vec<_> = data.sessions.values().map(|stored| &stored.session).cloned().collect();
            over.retain(|session| session.expires_at < before);
            over.sort_by_key(|session| session.expires_at);
            over.truncate(limit as usize);
            for session in &over {
                data.sessions.remove(&session.id);
                data.challenges.retain(|_, challenge| challenge.scope.session() != Some(session.id));
            }
            Ok(over.len() as u64)
        })
    }
}

impl Data {
    fn holder(&self, user: User, session: Option<Session>, generation: Generation, beside: Beside) -> SessionHolder {
        let at = self.at_hand(user.id, beside.at);
        let is_asked = beside.second_factor || at.as_ref().is_some_and(|at| at.organization.requires_second_factor);
        let lacks_second_factor = is_asked && self.lacks_second_factor(user.id);
        SessionHolder { user, session, generation, at, lacks_second_factor }
    }

    fn at_hand(&self, user: UserId, at: Option<OrganizationId>) -> Option<AtHand> {
        let organization = self.organizations.get(&at?)?.clone();
        let role = self.memberships.get(&(organization.id, user))?.role;
        let is_barred = self.is_barred(user, organization.id);
        Some(AtHand { organization, role, is_barred })
    }
}

/// Those first that were used last.
fn live_of(data: &Data, user: UserId, now: Timestamp) -> Vec<Session> {
    let all = data.sessions.values().map(|stored| &stored.session);
    let mut live: Vec<Session> = all.filter(|session| session.user == user && session.is_live(now)).cloned().collect();
    live.sort_by_key(|session| Reverse((session.last_seen_at, session.id)));
    live
}
