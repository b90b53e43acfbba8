//! The clients that accounts are used by.

use std::cmp::Reverse;

use async_trait::async_trait;
use ironplate_application::ports::{ClientHistory, Constraint, DeviceSeen, KnownClientRepository, StoreResult};
use ironplate_domain::{KnownClient, Timestamp, UserId};

use crate::{
    handle::Handle,
    records::{Record, Rows, StoredClient},
};

#[async_trait]
impl KnownClientRepository for Handle {
    async fn remember(&mut self, user: UserId, client: &KnownClient) -> StoreResult<()> {
        self.call(|rows| {
            rows.check_user(user, Constraint::ClientUser)?;
            let stored = StoredClient { user, client: client.clone() };
            let mut others = of_user(rows, user)?;
            others.retain(|other| other.key() != stored.key());
            let beyond = others.split_off(others.len().min(KnownClient::MOST as usize - 1));
            rows.remove_all(&beyond)?;
            rows.put(&stored)
        })
    }

    async fn client_history(&mut self, user: UserId, client: &KnownClient) -> StoreResult<ClientHistory> {
        self.call(|rows| {
            let theirs: Vec<KnownClient> = of_user(rows, user)?.into_iter().map(|stored| stored.client).collect();
            let of_device = theirs.iter().filter(|known| known.device == client.device);
            let of_device: Vec<&String> = of_device.map(|known| &known.range).collect();
            Ok(ClientHistory {
                user: !theirs.is_empty(),
                device: DeviceSeen::of(client, &of_device),
                range: !client.range.is_empty() && theirs.iter().any(|known| known.range == client.range),
            })
        })
    }

    async fn list_for(&mut self, user: UserId, limit: u32) -> StoreResult<Vec<KnownClient>> {
        self.call(|rows| {
            let theirs = of_user(rows, user)?.into_iter().map(|stored| stored.client);
            Ok(theirs.take(limit as usize).collect())
        })
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.call(|rows| {
            let mut unseen = rows.those(|stored: &StoredClient| stored.client.last_seen_at < before)?;
            unseen.sort_by_key(|stored| stored.client.last_seen_at);
            unseen.truncate(limit as usize);
            rows.remove_all(&unseen)
        })
    }
}

/// Those first that were seen last.
fn of_user(rows: &Rows, user: UserId) -> StoreResult<Vec<StoredClient>> {
    let mut theirs = rows.those(|stored: &StoredClient| stored.user == user)?;
    theirs.sort_by_key(|stored| Reverse(stored.client.last_seen_at));
    Ok(theirs)
}
