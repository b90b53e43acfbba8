//! Rows of `sessions`.

use diesel::prelude::*;
use ironplate_domain::{Session, SessionId, UserId};

use crate::{
    schema::sessions,
    types::{Id, Moment},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub(crate) struct SessionRow {
    id: Id,
    user_id: Id,
    created_at: Moment,
    expires_at: Moment,
    revoked_at: Option<Moment>,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: SessionId(row.id.0),
            user: UserId(row.user_id.0),
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            revoked_at: row.revoked_at.map(|moment| moment.0),
        }
    }
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            id: Id(session.id.0),
            user_id: Id(session.user.0),
            created_at: Moment(session.created_at),
            expires_at: Moment(session.expires_at),
            revoked_at: session.revoked_at.map(Moment),
        }
    }
}
