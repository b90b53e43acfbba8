//! One's own account.

mod addresses;
mod deleting;
mod exporting;
mod passwords;
mod profiles;
mod signing_up;
