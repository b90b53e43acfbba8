//! One function an operation: parse, ask a use case, serialise.

mod audit;
mod cookie;
mod credentials;
pub(crate) mod docs;
mod export;
mod health;
mod invitations;
mod items;
mod login;
mod mail;
mod me;
mod members;
mod operation;
mod organizations;
mod passkey_log_in;
mod passkeys;
mod private;
mod recovery;
mod second_factors;
mod second_step;
mod sessions;
mod trusted_devices;
mod users;
mod verification;

use std::sync::LazyLock;

use actix_web::web::Json;

pub(crate) use self::operation::Operation;
use self::operation::operations;
use crate::problem::Problem;

/// What every operation answers.
type Answer<T> = Result<Json<T>, Problem>;

/// Every operation, in the document's order.
pub(crate) fn all() -> &'static [Operation] {
    static ALL: LazyLock<Vec<Operation>> = LazyLock::new(|| {
        [
            login::operations(),
            cookie::operations(),
            second_step::operations(),
            passkey_log_in::operations(),
            recovery::operations(),
            verification::operations(),
            me::operations(),
            export::operations(),
            sessions::operations(),
            second_factors::operations(),
            passkeys::operations(),
            trusted_devices::operations(),
            audit::operations(),
            users::operations(),
            mail::operations(),
            organizations::operations(),
            members::operations(),
            invitations::all(),
            items::operations(),
            private::operations(),
            health::operations(),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
    &ALL
}
