//! Queries on `workers`.

use async_trait::async_trait;
use diesel::{prelude::*, upsert::excluded};
use diesel_async::RunQueryDsl;
use ironplate_application::ports::{StoreResult, WorkerRepository};
use ironplate_domain::{Timestamp, Worker, WorkerId};

use super::{Handle, handle::in_time};
use crate::{
    rows::WorkerRow,
    schema::workers,
    types::{Id, Moment},
};

#[async_trait]
impl WorkerRepository for Handle {
    async fn note(&mut self, worker: &Worker) -> StoreResult<()> {
        let noted = in_time(
            self.time_limit,
            diesel::insert_into(workers::table)
                .values(WorkerRow::from(worker))
                .on_conflict(workers::id)
                .do_update()
                .set(workers::seen_at.eq(excluded(workers::seen_at)))
                .execute(self.conn()?),
        )
        .await;
        self.done(noted, &[]).map(drop)
    }

    async fn list(&mut self, limit: u32) -> StoreResult<Vec<Worker>> {
        let rows = in_time(
            self.time_limit,
            workers::table
                .order((workers::seen_at.desc(), workers::id))
                .limit(limit.into())
                .select(WorkerRow::as_select())
                .load(self.conn()?),
        )
        .await;
        let rows: Vec<WorkerRow> = self.done(rows, &[])?;
        Ok(rows.into_iter().map(Worker::from).collect())
    }

    async fn remove(&mut self, id: WorkerId) -> StoreResult<bool> {
        let removed =
            in_time(self.time_limit, diesel::delete(workers::table.find(Id(id.0))).execute(self.conn()?)).await;
        Ok(self.done(removed, &[])? == 1)
    }

    async fn prune(&mut self, before: Timestamp) -> StoreResult<u64> {
        let pruned = in_time(
            self.time_limit,
            diesel::delete(workers::table.filter(workers::seen_at.lt(Moment(before)))).execute(self.conn()?),
        )
        .await;
        Ok(self.done(pruned, &[])? as u64)
    }
}
