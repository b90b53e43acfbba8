//! The last active superuser stays.

use ironplate_domain::UserId;

use crate::ports::{StoreResult, UnitOfWork};

/// Whether `id` is the only superuser who can log in. The answer holds until the unit of work ends, because nobody else can
/// take the rank from any of them meanwhile; ask before the first write, so that two units can't wait for one another.
pub(super) async fn is_last(work: &mut dyn UnitOfWork, id: UserId) -> StoreResult<bool> {
    Ok(work.users().lock_active_superusers().await? == [id])
}
