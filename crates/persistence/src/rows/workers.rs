//! Rows of `workers`.

use diesel::prelude::*;
use ironplate_domain::{Worker, WorkerId};

use crate::{
    schema::workers,
    types::{Id, Moment},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = workers)]
pub(crate) struct WorkerRow {
    id: Id,
    name: String,
    started_at: Moment,
    seen_at: Moment,
}

impl From<&Worker> for WorkerRow {
    fn from(worker: &Worker) -> Self {
        Self {
            id: Id(worker.id.0),
            name: worker.name.clone(),
            started_at: Moment(worker.started_at),
            seen_at: Moment(worker.seen_at),
        }
    }
}

impl From<WorkerRow> for Worker {
    fn from(row: WorkerRow) -> Self {
        Self { id: WorkerId(row.id.0), name: row.name, started_at: row.started_at.0, seen_at: row.seen_at.0 }
    }
}
