//! Both databases keep every promise of the ports.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::contract::Check;

async fn check_on(url: DatabaseUrl, check: Check) {
    migrate(&url, database::options()).await.expect("the migrations");
    check(open(&url, database::options()).expect("a store")).await;
}

mod sqlite {
    use super::{Check, check_on, database};

    async fn on_a_file(check: Check) {
        database::with_file(|url| check_on(url, check)).await;
    }

    ironplate_testkit::contract_suite!(on_a_file);
}

mod postgres {
    use super::{Check, check_on, database};

    async fn on_a_schema(check: Check) {
        database::with_schema(move |url| check_on(url, check)).await;
    }

    ironplate_testkit::contract_suite!(on_a_schema);
}
