//! The table `sessions`.

mod rows;

use async_trait::async_trait;
use diesel::{
    dsl::{case_when, not},
    prelude::*,
    result::Error,
    sql_types::{Bool, Nullable},
};
use ironplate_application::ports::{Beside, SessionHolder, SessionRepository, StoreResult};
use ironplate_domain::{
    Generation, OrganizationId, RefreshableSession, Rotation, Session, SessionDigests, SessionId, SessionKind,
    SessionUse, Timestamp, TokenDigest, UserId,
};
use uuid::Uuid;

use self::rows::{GenerationRow, NewSessionRow, RefreshRow, SessionRow, refreshable};
use super::{
    super::Db,
    StoreHandle,
    authenticator_apps::{authenticator_apps, lacks_second_factor},
    constraints::{Violable, violable},
    handle::Rows,
    list,
    memberships::{AtHandRow, memberships},
    number,
    organizations::organizations,
    passkeys::passkeys,
    users::{Row as UserRow, users},
};
use crate::types::{DbTimestamp, Id, Moment};

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    sessions (id) {
        id -> DbUuid,
        user_id -> DbUuid,
        created_at -> DbTimestamp,
        expires_at -> DbTimestamp,
        revoked_at -> Nullable<DbTimestamp>,
        kind -> Text,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        last_seen_at -> DbTimestamp,
        ends_at -> DbTimestamp,
        secret_digest -> Binary,
        refresh_digest -> Nullable<Binary>,
        replaced -> Nullable<Binary>,
        refresh_seen_at -> Nullable<DbTimestamp>,
        refresh_generation -> Integer,
        proved_at -> Nullable<DbTimestamp>,
        writes_until -> Nullable<DbTimestamp>,
    }
}

/// Sessions that one call ends at the most, of those that are too many.
const BEYOND: i64 = 1_000;

/// A user with the session that was asked for, if it is theirs.
type Found = (UserRow, Option<(SessionRow, GenerationRow)>);

/// The same with the organisation at hand, if they are a member.
type FoundAtHand = (Found, Option<AtHandRow>);

/// `holders!(self, name, query, beside)`: whom a query of users and their sessions finds. What is not asked is not looked up, and the
/// statement is one that is prepared for that.
macro_rules! holders {
    ($handle:ident, $name:literal, $query:expr, $beside:expr) => {{
        let Beside { at, second_factor } = $beside;
        let holders: QueryResult<Vec<SessionHolder>> = match at {
            None if !second_factor => {
                let found = $handle
                    .load_within::<Found, Found>($name, Violable::NONE, $query.select(<Found>::as_select()), Rows::Few)
                    .await?;
                found.into_iter().map(|found| holder((found, None), false)).collect()
            }
            None => {
                let lacks = lacks_second_factor!(authenticator_apps, passkeys, users::id);
                let query = $query.select((<Found>::as_select(), lacks));
                let found = $handle
                    .load_within::<(Found, bool), (Found, bool)>($name, Violable::NONE, query, Rows::Few)
                    .await?;
                found.into_iter().map(|(found, lacks)| holder((found, None), lacks)).collect()
            }
            Some(OrganizationId(organization)) => {
                // Asked of nobody else: databases stop at what decides.
                let is_asked = organizations::requires_second_factor.nullable().or(second_factor.into_sql::<Bool>());
                let lacks = is_asked.and(lacks_second_factor!(authenticator_apps, passkeys, users::id));
                let theirs = memberships::organization_id.eq(Id(organization)).and(memberships::user_id.eq(users::id));
                let query = $query
                    .left_join(memberships::table.on(theirs))
                    .left_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
                    .select((<FoundAtHand>::as_select(), lacks));
                let found = $handle
                    .load_within::<(FoundAtHand, Option<bool>), (FoundAtHand, Option<bool>)>(
                        $name,
                        Violable::NONE,
                        query,
                        Rows::Few,
                    )
                    .await?;
                found.into_iter().map(|(found, lacks)| holder(found, lacks.unwrap_or_default())).collect()
            }
        };
        $handle.done(holders, Violable::NONE)
    }};
}

#[async_trait]
impl SessionRepository for StoreHandle {
    async fn insert(&mut self, session: &Session, keys: &SessionDigests) -> StoreResult<()> {
        let row = NewSessionRow::new(session, keys);
        self.execute_within("sessions.insert", violable![SessionUser], diesel::insert_into(sessions::table).values(row))
            .await
            .map(drop)
    }

