//! Queries on `known_clients`.

use async_trait::async_trait;
use diesel::{
    dsl::exists,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
    upsert::excluded,
};
use diesel_async::RunQueryDsl;
use ironplate_application::ports::{Constraint, DeviceSeen, Familiarity, KnownClientRepository, StoreResult};
use ironplate_domain::{KnownClient, Timestamp, UserId};

use super::{Handle, handle::in_time, list};
use crate::{
    rows::KnownClientRow,
    schema::known_clients,
    types::{DbTimestamp, DbUuid, Id, Moment},
};

/// The placeholders are named like this on both databases. A client that is seen meanwhile stays.
const PRUNE: &str = "\
    DELETE FROM known_clients WHERE last_seen_at < $1 AND (user_id, device, address_range) IN \
    (SELECT user_id, device, address_range FROM known_clients WHERE last_seen_at < $1 ORDER BY last_seen_at LIMIT $2)";

/// All but the last ones, and the one that was just seen, whatever the clocks of others say.
const FORGET_BEYOND: &str = "\
    DELETE FROM known_clients WHERE user_id = $1 AND (device, address_range) IN \
    (SELECT device, address_range FROM known_clients \
    WHERE user_id = $1 AND NOT (device = $2 AND address_range = $3) \
    ORDER BY last_seen_at DESC, device, address_range LIMIT 1000 OFFSET $4)";

#[async_trait]
impl KnownClientRepository for Handle {
    async fn remember(&mut self, user: UserId, client: &KnownClient) -> StoreResult<()> {
        let (owner, last_seen_at) = (Id(user.0), known_clients::last_seen_at.eq(Moment(client.last_seen_at)));
        let known = known_clients::table.find((owner, &client.device, &client.range));
        let seen_again = in_time(self.time_limit, diesel::update(known).set(last_seen_at).execute(self.conn()?)).await;
        if self.done(seen_again, &[])? > 0 {
            return Ok(());
        }
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
        self.done(remembered, &[Constraint::ClientUser])?;
        let forgotten = in_time(
            self.time_limit,
            sql_query(FORGET_BEYOND)
                .bind::<DbUuid, _>(owner)
                .bind::<Text, _>(&client.device)
                .bind::<Text, _>(&client.range)
                .bind::<BigInt, _>(i64::from(KnownClient::MOST) - 1)
                .execute(self.conn()?),
        )
        .await;
        self.done(forgotten, &[]).map(drop)
    }

    async fn familiarity(&mut self, user: UserId, client: &KnownClient) -> StoreResult<Familiarity> {
        let theirs = || known_clients::table.filter(known_clients::user_id.eq(Id(user.0)));
        let at = in_time(
            self.time_limit,
            theirs()
                .filter(known_clients::device.eq(&client.device))
                .select(known_clients::address_range)
                .load::<String>(self.conn()?),
        )
        .await;
        let at = self.done(at, &[])?;
        let known = in_time(
            self.time_limit,
            diesel::select((
                exists(theirs().select(known_clients::last_seen_at)),
                exists(theirs().filter(known_clients::address_range.eq(&client.range))),
            ))
            .get_result::<(bool, bool)>(self.conn()?),
        )
        .await;
        let (user, range) = self.done(known, &[])?;
        Ok(Familiarity { user, device: DeviceSeen::of(client, &at), range: range && !client.range.is_empty() })
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
