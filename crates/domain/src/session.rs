//! A session: one log-in of one user, which every credential of theirs is bound to.

use std::{net::IpAddr, time::Duration};

use crate::{Timestamp, TokenDigest, UserAgent, UserId, id, named_enum};

id! {
    /// Names a [`Session`].
    SessionId
}

named_enum! {
    /// How a client shows that it has the session.
    pub enum SessionKind {
        /// By access tokens, renewed with refresh tokens.
        Token = "token",
        /// By a cookie, which browsers keep from scripts.
        Cookie = "cookie",
    }
}

/// One log-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Identity; access tokens carry it as `sid`. No secret.
    pub id: SessionId,
    /// Who logged in. Deleting the user deletes the session.
    pub user: UserId,
    /// How the client shows that it has it.
    pub kind: SessionKind,
    /// Where the user logged in from.
    pub address: Option<IpAddr>,
    /// What the program called itself then.
    pub user_agent: Option<UserAgent>,
    /// When the user logged in.
    pub created_at: Timestamp,
    /// When it was used last, give or take what [`SessionSpans::seen_every`] says.
    pub last_seen_at: Timestamp,
    /// It is over from this moment on. Each use puts it off, but never beyond `ends_at`.
    pub expires_at: Timestamp,
    /// It is over from this moment on, however it is used.
    pub ends_at: Timestamp,
    /// When it was ended by hand: by logging out or because the account changed.
    pub revoked_at: Option<Timestamp>,
    /// When its user proved last who they are, by the strongest that they have: by logging in, or by being asked again. `None` for
    /// as long as a trusted device stood in for that.
    pub proved_at: Option<Timestamp>,
    /// Until then it may write, and later not without moving this on; `None` if that was never noted.
    pub writes_until: Option<Timestamp>,
}

impl Session {
    /// For how long a request that may write can go on, and the clocks of two servers differ.
    pub const WRITING: Duration = Duration::from_mins(1);

    /// Until then, what its user wrote may be missing where reads are served that may be old. Whoever logged in just now may have
    /// written before.
    #[must_use]
    pub fn fresh_until(&self) -> Timestamp {
        let opened = self.created_at.after(Self::WRITING);
        self.writes_until.map_or(opened, |until| until.max(opened))
    }

    /// What [`writes_until`](Self::writes_until) has to become before a request writes at this moment; `None` where it reaches far
    /// enough. So whoever writes all the time moves it on once a minute.
    #[must_use]
    pub fn writing(&self, now: Timestamp) -> Option<Timestamp> {
        let reaches = self.fresh_until() >= now.after(Self::WRITING);
        (!reaches).then(|| now.after(2 * Self::WRITING))
    }

    /// Neither ended nor expired. `expires_at` is never beyond `ends_at`, so the latter need not be asked.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether its user proved who they are within this span; a clock that was ahead by more proves nothing.
    #[must_use]
    pub fn is_proved_within(&self, span: Duration, now: Timestamp) -> bool {
        self.proved_at.is_some_and(|proved_at| proved_at > now.before(span) && proved_at < now.after(span))
    }

    /// The device that the user logged in with, in plain words.
    #[must_use]
    pub fn device(&self) -> String {
        crate::device(self.user_agent.as_ref())
    }
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionSpans {
    /// Unused for so long, a session is over.
    pub idle: Duration,
    /// After so long it is over in any case.
    pub absolute: Duration,
    /// Use is noted so often at the most, so that not every request writes.
    pub seen_every: Duration,
}

impl SessionSpans {
    /// When a session is over that is used now and ends at `ends_at` in any case.
    #[must_use]
    pub fn expiry(&self, now: Timestamp, ends_at: Timestamp) -> Timestamp {
        now.after(self.idle).min(ends_at)
    }

    /// Whether a use at this moment is worth noting: the last one noted was long ago, or by a clock that was ahead.
    #[must_use]
    pub fn is_worth_noting(&self, session: &Session, now: Timestamp) -> bool {
        let seen_at = session.last_seen_at;
        seen_at <= now.before(self.seen_every) || seen_at > now.after(self.seen_every)
    }
}

/// What recognises the secrets of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionDigests {
    /// Of the cookie, or of what all refresh tokens of the session have in common.
    pub secret: TokenDigest,
    /// Of the refresh token in force.
    pub refresh: Option<TokenDigest>,
}

