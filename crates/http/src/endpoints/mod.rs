//! One function an operation: parse, ask a use case, serialise.

pub(crate) mod audit;
pub(crate) mod cookie;
pub(crate) mod docs;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod items;
pub(crate) mod login;
pub(crate) mod mail;
pub(crate) mod me;
pub(crate) mod private;
pub(crate) mod recovery;
pub(crate) mod sessions;
pub(crate) mod users;
pub(crate) mod verification;

use actix_web::web::Json;

use crate::problem::Problem;

/// What every operation answers.
type Answer<T> = Result<Json<T>, Problem>;