    async fn find_holder(
        &mut self,
        user: UserId,
        session: SessionId,
        beside: Beside,
    ) -> StoreResult<Option<SessionHolder>> {
        let theirs = sessions::user_id.eq(users::id).and(sessions::id.eq(Id(session.0)));
        let query = users::table.left_join(sessions::table.on(theirs)).filter(users::id.eq(Id(user.0)));
        Ok(holders!(self, "sessions.find_holder", query, beside)?.pop())
    }

    async fn find_holder_of_cookie(
        &mut self,
        secret: TokenDigest,
        beside: Beside,
    ) -> StoreResult<Option<SessionHolder>> {
        let query = sessions::table
            .inner_join(users::table.on(users::id.eq(sessions::user_id)))
            .filter(sessions::secret_digest.eq(&secret.0[..]))
            .filter(sessions::kind.eq(SessionKind::Cookie.name()));
        Ok(holders!(self, "sessions.find_holder_of_cookie", query, beside)?.pop())
    }

    async fn find_holders_of_cookies(
        &mut self,
        secrets: &[TokenDigest],
        beside: Beside,
    ) -> StoreResult<Vec<SessionHolder>> {
        let secrets = secrets.iter().map(|secret| &secret.0[..]);
        let query = sessions::table
            .inner_join(users::table.on(users::id.eq(sessions::user_id)))
            .filter(sessions::secret_digest.eq_any(secrets))
            .filter(sessions::kind.eq(SessionKind::Cookie.name()));
        holders!(self, "sessions.find_holders_of_cookies", query, beside)
    }

    async fn find_refreshable(&mut self, secret: TokenDigest) -> StoreResult<Option<RefreshableSession>> {
        let row = self
            .optional::<(SessionRow, RefreshRow), (SessionRow, RefreshRow)>(
                "sessions.find_refreshable",
                sessions::table
                    .filter(sessions::secret_digest.eq(&secret.0[..]))
                    .filter(sessions::kind.eq(SessionKind::Token.name()))
                    .select((SessionRow::as_select(), RefreshRow::as_select())),
            )
            .await?;
        let found = row.map(|(session, refresh)| refreshable(session, refresh)).transpose();
        Ok(self.done(found.map_err(Error::DeserializationError), Violable::NONE)?.flatten())
    }

    async fn rotate(&mut self, id: SessionId, rotation: &Rotation) -> StoreResult<bool> {
        let Rotation { current, next, salt, generation, now, expires_at } = rotation;
        self.execute_one(
            "sessions.rotate",
            diesel::update(
                sessions::table
                    .find(Id(id.0))
                    .filter(sessions::refresh_digest.eq(&current.0[..]))
                    .filter(sessions::revoked_at.is_null())
                    .filter(sessions::expires_at.gt(Moment(*now))),
            )
            .set((
                sessions::refresh_digest.eq(&next.0[..]),
                sessions::replaced.eq([current.0, salt.0].concat()),
                sessions::refresh_seen_at.eq(None::<Moment>),
                sessions::refresh_generation.eq(number(*generation)),
                sessions::last_seen_at.eq(Moment(*now)),
                sessions::expires_at.eq(Moment(*expires_at)),
            )),
        )
        .await
    }

