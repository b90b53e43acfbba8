//! What goes when an account goes.

use ironplate_domain::{AuditEvent, MailTemplate, User};

use crate::{
    core::Core,
    organizations::{SoleOwned, SoleOwnership},
    ports::{StoreError, UnitOfWork},
};

/// Deletes a user, who is locked, with all that is theirs (items, memberships, sessions, links, known clients, mail about their
/// account at whatever address they had then), and tells them; `event` says who does it. What is left are that notice and those
/// that were not sent yet, lest whoever took an account over silence them by deleting it, until their retention is over; what they
/// made in organisations that others own, too; and audit events under the user's id, which nothing leads back to the person any
/// more. Whether there was such a user.
pub(crate) async fn erase<E: From<SoleOwnership> + From<StoreError>>(
    work: &mut dyn UnitOfWork,
    core: &Core,
    user: &User,
    organizations: SoleOwned,
    event: &AuditEvent,
) -> Result<bool, E> {
    core.take_out_of_organizations::<E>(work, user, organizations, event).await?;
    work.outbox().release_notices(user.id).await?;
    if !work.users().delete(user.id).await? {
        return Ok(false);
    }
    core.mailer.enqueue(work, &core.mailer.message(MailTemplate::AccountDeleted, &user.email)).await?;
    Ok(true)
}
