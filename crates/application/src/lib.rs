#![doc = include_str!("../README.md")]

pub mod accounts;
mod fault;
pub mod items;
pub mod ports;
pub mod sessions;
pub mod users;

pub use fault::{Fault, Kind};

use accounts::Accounts;
use items::Items;
use sessions::Sessions;
use users::Users;

/// The services of the product, as every way in needs them.
pub struct Application {
    /// One's own account.
    pub accounts: Accounts,
    /// Logging in and out.
    pub sessions: Sessions,
    /// Everybody's accounts.
    pub users: Users,
    /// The example resource.
    pub items: Items,
}