/// A session as somebody finds it who wants to renew it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshableSession {
    /// The session; it may be over.
    pub session: Session,
    /// Recognises the refresh token in force.
    pub current: TokenDigest,
    /// The one before it, once there is one.
    pub replaced: Option<Replaced>,
    /// Which one is in force.
    pub generation: Generation,
}

/// The refresh token that is in force, among those that a session had. Access tokens bear the number of the one that they
/// came with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Generation {
    /// How many were in force before it; zero also for a session that has none.
    pub number: u32,
    /// When an access token that came with it was first used; not noted of the first generation.
    pub seen_at: Option<Timestamp>,
}

impl Generation {
    /// Use of an access token of this number would be the first sign that the refresh token in force reached somebody.
    #[must_use]
    pub fn is_news(&self, number: u32) -> bool {
        number > 0 && number == self.number && self.seen_at.is_none()
    }
}

/// A session was used, to be noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionUse {
    /// When.
    pub now: Timestamp,
    /// From when on the session is over, unless it is used before.
    pub expires_at: Timestamp,
    /// Nothing is noted that was noted so short a time ago.
    pub every: Duration,
    /// The number of the access token's generation; zero for a cookie.
    pub generation: u32,
}

/// A refresh token whose place another one took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// Recognises it.
    pub digest: TokenDigest,
    /// What its successor was derived with.
    pub salt: RefreshSalt,
}

/// Random bytes from which, together with a refresh token, its successor is made. Alone they are of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshSalt(pub [u8; 32]);

/// One refresh token in the place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// The one that must be in force.
    pub current: TokenDigest,
    /// The one that is in force afterwards.
    pub next: TokenDigest,
    /// What it was derived with.
    pub salt: RefreshSalt,
    /// The number of the next one's generation.
    pub generation: u32,
    /// When.
    pub now: Timestamp,
    /// From when on the session is over, unless it is used before.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn session() -> Session {
        Session {
            id: SessionId(Uuid::nil()),
            user: UserId(Uuid::nil()),
            kind: SessionKind::Token,
            address: None,
            user_agent: None,
            created_at: at(0),
            last_seen_at: at(0),
            expires_at: at(60),
            ends_at: at(90),
            revoked_at: None,
            proved_at: Some(at(0)),
            writes_until: None,
        }
    }

    #[test]
    fn a_session_lives_until_it_expires_or_is_revoked() {
        assert!(session().is_live(at(59)));
        assert!(!session().is_live(at(60)));
        assert!(!Session { revoked_at: Some(at(1)), ..session() }.is_live(at(2)));
    }

    #[test]
    fn a_proof_is_recent_for_a_span() {
        let minute = Duration::from_mins(1);
        assert!(session().is_proved_within(minute, at(59)));
        assert!(!session().is_proved_within(minute, at(60)));
        assert!(!Session { proved_at: Some(at(1_000)), ..session() }.is_proved_within(minute, at(59)));
        assert!(!Session { proved_at: None, ..session() }.is_proved_within(minute, at(0)));
    }

    /// And at once after it was opened, since whoever logs in may have written before.
    #[test]
    fn whoever_writes_notes_it_for_longer_than_a_request_takes() {
        assert_eq!(session().fresh_until(), at(60));
        assert_eq!(session().writing(at(0)), None);
        assert_eq!(session().writing(at(1)), Some(at(121)));
        let writing = Session { writes_until: Some(at(121)), ..session() };
        assert_eq!(writing.fresh_until(), at(121));
        assert_eq!(writing.writing(at(61)), None);
        assert_eq!(writing.writing(at(62)), Some(at(182)));
    }

    #[test]
    fn use_prolongs_a_session_up_to_its_end() {
        let (idle, absolute) = (Duration::from_mins(1), Duration::from_secs(90));
        let spans = SessionSpans { idle, absolute, seen_every: Duration::from_secs(10) };
        assert_eq!(spans.expiry(at(20), at(90)), at(80));
        assert_eq!(spans.expiry(at(40), at(90)), at(90));
        assert!(!spans.is_worth_noting(&session(), at(9)));
        assert!(spans.is_worth_noting(&session(), at(10)));
    }
}
