//! The table `known_clients`.

use async_trait::async_trait;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
    upsert::excluded,
};
use ironplate_application::ports::{ClientHistory, DeviceSeen, KnownClientRepository, StoreResult};
use ironplate_domain::{KnownClient, Timestamp, UserId};

use super::{StoreHandle, constraints::violable, list};
use crate::types::{DbTimestamp, DbUuid, Id, Moment};

diesel::table! {
    use diesel::sql_types::Text;
    use crate::types::{DbTimestamp, DbUuid};

    known_clients (user_id, device, address_range) {
        user_id -> DbUuid,
        device -> Text,
        address_range -> Text,
        last_seen_at -> DbTimestamp,
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = known_clients, treat_none_as_default_value = false)]
struct Row {
    user_id: Id,
    device: String,
    address_range: String,
    last_seen_at: Moment,
}

impl Row {
    fn new(user: UserId, client: &KnownClient) -> Self {
        Self {
            user_id: Id(user.0),
            device: client.device.clone(),
            address_range: client.range.clone(),
            last_seen_at: Moment(client.last_seen_at),
        }
    }
}

impl From<Row> for KnownClient {
    fn from(row: Row) -> Self {
        Self { device: row.device, range: row.address_range, last_seen_at: row.last_seen_at.0 }
    }
}

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
impl KnownClientRepository for StoreHandle {
    async fn remember(&mut self, user: UserId, client: &KnownClient) -> StoreResult<()> {
        let (owner, last_seen_at) = (Id(user.0), known_clients::last_seen_at.eq(Moment(client.last_seen_at)));
        let known = known_clients::table.find((owner, &client.device, &client.range));
        let seen_again = self.execute("known_clients.remember.update", diesel::update(known).set(last_seen_at)).await?;
        if seen_again > 0 {
            return Ok(());
        }
        self.execute_within(
            "known_clients.remember.insert",
            violable![ClientUser],
            diesel::insert_into(known_clients::table)
                .values(Row::new(user, client))
                .on_conflict((known_clients::user_id, known_clients::device, known_clients::address_range))
                .do_update()
                .set(known_clients::last_seen_at.eq(excluded(known_clients::last_seen_at))),
        )
        .await?;
        self.execute(
            "known_clients.remember.delete",
            sql_query(FORGET_BEYOND)
                .bind::<DbUuid, _>(owner)
                .bind::<Text, _>(&client.device)
                .bind::<Text, _>(&client.range)
                .bind::<BigInt, _>(i64::from(KnownClient::MOST) - 1),
        )
        .await
        .map(drop)
    }

    async fn client_history(&mut self, user: UserId, client: &KnownClient) -> StoreResult<ClientHistory> {
        // They are few, also while several are noted at once; another way to the database costs more than reading all of them.
        let theirs = known_clients::table.filter(known_clients::user_id.eq(Id(user.0))).select(Row::as_select());
        let theirs = theirs.limit((2 * KnownClient::MOST).into());
        let seen: Vec<KnownClient> = self.load("known_clients.client_history", theirs).await?;
        let device = seen.iter().filter(|known| known.device == client.device);
        let at: Vec<&String> = device.map(|known| &known.range).collect();
        Ok(ClientHistory {
            user: !seen.is_empty(),
            device: DeviceSeen::of(client, &at),
            range: !client.range.is_empty() && seen.iter().any(|known| known.range == client.range),
        })
    }

    async fn list_for(&mut self, user: UserId, limit: u32) -> StoreResult<Vec<KnownClient>> {
        self.load(
            "known_clients.list_for",
            known_clients::table
                .filter(known_clients::user_id.eq(Id(user.0)))
                .order((known_clients::last_seen_at.desc(), known_clients::device, known_clients::address_range))
                .limit(limit.into())
                .select(Row::as_select()),
        )
        .await
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.execute(
            "known_clients.prune",
            sql_query(PRUNE).bind::<DbTimestamp, _>(Moment(before)).bind::<BigInt, _>(list::at_most(limit)),
        )
        .await
    }
}
