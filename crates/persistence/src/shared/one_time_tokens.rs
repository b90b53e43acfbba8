//! Queries on `one_time_tokens`.

use async_trait::async_trait;
use diesel::{prelude::*, result::Error, upsert::excluded};
use diesel_async::RunQueryDsl;
use ironplate_application::ports::{Constraint, OneTimeTokenRepository, StoreResult};
use ironplate_domain::{OneTimeToken, Timestamp, TokenDigest, TokenPurpose, UserId};

use super::{Handle, handle::in_time, list};
use crate::{
    rows::{NewOneTimeTokenRow, OneTimeTokenRow},
    schema::one_time_tokens,
    types::{Id, Moment},
};

#[async_trait]
impl OneTimeTokenRepository for Handle {
    async fn issue(&mut self, token: &OneTimeToken) -> StoreResult<()> {
        let issued = in_time(
            self.time_limit,
            diesel::insert_into(one_time_tokens::table)
                .values(NewOneTimeTokenRow::from(token))
                .on_conflict((one_time_tokens::user_id, one_time_tokens::purpose))
                .do_update()
                .set((
                    one_time_tokens::digest.eq(excluded(one_time_tokens::digest)),
                    one_time_tokens::email.eq(excluded(one_time_tokens::email)),
                    one_time_tokens::email_canonical.eq(excluded(one_time_tokens::email_canonical)),
                    one_time_tokens::created_at.eq(excluded(one_time_tokens::created_at)),
                    one_time_tokens::expires_at.eq(excluded(one_time_tokens::expires_at)),
                ))
                .execute(self.conn()?),
        )
        .await;
        self.done(issued, &[Constraint::TokenUser]).map(drop)
    }

    async fn current(&mut self, user: UserId, purpose: TokenPurpose) -> StoreResult<Option<OneTimeToken>> {
        let row = in_time(
            self.time_limit,
            one_time_tokens::table
                .filter(one_time_tokens::user_id.eq(Id(user.0)))
                .filter(one_time_tokens::purpose.eq(purpose.name()))
                .select(OneTimeTokenRow::as_select())
                .get_result(self.conn()?),
        )
        .await;
        self.done(token(row).optional(), &[])
    }

    async fn find(
        &mut self,
        digest: TokenDigest,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeToken>> {
        let row = in_time(
            self.time_limit,
            one_time_tokens::table
                .find(&digest.0[..])
                .filter(one_time_tokens::purpose.eq_any(names(purposes)))
                .filter(one_time_tokens::expires_at.gt(Moment(now)))
                .select(OneTimeTokenRow::as_select())
                .get_result(self.conn()?),
        )
        .await;
        self.done(token(row).optional(), &[])
    }

    async fn consume(
        &mut self,
        digest: TokenDigest,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeToken>> {
        let row = in_time(
            self.time_limit,
            diesel::delete(
                one_time_tokens::table
                    .find(&digest.0[..])
                    .filter(one_time_tokens::purpose.eq_any(names(purposes)))
                    .filter(one_time_tokens::expires_at.gt(Moment(now))),
            )
            .returning(OneTimeTokenRow::as_returning())
            .get_result(self.conn()?),
        )
        .await;
        self.done(token(row).optional(), &[])
    }

    async fn revoke_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        let revoked = in_time(
            self.time_limit,
            diesel::delete(one_time_tokens::table.filter(one_time_tokens::user_id.eq(Id(user.0))))
                .execute(self.conn()?),
        )
        .await;
        Ok(self.done(revoked, &[])? as u64)
    }

    async fn expired(&mut self, purpose: TokenPurpose, now: Timestamp, limit: u32) -> StoreResult<Vec<OneTimeToken>> {
        let rows = in_time(
            self.time_limit,
            one_time_tokens::table
                .filter(one_time_tokens::purpose.eq(purpose.name()))
                .filter(one_time_tokens::expires_at.le(Moment(now)))
                .order(one_time_tokens::expires_at)
                .limit(list::at_most(limit))
                .select(OneTimeTokenRow::as_select())
                .load::<OneTimeTokenRow>(self.conn()?),
        )
        .await;
        let tokens = rows.and_then(|rows| rows.into_iter().map(|row| token(Ok(row))).collect());
        self.done(tokens, &[])
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        let expired = in_time(
            self.time_limit,
            skip_locked!(
                one_time_tokens::table
                    .filter(one_time_tokens::expires_at.le(Moment(now)))
                    .order(one_time_tokens::expires_at)
                    .limit(list::at_most(limit))
                    .select(one_time_tokens::digest)
            )
            .load::<Vec<u8>>(self.conn()?),
        )
        .await;
        let expired = self.done(expired, &[])?;
        let pruned = in_time(
            self.time_limit,
            diesel::delete(one_time_tokens::table.filter(one_time_tokens::digest.eq_any(expired)))
                .execute(self.conn()?),
        )
        .await;
        Ok(self.done(pruned, &[])? as u64)
    }
}

fn names(purposes: &[TokenPurpose]) -> Vec<&'static str> {
    purposes.iter().map(|purpose| purpose.name()).collect()
}

fn token(row: QueryResult<OneTimeTokenRow>) -> QueryResult<OneTimeToken> {
    row?.into_token().map_err(Error::DeserializationError)
}
