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
//!
//! It has rooms, one for each repository, and for each list of rows of several tables. A store that is not finished names those
//! that it has; all but `workers`, `audit` and `rate_limits` need `users`, and what may be an organisation's, such as `items`, needs
//! `organizations` and `memberships`:
//!
//! ```ignore
//! ironplate_testkit::contract_suite!(on_mine; users, units_of_work, organizations, memberships, items);
//! ```
//!
//! What is promised of rows of any kind is said once, in groups of checks that are generic over a trait: [`rows`], [`owned`],
//! [`lists`], [`resource`] with its searches, [`owned_resource`], and [`references`]. A room names the groups that its rows go through, and
//! has its own checks beside. [`items`] is the twin to copy.
#![deny(dead_code, reason = "a check that is not named in its file's `checks!` is run by nobody")]

pub mod at_hand;
pub mod audit;
pub mod authenticator_apps;
pub mod challenges;
mod checks;
pub mod claims;
pub mod conflicts;
pub mod deliveries;
pub mod invitation_lists;
pub mod invitations;
pub mod items;
pub mod known_clients;
pub mod last_owner;
pub mod lists;
pub mod lists_of_messages;
pub mod lists_of_users;
pub mod locks;
pub mod members;
pub mod memberships;
pub mod one_time_tokens;
pub mod organizations;
pub mod outbox;
pub mod outbox_upkeep;
pub mod own_organizations;
pub mod owned;
pub mod owned_resource;
pub mod owners;
pub mod passkeys;
mod race;
pub mod rate_limits;
pub mod recovery_codes;
pub mod references;
pub mod renewals;
pub mod resource;
pub mod rows;
pub mod searches;
pub mod session_lists;
pub mod sessions;
pub(crate) mod subject;
pub mod trusted_devices;
pub mod units_of_work;
pub mod user_changes;
pub mod user_races;
pub mod users;
pub mod workers;

use std::{pin::Pin, sync::Arc};

use ironplate_application::ports::Storage;
use tokio::runtime;

/// What a check does; it panics where the promise is broken.
pub type Outcome = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Whose the rows of a check are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerKind {
    /// Users'.
    User,
    /// Organisations'.
    Organization,
}

/// One promise, held against a store that is empty.
pub type Check = fn(Arc<dyn Storage>) -> Outcome;

/// Instantiates the suite as `#[test]`s, each named after its check, in a module for each room.
///
/// It takes the name of an `async fn(Check)` that calls the check with an empty store, and the rooms if they are not all
/// wanted. The tests run in parallel, so each call makes a store of its own.
#[macro_export]
macro_rules! contract_suite {
    ($on:ident) => {
        $crate::contract_suite! { $on;
            users,
            units_of_work,
            organizations,
            memberships,
            members,
            own_organizations,
            invitations,
            items,
            sessions,
            one_time_tokens,
            authenticator_apps,
            passkeys,
            recovery_codes,
            trusted_devices,
            challenges,
            outbox,
            known_clients,
            workers,
            audit,
            rate_limits,
        }
    };
    ($on:ident; $($room:ident),+ $(,)?) => {
        $(
            mod $room {
                #[cfg(test)]
                use super::$on;

                $crate::contract::$room::tests! { $on }
            }
        )+
    };
}

/// Runs a check on a runtime with several threads, so that races are real.
///
/// # Panics
/// The store breaks the promise.
pub fn run<Done: Future<Output = ()>>(on: impl FnOnce(Check) -> Done, check: Check) {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.expect("a runtime").block_on(on(check));
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    /// The words between the first `start` in the text and the first `end` behind it.
    fn words(text: &str, start: &str, end: &str) -> BTreeSet<String> {
        let named = text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(named, _)| named);
        named.split([',', ' ', '\n', ':']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn every_file_of_checks_is_run() {
        let mut named = words(include_str!("mod.rs"), "{ $on;\n", "}");
        // A product may have no resource at all, or none that refers to another.
        named.extend(["owned_resource", "references"].map(str::to_owned));
        let mut files = BTreeSet::new();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/contract")).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            if let Some(declared) = text.split_once("\nchecks! { ").map(|(_, declared)| declared) {
                named.extend(words(declared, ":", ";"));
                files.insert(path.file_stem().unwrap().to_str().unwrap().to_owned());
            }
        }
        let forgotten: Vec<&String> = files.difference(&named).collect();
        assert!(
            forgotten.is_empty(),
            "name these in the list of `contract_suite!`, or in the `checks!` of their room: {forgotten:?}"
        );
    }
}
