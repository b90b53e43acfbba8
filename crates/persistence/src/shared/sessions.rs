//! Queries on `sessions`.

use async_trait::async_trait;
use diesel::{
    dsl::{case_when, not},
    prelude::*,
    result::Error,
    sql_types::Nullable,
};
use diesel_async::RunQueryDsl;
use ironplate_application::ports::{Constraint, SessionHolder, SessionRepository, StoreResult};
use ironplate_domain::{
    Generation, Renewable, Rotation, Session, SessionId, SessionKeys, SessionKind, SessionUse, Timestamp, TokenDigest,
    User, UserId,
};
use uuid::Uuid;

use super::{super::Db, Handle, handle::in_time, list};
use crate::{
    rows::{GenerationRow, NewSessionRow, RefreshRow, SessionRow, UserRow, number, renewable},
    schema::{sessions, users},
    types::{DbTimestamp, Id, Moment},
};

/// Sessions that one call ends at the most, of those that are too many.
const BEYOND: i64 = 1_000;

#[async_trait]
impl SessionRepository for Handle {
    async fn insert(&mut self, session: &Session, keys: &SessionKeys) -> StoreResult<()> {
        let row = NewSessionRow::new(session, keys);
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
                .select((UserRow::as_select(), Option::<(SessionRow, GenerationRow)>::as_select()))
                .get_result(self.conn()?),
        )
        .await;
        let holder = row.and_then(|(user, session)| holder(user, session));
        self.done(holder.optional(), &[])
    }

    async fn find_holder_of_cookie(&mut self, secret: TokenDigest) -> StoreResult<Option<SessionHolder>> {
        let row = in_time(
            self.time_limit,
            sessions::table
                .inner_join(users::table.on(users::id.eq(sessions::user_id)))
                .filter(sessions::secret_digest.eq(&secret.0[..]))
                .filter(sessions::kind.eq(SessionKind::Cookie.name()))
                .select((UserRow::as_select(), (SessionRow::as_select(), GenerationRow::as_select())))
                .get_result(self.conn()?),
        )
        .await;
        let holder = row.and_then(|(user, session)| holder(user, Some(session)));
        self.done(holder.optional(), &[])
    }

    async fn find_holders_of_cookies(&mut self, secrets: &[TokenDigest]) -> StoreResult<Vec<SessionHolder>> {
        let secrets = secrets.iter().map(|secret| &secret.0[..]);
        let rows = in_time(
            self.time_limit,
            sessions::table
                .inner_join(users::table.on(users::id.eq(sessions::user_id)))
                .filter(sessions::secret_digest.eq_any(secrets))
                .filter(sessions::kind.eq(SessionKind::Cookie.name()))
                .select((UserRow::as_select(), (SessionRow::as_select(), GenerationRow::as_select())))
                .load(self.conn()?),
        )
        .await;
        let rows: Vec<(UserRow, (SessionRow, GenerationRow))> = self.done(rows, &[])?;
        let holders = rows.into_iter().map(|(user, session)| holder(user, Some(session))).collect();
        self.done(holders, &[])
    }

    async fn find_renewable(&mut self, secret: TokenDigest) -> StoreResult<Option<Renewable>> {
        let row = in_time(
            self.time_limit,
            sessions::table
                .filter(sessions::secret_digest.eq(&secret.0[..]))
                .filter(sessions::kind.eq(SessionKind::Token.name()))
                .select((SessionRow::as_select(), RefreshRow::as_select()))
                .get_result(self.conn()?),
        )
        .await;
        let found = row.and_then(|(session, refresh)| renewable(session, refresh).map_err(Error::DeserializationError));
        Ok(self.done(found.optional(), &[])?.flatten())
    }

    async fn rotate(&mut self, id: SessionId, rotation: &Rotation) -> StoreResult<bool> {
        let Rotation { current, next, salt, generation, now, expires_at } = rotation;
        let rotated = in_time(
            self.time_limit,
            diesel::update(
                sessions::table
                    .find(Id(id.0))
                    .filter(sessions::refresh_digest.eq(&current.0[..]))
                    .filter(sessions::revoked_at.is_null())
                    .filter(sessions::expires_at.gt(Moment(*now))),
            )
            .set((
                sessions::refresh_digest.eq(&next.0[..]),
                sessions::replaced_digest.eq(&current.0[..]),
                sessions::replaced_salt.eq(&salt.0[..]),
                sessions::refresh_seen_at.eq(None::<Moment>),
                sessions::refresh_generation.eq(number(*generation)),
                sessions::last_seen_at.eq(Moment(*now)),
                sessions::expires_at.eq(Moment(*expires_at)),
            ))
            .execute(self.conn()?),
        )
        .await;
        Ok(self.done(rotated, &[])? == 1)
    }

    async fn note_use(&mut self, id: SessionId, used: &SessionUse) -> StoreResult<bool> {
        let SessionUse { now, expires_at, every, generation } = *used;
        let is_current = sessions::refresh_generation.eq(number(generation)).and(sessions::refresh_generation.gt(0));
        let is_news = is_current.and(sessions::refresh_seen_at.is_null());
        let seen_lately = sessions::last_seen_at.gt(Moment(now.before(every)));
        // Noted by a clock that was ahead.
        let seen_in_future = sessions::last_seen_at.gt(Moment(now.after(every)));
        let noted = in_time(
            self.time_limit,
            diesel::update(
                sessions::table
                    .find(Id(id.0))
                    .filter(sessions::revoked_at.is_null())
                    .filter(sessions::expires_at.gt(Moment(now)))
                    .filter(not(seen_lately).or(seen_in_future).or(is_news)),
            )
            .set((
                sessions::last_seen_at.eq(Moment(now)),
                sessions::expires_at.eq(Moment(expires_at)),
                sessions::refresh_seen_at.eq(case_when(is_news, Some(Moment(now)).into_sql::<Nullable<DbTimestamp>>())
                    .otherwise(sessions::refresh_seen_at)),
            ))
            .execute(self.conn()?),
        )
        .await;
        Ok(self.done(noted, &[])? == 1)
    }

    async fn list_for(&mut self, user: UserId, now: Timestamp, limit: u32) -> StoreResult<Vec<Session>> {
        let rows = in_time(
            self.time_limit,
            live_of(user, now).limit(limit.into()).select(SessionRow::as_select()).load(self.conn()?),
        )
        .await;
        let rows: Vec<SessionRow> = self.done(rows, &[])?;
        let sessions = rows.into_iter().map(SessionRow::into_session).collect::<Result<_, _>>();
        self.done(sessions.map_err(Error::DeserializationError), &[])
    }

    async fn history_of(&mut self, user: UserId, after: Option<SessionId>, limit: u32) -> StoreResult<Vec<Session>> {
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let rows = in_time(
            self.time_limit,
            sessions::table
                .filter(sessions::user_id.eq(Id(user.0)))
                .filter(sessions::id.gt(Id(after)))
                .order(sessions::id)
                .limit(limit.into())
                .select(SessionRow::as_select())
                .load(self.conn()?),
        )
        .await;
        let rows: Vec<SessionRow> = self.done(rows, &[])?;
        let sessions = rows.into_iter().map(SessionRow::into_session).collect::<Result<_, _>>();
        self.done(sessions.map_err(Error::DeserializationError), &[])
    }

    async fn last_seen(&mut self, user: UserId) -> StoreResult<Option<Timestamp>> {
        let seen = in_time(
            self.time_limit,
            sessions::table
                .filter(sessions::user_id.eq(Id(user.0)))
                .order(sessions::last_seen_at.desc())
                .select(sessions::last_seen_at)
                .first::<Moment>(self.conn()?),
        )
        .await;
        Ok(self.done(seen.optional(), &[])?.map(|Moment(at)| at))
    }

    async fn revoke(&mut self, user: UserId, id: SessionId, now: Timestamp) -> StoreResult<bool> {
        let revoked = in_time(
            self.time_limit,
            diesel::update(
                sessions::table
                    .find(Id(id.0))
                    .filter(sessions::user_id.eq(Id(user.0)))
                    .filter(sessions::revoked_at.is_null()),
            )
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

    async fn revoke_beyond(&mut self, user: UserId, most: u32, now: Timestamp) -> StoreResult<u64> {
        let beyond = in_time(
            self.time_limit,
            live_of(user, now).offset(most.into()).limit(BEYOND).select(sessions::id).load::<Id>(self.conn()?),
        )
        .await;
        let beyond = self.done(beyond, &[])?;
        if beyond.is_empty() {
            return Ok(0);
        }
        let revoked = in_time(
            self.time_limit,
            diesel::update(sessions::table.filter(sessions::id.eq_any(beyond)))
                .set(sessions::revoked_at.eq(Moment(now)))
                .execute(self.conn()?),
        )
        .await;
        Ok(self.done(revoked, &[])? as u64)
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let over = in_time(
            self.time_limit,
            skip_locked!(
                sessions::table
                    .filter(sessions::expires_at.lt(Moment(before)))
                    .order(sessions::expires_at)
                    .limit(list::at_most(limit))
                    .select(sessions::id)
            )
            .load::<Id>(self.conn()?),
        )
        .await;
        let over = self.done(over, &[])?;
        let pruned = in_time(
            self.time_limit,
            diesel::delete(sessions::table.filter(sessions::id.eq_any(over))).execute(self.conn()?),
        )
        .await;
        Ok(self.done(pruned, &[])? as u64)
    }
}

/// Those first that were used last.
fn live_of(user: UserId, now: Timestamp) -> sessions::BoxedQuery<'static, Db> {
    sessions::table
        .filter(sessions::user_id.eq(Id(user.0)))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(Moment(now)))
        .order((sessions::last_seen_at.desc(), sessions::id.desc()))
        .into_boxed()
}

fn holder(user: UserRow, session: Option<(SessionRow, GenerationRow)>) -> QueryResult<SessionHolder> {
    let (session, generation) = session.unzip();
    let session = session.map(SessionRow::into_session).transpose().map_err(Error::DeserializationError)?;
    let generation = generation.map(Generation::from).unwrap_or_default();
    Ok(SessionHolder { user: User::from(user), session, generation })
}
