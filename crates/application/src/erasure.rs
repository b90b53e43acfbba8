//! What goes when an account goes.

use ironplate_domain::{MailTemplate, User};

use crate::{
    Mailer,
    ports::{StoreResult, UnitOfWork},
};

/// Deletes a user with all that is theirs (items, sessions, links, known clients) and the mail to them, sent or not, at
/// whatever address they had then, and tells them. What is left is that notice, until it was sent and its retention is over, and audit events under the user's id,
/// which nothing leads back to the person any more. Whether there was such a user.
pub(crate) async fn erase(work: &mut dyn UnitOfWork, mailer: &Mailer, user: &User) -> StoreResult<bool> {
    if !work.users().delete(user.id).await? {
        return Ok(false);
    }
    work.outbox().discard_all_for(user.id, &user.email).await?;
    mailer.enqueue(work, &mailer.message(MailTemplate::AccountDeleted, &user.email)).await?;
    Ok(true)
}
