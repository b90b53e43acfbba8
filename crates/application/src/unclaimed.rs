//! Accounts that nobody claimed yet stand in nobody's way.

use ironplate_domain::{AuditEvent, Email};

use crate::ports::{StoreResult, UnitOfWork};

/// Removes the account of this address if it was never [claimed](ironplate_domain::User::is_unclaimed), and records it with
/// this event: whoever signed up with an address that is not theirs must not keep its owner, or an administrator, from it. A
/// superuser's account stays, lest none be left.
pub(crate) async fn give_way(work: &mut dyn UnitOfWork, email: &Email, event: AuditEvent) -> StoreResult<()> {
    let Some(holder) = work.users().find_by_email(email).await? else { return Ok(()) };
    let Some(holder) = work.users().lock(holder.id).await? else { return Ok(()) };
    if holder.email == *email && holder.is_unclaimed() && !holder.is_superuser {
        work.users().delete(holder.id).await?;
        work.audit().record(&event.on(holder.id)).await?;
    }
    Ok(())
}
