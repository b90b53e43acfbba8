//! Lists of users: order, search, pages.

use std::sync::Arc;

use ironplate_application::ports::{Cursor, PageRequest, SortKey, Store, UserFilter, UserOrder, UserState};
use ironplate_domain::{Timestamp, User, UserId};
use uuid::Uuid;

use super::subject::{Subject, all, seen, users_with};
use crate::samples::full_name;

async fn ids(subject: &Subject, page: PageRequest<UserOrder>) -> Vec<UserId> {
    seen!(subject, users().list(&UserFilter::default(), &page)).rows.iter().map(|user| user.id).collect()
}

async fn names_found(subject: &Subject, search: &str) -> Vec<String> {
    let found = seen!(subject, users().list(&UserFilter::default(), &users_with(search)));
    assert_eq!(found.count, found.rows.len() as u64, "{search:?}");
    assert!(!found.more, "{search:?}");
    found.rows.iter().map(|user| user.email.as_str().to_owned()).collect()
}

async fn named(subject: &Subject, email: &str, name: &str) {
    let user = User { full_name: Some(full_name(name)), ..subject.new_user(email) };
    subject.store_users(&[&user]).await;
}

/// Equal moments are told apart by ids; addresses sort by their canonical form.
pub async fn each_order_is_total(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let c = subject.user("C@example.com").await;
    let b = User { created_at: c.created_at, ..subject.new_user("b@example.com") };
    let d = User { created_at: c.created_at, ..subject.new_user("D@example.com") };
    let a = User { created_at: Timestamp::from_micros(c.created_at.micros() - 1), ..subject.new_user("a@example.com") };
    subject.store_users(&[&d, &a, &b]).await;
    let (a, b, c, d) = (a.id, b.id, c.id, d.id);

    assert_eq!(ids(&subject, all(UserOrder::Newest)).await, [d, b, c, a]);
    assert_eq!(ids(&subject, all(UserOrder::Oldest)).await, [a, c, b, d]);
    assert_eq!(ids(&subject, all(UserOrder::Email)).await, [a, b, c, d]);
    assert_eq!(ids(&subject, all(UserOrder::EmailDescending)).await, [d, c, b, a]);
}

/// The address in its canonical form.
pub async fn an_address_or_a_name_is_found_by_any_part(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    named(&subject, "ann@example.com", "Ann Smith").await;
    named(&subject, "bob@example.com", "Bob").await;
    subject.user("smithers@other.example").await;
    assert_eq!(names_found(&subject, "smith").await, ["ann@example.com", "smithers@other.example"]);
    assert_eq!(names_found(&subject, "nn s").await, ["ann@example.com"]);
    assert_eq!(names_found(&subject, "b@ex").await, ["bob@example.com"]);
    assert_eq!(names_found(&subject, "example.com").await, ["ann@example.com", "bob@example.com"]);
    assert_eq!(names_found(&subject, "r@other.example").await, Vec::<String>::new());
}

/// On both sides, the same on every database.
pub async fn searching_ignores_case_beyond_ascii(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    named(&subject, "ann@example.com", "Ärger Straße").await;
    named(&subject, "bob@example.com", "ΠΑΠΠΟΥΣΑΣ").await;
    named(&subject, "eve@example.com", "Жанна").await;
    for search in ["ärger", "ÄRGER", "rger sTRA", "ANN@EXAMPLE"] {
        assert_eq!(names_found(&subject, search).await, ["ann@example.com"], "{search}");
    }
    assert_eq!(names_found(&subject, "παππους").await, ["bob@example.com"]);
    assert_eq!(names_found(&subject, "жАН").await, ["eve@example.com"]);
    assert_eq!(names_found(&subject, "arger").await, Vec::<String>::new());
}

/// Wildcards, escapes and quotes mean themselves, and what can't be stored is not found.
pub async fn nothing_in_a_search_is_special(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    named(&subject, "percent@example.com", "100% sure").await;
    named(&subject, "underscore@example.com", "snake_case").await;
    named(&subject, "backslash@example.com", r"a\b").await;
    named(&subject, "quote@example.com", "O'Neill \"x\" *?[a-z]").await;
    assert_eq!(names_found(&subject, "%").await, ["percent@example.com"]);
    assert_eq!(names_found(&subject, "0% s").await, ["percent@example.com"]);
    assert_eq!(names_found(&subject, "_").await, ["underscore@example.com"]);
    assert_eq!(names_found(&subject, r"\").await, ["backslash@example.com"]);
    assert_eq!(names_found(&subject, r"\%").await, Vec::<String>::new());
    assert_eq!(names_found(&subject, "o'neill").await, ["quote@example.com"]);
    assert_eq!(names_found(&subject, "*?[a-z]").await, ["quote@example.com"]);
    assert_eq!(names_found(&subject, "\0").await, Vec::<String>::new());
    assert_eq!(names_found(&subject, "a\0").await, Vec::<String>::new());
}

/// As does none.
pub async fn an_empty_search_finds_everybody(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    subject.user("ann@example.com").await;
    named(&subject, "bob@example.com", "Bob").await;
    assert_eq!(names_found(&subject, "").await, ["ann@example.com", "bob@example.com"]);
}

/// Also a very long one.
pub async fn a_search_without_a_match_is_an_empty_page(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    named(&subject, "ann@example.com", "Ann").await;
    assert_eq!(names_found(&subject, "anna").await, Vec::<String>::new());
    assert_eq!(names_found(&subject, &"a".repeat(100_000)).await, Vec::<String>::new());
}

/// But not the search.
pub async fn the_count_ignores_paging(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for name in ["a1", "a2", "a3", "b1", "b2"] {
        subject.user(&format!("{name}@example.com")).await;
    }
    let first =
        seen!(subject, users().list(&UserFilter::default(), &PageRequest { limit: 1, ..all(UserOrder::Email) }));
    assert_eq!(first.count, 5);
    let after = Some(Cursor { key: SortKey::Text("a2@example.com".into()), id: Uuid::nil() });
    let page = PageRequest { after, skip: 1, limit: 1, ..users_with("a") };
    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &page)).count, 5, "every address has an a in it");
    assert_eq!(
        seen!(subject, users().list(&UserFilter::default(), &PageRequest { skip: 3, limit: 0, ..users_with("b") }))
            .count,
        2
    );
}

