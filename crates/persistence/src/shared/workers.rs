//! The table `workers`.

use async_trait::async_trait;
use diesel::{prelude::*, upsert::excluded};
use ironplate_application::ports::{StoreResult, WorkerRepository};
use ironplate_domain::{Timestamp, Worker, WorkerId};

use super::StoreHandle;
use crate::{
    record::record,
    types::{Id, Moment},
};

diesel::table! {
    use diesel::sql_types::Text;
    use crate::types::{DbTimestamp, DbUuid};

    workers (id) {
        id -> DbUuid,
        name -> Text,
        started_at -> DbTimestamp,
        seen_at -> DbTimestamp,
    }
}

record! {
    workers: Worker {
        id: id;
        name: name;
        started_at: started_at;
        seen_at: seen_at;
    }
}

#[async_trait]
impl WorkerRepository for StoreHandle {
    async fn note(&mut self, worker: &Worker) -> StoreResult<()> {
        self.execute(
            "workers.note",
            diesel::insert_into(workers::table)
                .values(NewRow::from(worker))
                .on_conflict(workers::id)
                .do_update()
                .set(workers::seen_at.eq(excluded(workers::seen_at))),
        )
        .await
        .map(drop)
    }

    async fn list(&mut self, limit: u32) -> StoreResult<Vec<Worker>> {
        self.load(
            "workers.list",
            workers::table.order((workers::seen_at.desc(), workers::id)).limit(limit.into()).select(Row::as_select()),
        )
        .await
    }

    async fn remove(&mut self, id: WorkerId) -> StoreResult<bool> {
        self.execute_one("workers.remove", diesel::delete(workers::table.find(Id(id.0)))).await
    }

    async fn prune(&mut self, before: Timestamp) -> StoreResult<u64> {
        self.execute("workers.prune", diesel::delete(workers::table.filter(workers::seen_at.lt(Moment(before))))).await
    }
}
