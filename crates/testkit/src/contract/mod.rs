//! The suite that every [`Storage`] must pass: each promise of the ports is one check on an empty store.
//!
//! ```
//! use std::sync::Arc;
//!
//! use ironplate_testkit::{FakeStore, contract::Check};
//!
//! /// Makes an empty store, runs the check on it, and puts away what it leaves behind.
//! async fn on_fake(check: Check) {
//!     check(Arc::new(FakeStore::new())).await;
//! }
//!
//! ironplate_testkit::contract_suite!(on_fake);
//! ```

pub mod audit;
pub mod claims;
pub mod deliveries;
pub mod items;
pub mod known_clients;
pub mod lists_of_items;
pub mod lists_of_messages;
pub mod lists_of_users;
pub mod locks;
pub mod one_time_tokens;
pub mod outbox_upkeep;
pub mod races;
pub mod rate_limits;
pub mod renewals;
pub mod session_lists;
pub mod sessions;
mod subject;
mod suite;
pub mod units_of_work;
pub mod user_changes;
pub mod users;
pub mod walks;
pub mod workers;

use std::{pin::Pin, sync::Arc};

use ironplate_application::ports::Storage;
use tokio::runtime;

/// One promise, held against a store that is empty. It panics where the promise is broken.
pub type Check = fn(Arc<dyn Storage>) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs a check on a runtime with several threads, so that races are real.
///
/// # Panics
/// The store breaks the promise.
pub fn run<Done: Future<Output = ()>>(on: impl FnOnce(Check) -> Done, check: Check) {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.expect("a runtime").block_on(on(check));
}