/// Behind this page, whatever lies before it.
pub async fn more_tells_whether_rows_follow(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for name in ["a", "b", "c"] {
        subject.user(&format!("{name}@example.com")).await;
    }
    for (skip, limit, rows, more) in
        [(0, 2, 2, true), (0, 3, 3, false), (1, 1, 1, true), (1, 2, 2, false), (2, 9, 1, false), (0, 0, 0, true)]
    {
        let page =
            seen!(subject, users().list(&UserFilter::default(), &PageRequest { skip, limit, ..all(UserOrder::Email) }));
        assert_eq!((page.rows.len(), page.more), (rows, more), "skip {skip}, limit {limit}");
    }
}

/// However far.
pub async fn a_page_may_be_out_of_bounds(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    for skip in [1, 1000, u64::MAX] {
        let page = seen!(
            subject,
            users().list(&UserFilter::default(), &PageRequest { skip, limit: u32::MAX, ..all(UserOrder::Newest) })
        );
        assert_eq!((page.rows, page.count, page.more), (Vec::new(), 1, false), "skip {skip}");
    }
    let page = seen!(
        subject,
        users().list(&UserFilter::default(), &PageRequest { limit: u32::MAX, ..all(UserOrder::Newest) })
    );
    assert_eq!(page.rows, [ann]);
}

/// In every order.
pub async fn an_empty_store_has_an_empty_page(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for order in [UserOrder::Newest, UserOrder::Oldest, UserOrder::Email, UserOrder::EmailDescending] {
        let page = seen!(subject, users().list(&UserFilter::default(), &all(order)));
        assert_eq!((page.rows, page.count, page.more), (Vec::new(), 0, false), "{order:?}");
    }
}

/// A place between rows will do, at the ends of time too; `skip` counts from there.
pub async fn a_cursor_need_not_be_a_row(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut users = Vec::new();
    for name in ["a", "c", "e"] {
        users.push(subject.user(&format!("{name}@example.com")).await.id);
    }
    let behind = |order, key, skip| PageRequest { after: Some(Cursor { key, id: Uuid::nil() }), skip, ..all(order) };
    let text = |text: &str| SortKey::Text(text.into());
    let time = |micros| SortKey::Time(Timestamp::from_micros(micros));

    assert_eq!(ids(&subject, behind(UserOrder::Email, text("b"), 0)).await, users[1..]);
    assert_eq!(ids(&subject, behind(UserOrder::Email, text("b"), 1)).await, users[2..]);
    assert_eq!(ids(&subject, behind(UserOrder::EmailDescending, text("b"), 0)).await, users[..1]);
    assert_eq!(ids(&subject, behind(UserOrder::Oldest, time(0), 0)).await, users);
    assert_eq!(ids(&subject, behind(UserOrder::Newest, time(0), 0)).await, []);
    for (first, last) in [(i64::MIN, i64::MAX), (-1_000_000_000_000_000_000, 9_000_000_000_000_000_000)] {
        let backwards: Vec<_> = users.iter().rev().copied().collect();
        assert_eq!(ids(&subject, behind(UserOrder::Oldest, time(first), 0)).await, users, "{first}");
        assert_eq!(ids(&subject, behind(UserOrder::Newest, time(last), 0)).await, backwards, "{last}");
        assert_eq!(ids(&subject, behind(UserOrder::Oldest, time(last), 0)).await, [], "{last}");
        assert_eq!(ids(&subject, behind(UserOrder::Newest, time(first), 0)).await, [], "{first}");
    }
}

/// By rank, by state, by both, and together with a search; the count is that of those who are wanted.
pub async fn users_are_filtered_by_rank_and_state(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let active = User { is_verified: true, ..subject.new_user("active@example.com") };
    let root = User { is_superuser: true, is_verified: true, ..subject.new_user("root@example.com") };
    let inactive = User { is_active: false, ..subject.new_user("inactive@example.com") };
    let invited = User { password_hash: None, ..subject.new_user("invited@example.com") };
    let inactive_invited = User { is_active: false, password_hash: None, ..subject.new_user("both@example.com") };
    let everybody = [&active, &root, &inactive, &invited, &inactive_invited];
    subject.store_users(&everybody).await;
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
                assert_eq!(found.count, wanted.len() as u64, "{filter:?} {search:?}");
                assert_eq!(found.rows, wanted, "{filter:?} {search:?}");
            }
        }
    }
}
