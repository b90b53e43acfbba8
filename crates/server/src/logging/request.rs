//! The request that a line is written for: the work at hand, on whichever thread.

use std::fmt;

use ironplate_measure::{Work, WorkKind, at_hand};

/// Writes something of the request, if there is one.
pub(super) fn of_a_request(write: impl FnOnce(&Work) -> fmt::Result) -> fmt::Result {
    let written = at_hand(|work| match work.kind {
        WorkKind::Request(_) => write(work),
        WorkKind::Mail(_) => Ok(()),
    });
    written.unwrap_or(Ok(()))
}
