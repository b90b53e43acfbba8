//! How long a list is, is told as fast of many rows as of few.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use ironplate_application::ports::{Clock, Count, PageRequest, Secrets, UserFilter, UserOrder, UserState};
use ironplate_domain::UserId;
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::{FakeHasher, FixedClock, SeededSecrets, user};

const USERS: u64 = 1_200;

async fn assert_counts(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let store = open(&url, database::options()).expect("a store");
    let (ids, now, hasher) = (SeededSecrets::new(3), FixedClock::default().now(), FakeHasher::default());
    let mut work = store.begin().await.expect("a unit of work");
    for n in 0..USERS {
        let user = user(&format!("user{n}@example.com")).build(UserId(ids.id()), now, &hasher);
        work.users().insert(&user).await.expect("a new user");
    }
    work.commit().await.expect("a commit");

    let first = PageRequest { order: UserOrder::Newest, search: None, after: None, skip: 0, limit: 9 };
    let active = UserFilter { state: Some(UserState::Active), ..UserFilter::default() };
    let searched = |text: &str| PageRequest { search: Some(text.to_owned()), ..first.clone() };
    let mut reader = store.read().await.expect("a reader");
    for (filter, page, expected) in [
        (UserFilter::default(), first.clone(), Count::Exactly(USERS)),
        (active, first.clone(), Count::AtLeast(Count::MOST)),
        (UserFilter::default(), searched("user"), Count::AtLeast(Count::MOST)),
        (UserFilter::default(), searched("user11"), Count::Exactly(111)),
        (UserFilter::default(), searched("user1199"), Count::Exactly(1)),
        // Whoever reads to the end is told where that is.
        (active, PageRequest { skip: 1_195, ..first.clone() }, Count::Exactly(USERS)),
    ] {
        assert_eq!(reader.users().list(&filter, &page).await.expect("a page").count, expected, "{filter:?} {page:?}");
    }
}

#[tokio::test]
async fn a_long_list_is_counted_to_a_bound_unless_its_count_is_kept_on_sqlite() {
    database::with_file(assert_counts).await;
}

#[tokio::test]
async fn a_long_list_is_counted_to_a_bound_unless_its_count_is_kept_on_postgres() {
    database::with_schema(assert_counts).await;
}
