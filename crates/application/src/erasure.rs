//! What goes when an account goes.

use ironplate_domain::{MailTemplate, User};

use crate::{
    mailer::Mailer,
    ports::{StoreResult, UnitOfWork},
};

/// Deletes a user with all that is theirs (items, sessions, links, known clients, mail about their account at whatever address
/// they had then), and tells them. What is left are that notice and those that were not sent yet, lest whoever took an account
/// over silence them by deleting it, until their retention is over; and audit events under the user's id, which nothing leads
/// back to the person any more. Whether there was such a user.
pub(crate) async fn erase(work: &mut dyn UnitOfWork, mailer: &Mailer, user: &User) -> StoreResult<bool> {
    work.outbox().release_notices(user.id).await?;
    if !work.users().delete(user.id).await? {
        return Ok(false);
    }
    mailer.enqueue(work, &mailer.message(MailTemplate::AccountDeleted, &user.email)).await?;
    Ok(true)
}
