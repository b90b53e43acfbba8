//! The known clients of the fake store.

use std::cmp::Reverse;

use async_trait::async_trait;
use ironplate_application::ports::{ClientHistory, Constraint, DeviceSeen, KnownClientRepository, StoreResult};
use ironplate_domain::{KnownClient, Timestamp, UserId};

use super::Handle;

#[async_trait]
impl KnownClientRepository for Handle {
    async fn remember(&mut self, user: UserId, client: &KnownClient) -> StoreResult<()> {
        self.write(|data| {
            data.check_user(user, Constraint::ClientUser)?;
            let same = |known: &KnownClient| known.device == client.device && known.range == client.range;
            data.known_clients.retain(|(owner, known)| *owner != user || !same(known));
            data.known_clients.sort_by_key(|(_, known)| Reverse(known.last_seen_at));
            let mut left = KnownClient::MOST - 1;
            data.known_clients.retain(|(owner, _)| {
                let stays = *owner != user || left > 0;
                left -= u32::from(*owner == user && left > 0);
                stays
            });
            data.known_clients.push((user, client.clone()));
            Ok(())
        })
    }

    async fn client_history(&mut self, user: UserId, client: &KnownClient) -> StoreResult<ClientHistory> {
        self.look(|data| {
            let theirs = || data.known_clients.iter().filter(|(owner, _)| *owner == user).map(|(_, known)| known);
            let of_device = theirs().filter(|known| known.device == client.device).map(|known| &known.range);
            let of_device: Vec<&String> = of_device.collect();
            ClientHistory {
                user: theirs().next().is_some(),
                device: DeviceSeen::of(client, &of_device),
                range: !client.range.is_empty() && theirs().any(|known| known.range == client.range),
            }
        })
    }

    async fn list_for(&mut self, user: UserId, limit: u32) -> StoreResult<Vec<KnownClient>> {
        self.look(|data| {
            let theirs = data.known_clients.iter().filter(|(owner, _)| *owner == user);
            let mut clients: Vec<KnownClient> = theirs.map(|(_, known)| known.clone()).collect();
            clients.sort_by_key(|known| (Reverse(known.last_seen_at), known.device.clone(), known.range.clone()));
            clients.truncate(limit as usize);
            clients
        })
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(|data| {
            data.known_clients.sort_by_key(|(_, known)| known.last_seen_at);
            let mut left = limit;
            data.known_clients.retain(|(_, known)| {
                let stays = left == 0 || known.last_seen_at >= before;
                left -= u32::from(!stays);
                stays
            });
            Ok(u64::from(limit - left))
        })
    }
}
