//! One's own account.

mod deleting;
mod passwords;
mod profiles;
mod signing_up;