    async fn note_use(&mut self, id: SessionId, used: &SessionUse) -> StoreResult<bool> {
        let SessionUse { now, expires_at, every, generation } = *used;
        let is_current = sessions::refresh_generation.eq(number(generation)).and(sessions::refresh_generation.gt(0));
        let is_news = is_current.and(sessions::refresh_seen_at.is_null());
        let seen_lately = sessions::last_seen_at.gt(Moment(now.before(every)));
        // Noted by a clock that was ahead.
        let seen_in_future = sessions::last_seen_at.gt(Moment(now.after(every)));
        self.execute_one(
            "sessions.note_use",
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
            )),
        )
        .await
    }

    async fn note_proof(&mut self, user: UserId, id: SessionId, now: Timestamp) -> StoreResult<bool> {
        self.execute_one(
            "sessions.note_proof",
            diesel::update(
                sessions::table
                    .find(Id(id.0))
                    .filter(sessions::user_id.eq(Id(user.0)))
                    .filter(sessions::revoked_at.is_null())
                    .filter(sessions::expires_at.gt(Moment(now))),
            )
            .set(sessions::proved_at.eq(Some(Moment(now)))),
        )
        .await
    }

    async fn note_writing(&mut self, id: SessionId, until: Timestamp) -> StoreResult<()> {
        let reaches_further = sessions::writes_until.is_null().or(sessions::writes_until.lt(Moment(until)));
        self.execute_one(
            "sessions.note_writing",
            diesel::update(sessions::table.find(Id(id.0)).filter(reaches_further))
                .set(sessions::writes_until.eq(Some(Moment(until)))),
        )
        .await
        .map(drop)
    }

    async fn list_for(&mut self, user: UserId, now: Timestamp, limit: u32) -> StoreResult<Vec<Session>> {
        self.load("sessions.list_for", live_of(user, now).limit(limit.into()).select(SessionRow::as_select())).await
    }

    async fn count_live(&mut self, now: Timestamp) -> StoreResult<u64> {
        let unexpired = sessions::table.filter(sessions::expires_at.gt(Moment(now)));
        let live = unexpired.filter(sessions::revoked_at.is_null());
        Ok(self.one::<i64, i64>("sessions.count_live", live.count()).await?.unsigned_abs())
    }

    async fn history_of(&mut self, user: UserId, after: Option<SessionId>, limit: u32) -> StoreResult<Vec<Session>> {
        let after = after.map_or(Uuid::nil(), |id| id.0);
        self.load(
            "sessions.history_of",
            sessions::table
                .filter(sessions::user_id.eq(Id(user.0)))
                .filter(sessions::id.gt(Id(after)))
                .order(sessions::id)
                .limit(limit.into())
                .select(SessionRow::as_select()),
        )
        .await
    }

    async fn last_seen(&mut self, user: UserId) -> StoreResult<Option<Timestamp>> {
        let seen = self
            .optional::<Moment, Moment>(
                "sessions.last_seen",
                sessions::table
                    .filter(sessions::user_id.eq(Id(user.0)))
                    .order(sessions::last_seen_at.desc())
                    .select(sessions::last_seen_at)
                    .limit(1),
            )
            .await?;
        Ok(seen.map(|Moment(at)| at))
    }

    async fn revoke(&mut self, user: UserId, id: SessionId, now: Timestamp) -> StoreResult<bool> {
        self.execute_one(
            "sessions.revoke",
            diesel::update(
                sessions::table
                    .find(Id(id.0))
                    .filter(sessions::user_id.eq(Id(user.0)))
                    .filter(sessions::revoked_at.is_null()),
            )
            .set(sessions::revoked_at.eq(Moment(now))),
        )
        .await
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
        self.execute("sessions.revoke_all_for", live).await
    }

    async fn revoke_everybodys(&mut self, now: Timestamp) -> StoreResult<u64> {
        let live = sessions::table.filter(sessions::revoked_at.is_null());
        self.execute("sessions.revoke_everybodys", diesel::update(live).set(sessions::revoked_at.eq(Moment(now)))).await
    }

    async fn revoke_beyond(&mut self, user: UserId, most: u32, now: Timestamp) -> StoreResult<u64> {
        let beyond = self
            .load::<Id, Id>(
                "sessions.revoke_beyond.select",
                live_of(user, now).offset(most.into()).limit(BEYOND).select(sessions::id),
            )
            .await?;
        if beyond.is_empty() {
            return Ok(0);
        }
        self.execute(
            "sessions.revoke_beyond.update",
            diesel::update(sessions::table.filter(sessions::id.eq_any(beyond)))
                .set(sessions::revoked_at.eq(Moment(now))),
        )
        .await
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let over = self
            .load::<Id, Id>(
                "sessions.prune.select",
                skip_locked!(
                    sessions::table
                        .filter(sessions::expires_at.lt(Moment(before)))
                        .order(sessions::expires_at)
                        .limit(list::at_most(limit))
                        .select(sessions::id)
                ),
            )
            .await?;
        self.execute("sessions.prune.delete", diesel::delete(sessions::table.filter(sessions::id.eq_any(over)))).await
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

fn holder(((user, session), at): FoundAtHand, lacks_second_factor: bool) -> QueryResult<SessionHolder> {
    let read = || {
        let (session, generation) = session.unzip();
        Ok(SessionHolder {
            user: user.try_into()?,
            session: session.map(Session::try_from).transpose()?,
            generation: generation.map(Generation::from).unwrap_or_default(),
            at: at.map(|at| at.barred(lacks_second_factor)).transpose()?,
            lacks_second_factor,
        })
    };
    read().map_err(Error::DeserializationError)
}
