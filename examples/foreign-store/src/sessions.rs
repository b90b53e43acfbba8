//! The sessions.

use std::cmp::Reverse;

use async_trait::async_trait;
use ironplate_application::ports::{
    AtHand, Beside, Constraint, SessionHolder, SessionRepository, StoreError, StoreResult,
};
use ironplate_domain::{
    Challenge, Generation, Membership, Organization, OrganizationId, RefreshableSession, Replaced, Rotation, Session,
    SessionDigests, SessionId, SessionKind, SessionUse, Timestamp, TokenDigest, User, UserId,
};

use crate::{
    handle::Handle,
    records::{Rows, StoredSession, membership_key},
};

#[async_trait]
impl SessionRepository for Handle {
    async fn insert(&mut self, session: &Session, keys: &SessionDigests) -> StoreResult<()> {
        self.call(|rows| {
            rows.check_user(session.user, Constraint::SessionUser)?;
            if of_secret(rows, keys.secret)?.is_some() {
                return Err(StoreError::Internal("the secret is taken".into()));
            }
            let (session, generation) = (session.clone(), Generation::default());
            rows.insert(&StoredSession { session, keys: *keys, replaced: None, generation })
        })
    }

    async fn find_holder(
        &mut self,
        user: UserId,
        session: SessionId,
        beside: Beside,
    ) -> StoreResult<Option<SessionHolder>> {
        self.call(|rows| {
            let Some(user) = rows.find::<User>(user.0.as_bytes())? else { return Ok(None) };
            let stored = rows.find::<StoredSession>(session.0.as_bytes())?;
            let stored = stored.filter(|stored| stored.session.user == user.id);
            let generation = stored.as_ref().map(|stored| stored.generation).unwrap_or_default();
            Ok(Some(holder(rows, user, stored.map(|stored| stored.session), generation, beside)?))
        })
    }

