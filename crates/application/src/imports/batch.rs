//! How a batch ends.

use ironplate_domain::{AuditEvent, AuditKind};

use super::{FaultyRow, Import, ImportMode, Imported};
use crate::ports::{StoreResult, UnitOfWork};

impl Import<'_> {
    /// Keeps what was done, unless a row holds all of it back.
    pub(super) async fn end_batch(&self, work: Box<dyn UnitOfWork>, outcomes: &mut [Imported]) -> StoreResult<()> {
        let is_faulty = outcomes.iter().any(|outcome| matches!(outcome, Imported::Refused(_)));
        if is_faulty && self.faulty_row == FaultyRow::HoldsItsBatchBack {
            for outcome in outcomes.iter_mut().filter(|outcome| **outcome == Imported::Now) {
                *outcome = Imported::HeldBack;
            }
            return Ok(());
        }
        match self.mode {
            ImportMode::ForGood => work.commit().await,
            ImportMode::Rehearsal => Ok(()),
        }
    }

    pub(super) fn event(&self, kind: AuditKind) -> AuditEvent {
        self.by.does(self.core.recorder.event(kind, &self.by.client))
    }
}
