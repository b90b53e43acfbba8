//! Whom limits hold off, for the command line, where no permission is asked.

use std::{collections::HashMap, net::IpAddr};

use ironplate_domain::{AuditDetail, AuditKind, Client, Email, KnownClient, Timestamp, TokenSecret, User};

use super::System;
use crate::{
    limits::Limit,
    operator::Operator,
    ports::{Bucket, BucketInUse, StoreResult},
};

/// Whose permits are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limited {
    /// Everybody's.
    All,
    /// Those of the ranges that this address lies in.
    Address(IpAddr),
    /// Those of this account, wherever it was tried from.
    Account(Box<User>),
    /// Those of an address that no account has: what is guessed at and mailed to is counted all the same.
    Mailbox(Email),
}

/// A limit of which permits are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitInForce {
    /// Which.
    pub limit: Limit,
    /// Whose permits they are, as far as that was asked for; the database has a digest alone.
    pub whose: Option<String>,
    /// How many are taken.
    pub used: u32,
    /// Of so many.
    pub permits: u32,
    /// When all are back.
    pub full_at: Timestamp,
    key: [u8; 32],
}

/// Whose a digest is, and how many times as much as others they may do.
type Known = HashMap<[u8; 32], (String, u32)>;

impl System {
    /// The limits of which permits are taken, those first that are full last; at most `most` are looked at.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn limits_in_force(&self, of: &Limited, most: u32) -> StoreResult<Vec<LimitInForce>> {
        let known = self.known(of).await?;
        let (now, buckets) = (self.core.clock.now(), self.core.permits.in_use(self.core.clock.now(), most).await?);
        let told = buckets.into_iter().filter_map(|bucket| self.told(bucket, &known, now));
        Ok(told.filter(|limit| *of == Limited::All || limit.whose.is_some()).collect())
    }

    /// Gives the permits back; of how many limits. Where none was taken, nothing is recorded.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn clear_limits(&self, of: &Limited, by: &Operator) -> StoreResult<u64> {
        let limits = self.limits_in_force(of, u32::MAX).await?;
        if *of == Limited::All {
            // What else is counted there, too.
            self.core.permits.refill_all().await?;
        } else {
            for limit in &limits {
                self.core.permits.refill(&Bucket { limit: limit.limit.name(), key: limit.key }).await?;
            }
        }
        let count = limits.len() as u64;
        if count > 0 {
            let event = by.does(self.core.recorder.event(AuditKind::LimitsCleared, &by.client));
            let event = event.saying(AuditDetail::Count, count);
            self.core
                .recorder
                .record_alone(match of {
                    Limited::All => event.saying(AuditDetail::Whose, "all"),
                    Limited::Address(address) => event.saying(AuditDetail::Whose, address),
                    Limited::Account(user) => event.saying(AuditDetail::Whose, "account").on(user.id),
                    Limited::Mailbox(_) => event.saying(AuditDetail::Whose, "no account"),
                })
                .await;
        }
        Ok(count)
    }

    /// What is not a limit of the configuration, or is one that is off now, holds nobody off.
    fn told(&self, bucket: BucketInUse, known: &Known, now: Timestamp) -> Option<LimitInForce> {
        let BucketInUse { limit, key, full_at } = bucket;
        let limit: Limit = Limit::ALL.into_iter().find(|known| known.name() == limit)?;
        let (whose, share) = known.get(&key).map_or((None, 1), |(whose, share)| (Some(whose.clone()), *share));
        let quota = self.core.policy.limits.0.get(&limit)?.times(share);
        let ahead = full_at.micros().saturating_sub(now.micros());
        let used = u32::try_from(ahead.saturating_add(quota.interval() - 1) / quota.interval()).unwrap_or(u32::MAX);
        Some(LimitInForce { limit, whose, used, permits: quota.permits, full_at, key })
    }

    async fn known(&self, of: &Limited) -> StoreResult<Known> {
        let texts: Vec<(String, u32)> = match of {
            Limited::All => Vec::new(),
            Limited::Address(address) => {
                let client = Client { address: Some(*address), ..Client::default() };
                client.ranges().map(|(range, share)| (range.to_string(), share)).collect()
            }
            Limited::Mailbox(address) => vec![(address.canonical().to_owned(), 1)],
            Limited::Account(user) => {
                let mut reader = self.core.store.read().await?;
                let clients = reader.known_clients().list_for(user.id, KnownClient::MOST).await?;
                let names = [user.id.to_string(), user.email.canonical().to_owned()];
                let places =
                    clients.iter().flat_map(|client| names.iter().map(move |name| format!("{name} {}", client.range)));
                let places: Vec<_> = places.collect();
                names.into_iter().chain(places).map(|name| (name, 1)).collect()
            }
        };
        let digest = |text: &str| self.core.secrets.digest(&TokenSecret::new(text)).0;
        Ok(texts.into_iter().map(|(text, share)| (digest(&text), (text, share))).collect())
    }
}
