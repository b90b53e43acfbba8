//! Invitations to organisations: those that an organisation sent, what their links do, and those that wait for oneself.

mod linked;
mod received;
mod sent;

use super::{Answer, Operation, operations};

/// All of them.
pub(super) fn all() -> Vec<Operation> {
    [sent::operations(), linked::operations(), received::operations()].into_iter().flatten().collect()
}
