//! Queries on `known_clients`.

use async_trait::async_trait;
use diesel::{dsl::exists, prelude::*, sql_query, sql_types::BigInt, upsert::excluded};
use diesel_async::RunQueryDsl;
use ironplate_application::ports::{Constraint, Familiarity, KnownClientRepository, StoreResult};
use ironplate_domain::{KnownClient, Timestamp, UserId};

use super::{Handle, handle::in_time, list};
use crate::{
    rows::KnownClientRow,
    schema::known_clients,
    types::{DbTimestamp, Id, Moment},
};

/// The placeholders are named like this on both databases. A client that is seen meanwhile stays.
const PRUNE: &str = "\
    DELETE FROM known_clients WHERE last_seen_at < $1 AND (user_id, device, address_range) IN \
    (SELECT user_id, device, address_range FROM known_clients WHERE last_seen_at < $1 ORDER BY last_seen_at LIMIT $2)";

#[async_trait]
impl KnownClientRepository for Handle {
    async fn remember(&mut self, user: UserId, client: &KnownClient) -> StoreResult<()> {
        let remembered = in_time(
            self.time_limit,
            diesel::insert_into(known_clients::table)
                .values(KnownClientRow::new(user, client))
                .on_conflict((known_clients::user_id, known_clients::device, known_clients::address_range))
                .do_update()
                .set(known_clients::last_seen_at.eq(excluded(known_clients::last_seen_at)))
                .execute(self.conn()?),
        )
        .await;
        self.done(remembered, &[Constraint::ClientUser]).map(drop)
    }

    async fn familiarity(&mut self, user: UserId, client: &KnownClient) -> StoreResult<Familiarity> {
        let theirs =
            || known_clients::table.filter(known_clients::user_id.eq(Id(user.0))).select(known_clients::last_seen_at);
        let known = in_time(
            self.time_limit,
            diesel::select((
                exists(theirs()),
                exists(theirs().filter(known_clients::device.eq(&client.device))),
                exists(theirs().filter(known_clients::address_range.eq(&client.range))),
            ))
            .get_result::<(bool, bool, bool)>(self.conn()?),
        )
        .await;
        let (user, device, range) = self.done(known, &[])?;
        Ok(Familiarity { user, device, range: range && !client.range.is_empty() })
    }

    async fn list_for(&mut self, user: UserId, limit: u32) -> StoreResult<Vec<KnownClient>> {
        let rows = in_time(
            self.time_limit,
            known_clients::table
                .filter(known_clients::user_id.eq(Id(user.0)))
                .order((known_clients::last_seen_at.desc(), known_clients::device, known_clients::address_range))
                .limit(limit.into())
                .select(KnownClientRow::as_select())
                .load(self.conn()?),
        )
        .await;
        let rows: Vec<KnownClientRow> = self.done(rows, &[])?;
        Ok(rows.into_iter().map(KnownClient::from).collect())
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let pruned = in_time(
            self.time_limit,
            sql_query(PRUNE)
                .bind::<DbTimestamp, _>(Moment(before))
                .bind::<BigInt, _>(list::at_most(limit))
                .execute(self.conn()?),
        )
        .await;
        Ok(self.done(pruned, &[])? as u64)
    }
}
