//! The store keeps every promise of the ports, in memory and in a file.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;

use ironplate_example_foreign_store::RedbStore;
use ironplate_testkit::contract::Check;

async fn in_memory(check: Check) {
    check(Arc::new(RedbStore::in_memory().expect("a store"))).await;
}

ironplate_testkit::contract_suite!(in_memory);

/// The disk is slow, and what differs there is in one room.
mod on_disk {
    use super::{Arc, Check, RedbStore};

    async fn in_a_file(check: Check) {
        let folder = tempfile::tempdir().expect("a folder");
        check(Arc::new(RedbStore::open(&folder.path().join("store.redb")).expect("a store"))).await;
    }

    ironplate_testkit::contract_suite!(in_a_file; units_of_work);
}
