//! Lists of users: order, search, pages.

use std::sync::Arc;

use ironplate_application::ports::{Count, PageRequest, Store, UserFilter, UserOrder, UserState};
use ironplate_domain::{Timestamp, User, UserId};

use super::{
    checks::checks,
    searches::with,
    subject::{Subject, all, seen},
};
use crate::samples::full_name;

checks! { lists_of_users;
    addresses_sort_by_their_canonical_form,
    an_address_or_a_name_is_found_by_any_part,
    users_are_filtered_by_rank_and_state,
}

async fn ids(subject: &Subject, page: PageRequest<UserOrder>) -> Vec<UserId> {
    seen!(subject, users().list(&UserFilter::default(), &page)).rows.iter().map(|user| user.id).collect()
}

async fn names_found(subject: &Subject, search: &str) -> Vec<String> {
    let found = seen!(
        subject,
        users().list(&UserFilter::default(), &PageRequest { order: UserOrder::Email, ..with::<User>(search) })
    );
    assert_eq!(found.count, Count::Exactly(found.rows.len() as u64), "{search:?}");
    assert!(!found.more, "{search:?}");
    found.rows.iter().map(|user| user.email.as_str().to_owned()).collect()
}

async fn named(subject: &Subject, email: &str, name: &str) {
    let user = User { full_name: Some(full_name(name)), ..subject.new_user(email) };
    subject.store(&[&user]).await;
}

/// Whatever their spelling, and whoever was there first.
async fn addresses_sort_by_their_canonical_form(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let c = subject.user("C@example.com").await;
    let b = User { created_at: c.created_at, ..subject.new_user("b@example.com") };
    let d = User { created_at: c.created_at, ..subject.new_user("D@example.com") };
    let a = User { created_at: Timestamp::from_micros(c.created_at.micros() - 1), ..subject.new_user("a@example.com") };
    subject.store(&[&d, &a, &b]).await;
    let (a, b, c, d) = (a.id, b.id, c.id, d.id);

    assert_eq!(ids(&subject, all(UserOrder::Email)).await, [a, b, c, d]);
    assert_eq!(ids(&subject, all(UserOrder::EmailDescending)).await, [d, c, b, a]);
}

/// The address in its canonical form.
async fn an_address_or_a_name_is_found_by_any_part(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    named(&subject, "ann@example.com", "Ann Smith").await;
    named(&subject, "bob@example.com", "Bob").await;
    subject.user("smithers@other.example").await;
    assert_eq!(names_found(&subject, "smith").await, ["ann@example.com", "smithers@other.example"]);
    assert_eq!(names_found(&subject, "ANN@EXAMPLE").await, ["ann@example.com"]);
    assert_eq!(names_found(&subject, "nn s").await, ["ann@example.com"]);
    assert_eq!(names_found(&subject, "b@ex").await, ["bob@example.com"]);
    assert_eq!(names_found(&subject, "example.com").await, ["ann@example.com", "bob@example.com"]);
    assert_eq!(names_found(&subject, "r@other.example").await, Vec::<String>::new());
}

/// By rank, by state, by both, and together with a search; the count is that of those who are wanted.
async fn users_are_filtered_by_rank_and_state(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let active = User { is_verified: true, ..subject.new_user("active@example.com") };
    let root = User { is_superuser: true, is_verified: true, ..subject.new_user("root@example.com") };
    let inactive = User { is_active: false, ..subject.new_user("inactive@example.com") };
    let invited = User { password_hash: None, ..subject.new_user("invited@example.com") };
    let inactive_invited = User { is_active: false, password_hash: None, ..subject.new_user("both@example.com") };
    let everybody = [&active, &root, &inactive, &invited, &inactive_invited];
    subject.store(&everybody).await;
    let states = [UserState::Active, UserState::Inactive, UserState::Invited, UserState::Unverified];
    for is_superuser in [None, Some(true), Some(false)] {
        for state in states.into_iter().map(Some).chain([None]) {
            let filter = UserFilter { is_superuser, state };
            for search in [None, Some("INVITED".to_owned())] {
                let is_found = |user: &User| search.is_none() || user.email.as_str().contains("invited");
                let wanted: Vec<User> =
                    everybody.into_iter().filter(|user| filter.matches(user) && is_found(user)).cloned().collect();
                let page = PageRequest { search: search.clone(), ..all(UserOrder::Oldest) };
                let found = seen!(subject, users().list(&filter, &page));
                assert_eq!(found.count, Count::Exactly(wanted.len() as u64), "{filter:?} {search:?}");
                assert_eq!(found.rows, wanted, "{filter:?} {search:?}");
            }
        }
    }
}
