//! A log line for each audit event, once it is recorded for good.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use ironplate_domain::{AuditEvent, AuditKind, Timestamp};

use super::log;
use crate::{
    ports::{
        AuditPage, AuditRepository, AuditRequest, DatabaseFacts, DayCount, Health, Repositories, Store, StoreResult,
        UnitOfWork,
    },
    repositories,
};

/// A store that writes audit events to the log when their unit of work is committed, and not when it is rolled back.
pub(crate) struct LoggedStore(pub(crate) Arc<dyn Store>);

#[async_trait]
impl Store for LoggedStore {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        self.0.read().await
    }

    async fn read_stale(&self, most: Duration) -> StoreResult<Box<dyn Repositories>> {
        self.0.read_stale(most).await
    }

    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        Ok(Box::new(LoggedUnit { work: self.0.begin().await?, recorded: Vec::new() }))
    }

    async fn begin_single(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        Ok(Box::new(LoggedUnit { work: self.0.begin_single().await?, recorded: Vec::new() }))
    }

    async fn health(&self) -> Health {
        self.0.health().await
    }

    async fn clock(&self) -> StoreResult<Option<Timestamp>> {
        self.0.clock().await
    }

    async fn facts(&self) -> StoreResult<DatabaseFacts> {
        self.0.facts().await
    }
}

struct LoggedUnit {
    work: Box<dyn UnitOfWork>,
    recorded: Vec<AuditEvent>,
}

repositories! { forward LoggedUnit: |unit| unit.work, but audit => unit }

#[async_trait]
impl AuditRepository for LoggedUnit {
    async fn record(&mut self, event: &AuditEvent) -> StoreResult<()> {
        self.work.audit().record(event).await?;
        self.recorded.push(event.clone());
        Ok(())
    }

    async fn list(&mut self, request: &AuditRequest) -> StoreResult<AuditPage> {
        self.work.audit().list(request).await
    }

    async fn count_by_day(&mut self, kind: AuditKind, since: Timestamp) -> StoreResult<Vec<DayCount>> {
        self.work.audit().count_by_day(kind, since).await
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.work.audit().prune(before, limit).await
    }
}

#[async_trait]
impl UnitOfWork for LoggedUnit {
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        let Self { work, recorded } = *self;
        work.commit().await?;
        recorded.iter().for_each(log::recorded);
        Ok(())
    }
}
