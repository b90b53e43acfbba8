//! Rows of `known_clients`.

use diesel::prelude::*;
use ironplate_domain::{KnownClient, UserId};

use crate::{
    schema::known_clients,
    types::{Id, Moment},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = known_clients)]
pub(crate) struct KnownClientRow {
    user_id: Id,
    device: String,
    address_range: String,
    last_seen_at: Moment,
}

impl KnownClientRow {
    pub(crate) fn new(user: UserId, client: &KnownClient) -> Self {
        Self {
            user_id: Id(user.0),
            device: client.device.clone(),
            address_range: client.range.clone(),
            last_seen_at: Moment(client.last_seen_at),
        }
    }
}

impl From<KnownClientRow> for KnownClient {
    fn from(row: KnownClientRow) -> Self {
        Self { device: row.device, range: row.address_range, last_seen_at: row.last_seen_at.0 }
    }
}