    async fn find_holder_of_cookie(
        &mut self,
        secret: TokenDigest,
        beside: Beside,
    ) -> StoreResult<Option<SessionHolder>> {
        self.call(|rows| {
            let stored = of_secret(rows, secret)?.filter(|stored| stored.session.kind == SessionKind::Cookie);
            let Some(StoredSession { session, generation, .. }) = stored else { return Ok(None) };
            let user = rows.find::<User>(session.user.0.as_bytes())?;
            user.map(|user| holder(rows, user, Some(session), generation, beside)).transpose()
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
        self.call(|rows| {
            let stored = of_secret(rows, secret)?.filter(|stored| stored.session.kind == SessionKind::Token);
            let Some(StoredSession { session, keys, replaced, generation }) = stored else { return Ok(None) };
            Ok(keys.refresh.map(|current| RefreshableSession { session, current, replaced, generation }))
        })
    }

    async fn rotate(&mut self, id: SessionId, rotation: &Rotation) -> StoreResult<bool> {
        let Rotation { current, next, salt, generation, now, expires_at } = *rotation;
        let is_current = |stored: &StoredSession| stored.keys.refresh == Some(current) && stored.session.is_live(now);
        let rotate = |stored: &mut StoredSession| {
            stored.keys.refresh = Some(next);
            stored.replaced = Some(Replaced { digest: current, salt });
            stored.generation = Generation { number: generation, seen_at: None };
            stored.session.last_seen_at = now;
            stored.session.expires_at = expires_at;
        };
        self.call(|rows| Ok(rows.change(id.0.as_bytes(), is_current, rotate)?.is_some()))
    }

    async fn note_use(&mut self, id: SessionId, used: &SessionUse) -> StoreResult<bool> {
        let SessionUse { now, expires_at, every, generation: number } = *used;
        let is_worth_it = |StoredSession { session, generation, .. }: &StoredSession| {
            let lately = session.last_seen_at > now.before(every) && session.last_seen_at <= now.after(every);
            session.is_live(now) && (!lately || generation.is_news(number))
        };
        let note = |StoredSession { session, generation, .. }: &mut StoredSession| {
            session.last_seen_at = now;
            session.expires_at = expires_at;
            if generation.is_news(number) {
                generation.seen_at = Some(now);
            }
        };
        self.call(|rows| Ok(rows.change(id.0.as_bytes(), is_worth_it, note)?.is_some()))
    }

    async fn note_proof(&mut self, user: UserId, id: SessionId, now: Timestamp) -> StoreResult<bool> {
        let is_theirs = |stored: &StoredSession| stored.session.user == user && stored.session.is_live(now);
        let note = |stored: &mut StoredSession| stored.session.proved_at = Some(now);
        self.call(|rows| Ok(rows.change(id.0.as_bytes(), is_theirs, note)?.is_some()))
    }

    async fn note_writing(&mut self, id: SessionId, until: Timestamp) -> StoreResult<()> {
        let note = |stored: &mut StoredSession| {
            stored.session.writes_until = stored.session.writes_until.max(Some(until));
        };
        self.call(|rows| rows.change(id.0.as_bytes(), |_| true, note).map(drop))
    }

    async fn list_for(&mut self, user: UserId, now: Timestamp, limit: u32) -> StoreResult<Vec<Session>> {
        self.call(|rows| Ok(live_of(rows, user, now)?.into_iter().take(limit as usize).collect()))
    }

    async fn count_live(&mut self, now: Timestamp) -> StoreResult<u64> {
        self.call(|rows| Ok(rows.those(|stored: &StoredSession| stored.session.is_live(now))?.len() as u64))
    }

    async fn history_of(&mut self, user: UserId, after: Option<SessionId>, limit: u32) -> StoreResult<Vec<Session>> {
        self.call(|rows| {
            let is_behind = |session: &Session| after.is_none_or(|after| session.id > after);
            let theirs = of_user(rows, user)?.into_iter().map(|stored| stored.session).filter(is_behind);
            Ok(theirs.take(limit as usize).collect())
        })
    }

    async fn last_seen(&mut self, user: UserId) -> StoreResult<Option<Timestamp>> {
        self.call(|rows| Ok(of_user(rows, user)?.iter().map(|stored| stored.session.last_seen_at).max()))
    }

    async fn revoke(&mut self, user: UserId, id: SessionId, now: Timestamp) -> StoreResult<bool> {
        let is_theirs = |stored: &StoredSession| stored.session.user == user && stored.session.revoked_at.is_none();
        let revoke = |stored: &mut StoredSession| stored.session.revoked_at = Some(now);
        self.call(|rows| Ok(rows.change(id.0.as_bytes(), is_theirs, revoke)?.is_some()))
    }

    async fn revoke_all_for(&mut self, user: UserId, keep: Option<SessionId>, now: Timestamp) -> StoreResult<u64> {
        let is_theirs = |StoredSession { session, .. }: &StoredSession| {
            session.user == user && Some(session.id) != keep && session.revoked_at.is_none()
        };
        self.call(|rows| rows.change_all(is_theirs, |stored| stored.session.revoked_at = Some(now)))
    }

    async fn revoke_everybodys(&mut self, now: Timestamp) -> StoreResult<u64> {
        let is_live = |stored: &StoredSession| stored.session.revoked_at.is_none();
        self.call(|rows| rows.change_all(is_live, |stored| stored.session.revoked_at = Some(now)))
    }

    async fn revoke_beyond(&mut self, user: UserId, most: u32, now: Timestamp) -> StoreResult<u64> {
        self.call(|rows| {
            let beyond: Vec<_> =
                live_of(rows, user, now)?.into_iter().skip(most as usize).map(|session| session.id).collect();
            let is_beyond = |stored: &StoredSession| beyond.contains(&stored.session.id);
            rows.change_all(is_beyond, |stored| stored.session.revoked_at = Some(now))
        })
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.call(|rows| {
            let mut over = rows.those(|stored: &StoredSession| stored.session.expires_at < before)?;
            over.sort_by_key(|stored| stored.session.expires_at);
            over.truncate(limit as usize);
            for stored in &over {
                let session = Some(stored.session.id);
                rows.remove_all(&rows.those(|challenge: &Challenge| challenge.scope.session() == session)?)?;
            }
            rows.remove_all(&over)
        })
    }
}

fn of_secret(rows: &Rows, secret: TokenDigest) -> StoreResult<Option<StoredSession>> {
    Ok(rows.those(|stored: &StoredSession| stored.keys.secret == secret)?.pop())
}

fn of_user(rows: &Rows, user: UserId) -> StoreResult<Vec<StoredSession>> {
    rows.those(|stored: &StoredSession| stored.session.user == user)
}

/// Those first that were used last.
fn live_of(rows: &Rows, user: UserId, now: Timestamp) -> StoreResult<Vec<Session>> {
    let theirs = of_user(rows, user)?.into_iter().map(|stored| stored.session);
    let mut live: Vec<Session> = theirs.filter(|session| session.is_live(now)).collect();
    live.sort_by_key(|session| Reverse((session.last_seen_at, session.id)));
    Ok(live)
}

/// With what is asked for beside them.
fn holder(
    rows: &Rows,
    user: User,
    session: Option<Session>,
    generation: Generation,
    beside: Beside,
) -> StoreResult<SessionHolder> {
    let at = at_hand(rows, user.id, beside.at)?;
    let is_asked = beside.second_factor || at.as_ref().is_some_and(|at| at.organization.requires_second_factor);
    let lacks_second_factor = is_asked && rows.lacks_second_factor(user.id)?;
    Ok(SessionHolder { user, session, generation, at, lacks_second_factor })
}

/// The organisation that was asked for, if the user is a member.
fn at_hand(rows: &Rows, user: UserId, at: Option<OrganizationId>) -> StoreResult<Option<AtHand>> {
    let Some(organization) = at else { return Ok(None) };
    let Some(membership) = rows.find::<Membership>(&membership_key(organization, user))? else { return Ok(None) };
    let Some(organization) = rows.find::<Organization>(organization.0.as_bytes())? else { return Ok(None) };
    let is_barred = rows.is_barred(user, organization.id)?;
    Ok(Some(AtHand { organization, role: membership.role, is_barred }))
}
