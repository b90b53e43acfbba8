//! The fake store keeps every promise of the ports.

use std::sync::Arc;

use ironplate_testkit::{FakeStore, contract::Check};

async fn on_fake(check: Check) {
    check(Arc::new(FakeStore::new())).await;
}

ironplate_testkit::contract_suite!(on_fake);
