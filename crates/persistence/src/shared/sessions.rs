//! Queries on `sessions`.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use ironplate_application::ports::{Constraint, SessionHolder, SessionRepository, StoreResult};
use ironplate_domain::{Session, SessionId, Timestamp, User, UserId};

use super::{Handle, handle::in_time};
use crate::{
    rows::{SessionRow, UserRow},
    schema::{sessions, users},
    types::{Id, Moment},
};

#[async_trait]
impl SessionRepository for Handle {
    async fn insert(&mut self, session: &Session) -> StoreResult<()> {
        let row = SessionRow::from(session);
        let inserted =
            in_time(self.time_limit, diesel::insert_into(sessions::table).values(row).execute(self.conn()?)).await;
        self.done(inserted, &[Constraint::SessionUser]).map(drop)
    }

    async fn find_holder(&mut self, user: UserId, session: SessionId) -> StoreResult<Option<SessionHolder>> {
        let theirs = sessions::user_id.eq(users::id).and(sessions::id.eq(Id(session.0)));
        let row = in_time(
            self.time_limit,
            users::table
                .left_join(sessions::table.on(theirs))
                .filter(users::id.eq(Id(user.0)))
                .select((UserRow::as_select(), Option::<SessionRow>::as_select()))
                .get_result(self.conn()?),
        )
        .await;
        let row = self.done(row.optional(), &[])?;
        Ok(row.map(|(user, session)| SessionHolder { user: User::from(user), session: session.map(Session::from) }))
    }

    async fn revoke(&mut self, id: SessionId, now: Timestamp) -> StoreResult<bool> {
        let revoked = in_time(
            self.time_limit,
            diesel::update(sessions::table.find(Id(id.0)).filter(sessions::revoked_at.is_null()))
                .set(sessions::revoked_at.eq(Moment(now)))
                .execute(self.conn()?),
        )
        .await;
        Ok(self.done(revoked, &[])? == 1)
    }

    async fn revoke_all_for(&mut self, user: UserId, keep: Option<SessionId>, now: Timestamp) -> StoreResult<u64> {
        let mut live = diesel::update(sessions::table)
            .filter(sessions::user_id.eq(Id(user.0)))
            .filter(sessions::revoked_at.is_null())
            .set(sessions::revoked_at.eq(Moment(now)))
            .into_boxed();
        if let Some(keep) = keep {
            live = live.filter(sessions::id.ne(Id(keep.0)));
        }
        let revoked = in_time(self.time_limit, live.execute(self.conn()?)).await;
        Ok(self.done(revoked, &[])? as u64)
    }
}
