//! Rows of `sessions`.

use diesel::{deserialize, prelude::*};
use ironplate_application::ports::BoxError;
use ironplate_domain::{
    Generation, RefreshSalt, RefreshableSession, Replaced, Session, SessionDigests, SessionId, SessionKind,
    TokenDigest, UserAgent, UserId,
};

use super::sessions;
use crate::types::{Id, Moment};

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub(super) struct SessionRow {
    id: Id,
    user_id: Id,
    kind: String,
    address: Option<String>,
    user_agent: Option<String>,
    created_at: Moment,
    last_seen_at: Moment,
    expires_at: Moment,
    ends_at: Moment,
    revoked_at: Option<Moment>,
    proved_at: Option<Moment>,
    writes_until: Option<Moment>,
}

/// Fails for what this version never writes.
impl TryFrom<SessionRow> for Session {
    type Error = BoxError;

    fn try_from(row: SessionRow) -> Result<Self, BoxError> {
        Ok(Self {
            id: SessionId(row.id.0),
            user: UserId(row.user_id.0),
            kind: SessionKind::from_name(&row.kind).ok_or("the kind is unknown")?,
            address: row.address.and_then(|address| address.parse().ok()),
            user_agent: row.user_agent.as_deref().and_then(UserAgent::new),
            created_at: row.created_at.0,
            last_seen_at: row.last_seen_at.0,
            expires_at: row.expires_at.0,
            ends_at: row.ends_at.0,
            revoked_at: row.revoked_at.map(|moment| moment.0),
            proved_at: row.proved_at.map(|moment| moment.0),
            writes_until: row.writes_until.map(|moment| moment.0),
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub(super) struct NewSessionRow<'a> {
    id: Id,
    user_id: Id,
    kind: &'static str,
    address: Option<String>,
    user_agent: Option<&'a str>,
    created_at: Moment,
    last_seen_at: Moment,
    expires_at: Moment,
    ends_at: Moment,
    revoked_at: Option<Moment>,
    proved_at: Option<Moment>,
    writes_until: Option<Moment>,
    secret_digest: Vec<u8>,
    refresh_digest: Option<Vec<u8>>,
}

impl<'a> NewSessionRow<'a> {
    pub(super) fn new(session: &'a Session, keys: &SessionDigests) -> Self {
        Self {
            id: Id(session.id.0),
            user_id: Id(session.user.0),
            kind: session.kind.name(),
            address: session.address.map(|address| address.to_string()),
            user_agent: session.user_agent.as_ref().map(UserAgent::as_str),
            created_at: Moment(session.created_at),
            last_seen_at: Moment(session.last_seen_at),
            expires_at: Moment(session.expires_at),
            ends_at: Moment(session.ends_at),
            revoked_at: session.revoked_at.map(Moment),
            proved_at: session.proved_at.map(Moment),
            writes_until: session.writes_until.map(Moment),
            secret_digest: keys.secret.0.to_vec(),
            refresh_digest: keys.refresh.map(|digest| digest.0.to_vec()),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub(super) struct GenerationRow {
    refresh_generation: i32,
    refresh_seen_at: Option<Moment>,
}

impl From<GenerationRow> for Generation {
    fn from(row: GenerationRow) -> Self {
        let number = u32::try_from(row.refresh_generation).unwrap_or(0);
        Self { number, seen_at: row.refresh_seen_at.map(|moment| moment.0) }
    }
}

/// What is needed to renew a session, beside the session.
#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub(super) struct RefreshRow {
    refresh_digest: Option<Vec<u8>>,
    replaced: Option<Vec<u8>>,
    #[diesel(embed)]
    generation: GenerationRow,
}

/// `None` for a session that has no refresh token.
pub(super) fn refreshable(session: SessionRow, refresh: RefreshRow) -> deserialize::Result<Option<RefreshableSession>> {
    let Some(current) = refresh.refresh_digest else { return Ok(None) };
    let replaced = refresh.replaced.as_deref().map(replaced).transpose()?;
    let (session, current) = (session.try_into()?, TokenDigest(bytes(current)?));
    Ok(Some(RefreshableSession { session, current, replaced, generation: refresh.generation.into() }))
}

/// The digest, and the salt behind it.
fn replaced(stored: &[u8]) -> deserialize::Result<Replaced> {
    let (digest, salt) = stored.split_at_checked(32).ok_or("what was replaced is too short")?;
    Ok(Replaced { digest: TokenDigest(bytes(digest.to_vec())?), salt: RefreshSalt(bytes(salt.to_vec())?) })
}

fn bytes(stored: Vec<u8>) -> deserialize::Result<[u8; 32]> {
    stored.try_into().map_err(|_| "a digest does not have 32 bytes".into())
}
