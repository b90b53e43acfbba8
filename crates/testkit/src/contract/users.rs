//! Users come and go.

use std::sync::Arc;

use ironplate_application::ports::{
    Constraint, Count, Page, PageRequest, Repositories, Store, StoreResult, UserFilter, UserOrder,
};
use ironplate_domain::{Owner, PasswordHash, Timestamp, User, UserChanges, UserId};
use uuid::Uuid;

use super::{
    checks::{checks, through},
    lists::{Listed, moment},
    resource::Resource,
    rows::{Row, assert_same},
    subject::{Subject, all, alone, assert_conflict, assert_internal, seen},
};
use crate::samples::{email, full_name};

checks! { users of User: resource, user_changes, user_races, locks, lists_of_users;
    a_user_is_found_in_every_way,
    an_unknown_user_is_none,
    many_users_are_found_at_once,
    a_user_is_found_by_address_in_any_spelling,
    an_address_belongs_to_one_user_in_any_spelling,
    a_user_is_added_unless_the_id_or_the_address_is_taken,
    a_deleted_user_is_gone_and_the_address_free,
    a_unit_that_failed_refuses_every_call_about_users,
}

impl Row for User {
    const OWNER: Option<Constraint> = None;

    fn sample(subject: &Subject, _: Owner, text: &str) -> Self {
        Self { full_name: Some(full_name(text)), ..subject.new_user(&format!("{}@Example.com", subject.number())) }
    }

    fn extremes(subject: &Subject, _: Owner) -> Vec<Self> {
        let rich = Self {
            id: UserId(subject.id_and_time().0),
            email: email("Grüße@Bücher.example"),
            full_name: Some(full_name("  Zoë 😀 ¿ο? \u{202e}x'\"\\%\n")),
            password_hash: Some(PasswordHash::new("hash".into())),
            is_active: false,
            is_superuser: true,
            is_verified: true,
            created_at: Timestamp::from_micros(-1),
        };
        let empty = Self {
            full_name: Some(full_name("")),
            password_hash: None,
            created_at: Timestamp::from_micros(253_402_300_799_999_999),
            ..subject.new_user("empty@example.com")
        };
        vec![rich, empty, subject.new_user("Ann.Smith+Tag@Example.COM")]
    }

    through! { users; insert, find }

    fn spelling(&self) -> Option<&str> {
        Some(self.email.as_str())
    }
}

impl Listed for User {
    type Order = UserOrder;

    fn at_place(self, place: i64) -> Self {
        Self { created_at: moment(place), ..self }
    }

    async fn list(
        from: &mut dyn Repositories,
        _: Option<Owner>,
        page: &PageRequest<UserOrder>,
    ) -> StoreResult<Page<Self>> {
        from.users().list(&UserFilter::default(), page).await
    }
}

impl Resource for User {
    type Changes = UserChanges;

    const SEARCHED: &'static [fn(&mut Self, &str)] = &[|user, text| user.full_name = Some(full_name(text))];

    fn id(&mut self) -> &mut Uuid {
        &mut self.id.0
    }

    fn changes() -> Vec<UserChanges> {
        let all = UserChanges {
            email: Some(email("Zoë@Example.com")),
            full_name: Some(Some(full_name("Zoë"))),
            password_hash: Some(PasswordHash::new("another hash".into())),
            is_active: Some(true),
            is_superuser: Some(false),
            is_verified: Some(true),
        };
        let unchanged = UserChanges::default;
        vec![
            UserChanges { email: Some(email("An@Other.example")), ..unchanged() },
            UserChanges { full_name: Some(Some(full_name("Änn"))), ..unchanged() },
            UserChanges { password_hash: Some(PasswordHash::new("a hash".into())), ..unchanged() },
            UserChanges { is_active: Some(false), ..unchanged() },
            UserChanges { is_superuser: Some(true), ..unchanged() },
            all,
            UserChanges { is_verified: Some(false), ..unchanged() },
            UserChanges { full_name: Some(None), ..unchanged() },
        ]
    }

    fn changes_to(text: &str) -> UserChanges {
        UserChanges { full_name: Some(Some(full_name(text))), ..UserChanges::default() }
    }

    through! { users; update, delete }
}

/// By the address in any spelling and under a lock, to the letter.
async fn a_user_is_found_in_every_way(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.new_user("ann@example.com");
    for user in User::extremes(&subject, ann.id.into()) {
        subject.store(&[&user]).await;
        assert_same(seen!(subject, users().find_by_email(&user.email)).as_ref(), &user);
        assert_same(alone!(subject, users().lock(user.id)).expect("an answer").as_ref(), &user);
    }
}

/// Whatever is asked of somebody who is not there.
async fn an_unknown_user_is_none(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    subject.user("ann@example.com").await;
    let nobody = UserId(Uuid::nil());
    let hash = PasswordHash::new("hash".into());
    let changes = UserChanges { is_active: Some(false), ..UserChanges::default() };
    assert_eq!(seen!(subject, users().find(nobody)), None);
    assert_eq!(seen!(subject, users().find_by_email(&email("bob@example.com"))), None);
    assert_eq!(alone!(subject, users().lock(nobody)).expect("an answer"), None);
    assert_eq!(alone!(subject, users().update(nobody, &changes)).expect("an answer"), None);
    assert!(!alone!(subject, users().replace_password_hash(nobody, &hash, &hash)).expect("an answer"));
    assert!(!alone!(subject, users().delete(nobody)).expect("an answer"));
}

/// Whoever is not there is left out.
async fn many_users_are_found_at_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    subject.user("cid@example.com").await;
    let mut found = seen!(subject, users().find_many(&[bob.id, UserId(Uuid::nil()), ann.id]));
    found.sort_by_key(|user| user.id);
    assert_eq!(found, [ann, bob]);
    assert_eq!(seen!(subject, users().find_many(&[])), []);
}

/// Case and the domain's script do not matter.
async fn a_user_is_found_by_address_in_any_spelling(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("Ann@Bücher.example").await;
    for spelling in ["Ann@Bücher.example", "ann@bücher.example", "ANN@BÜCHER.EXAMPLE", "ann@xn--bcher-kva.example"] {
        assert_same(seen!(subject, users().find_by_email(&email(spelling))).as_ref(), &ann);
    }
    assert_eq!(seen!(subject, users().find_by_email(&email("ann@bucher.example"))), None);
}

/// The second insert is a conflict, and the first user stays.
async fn an_address_belongs_to_one_user_in_any_spelling(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@bücher.example").await;
    for spelling in ["ann@bücher.example", "ANN@Bücher.Example", "ann@xn--bcher-kva.example"] {
        let other = subject.new_user(spelling);
        assert_conflict!(alone!(subject, users().insert(&other)), UserEmail);
        assert_eq!(seen!(subject, users().find(other.id)), None);
    }
    assert_same(seen!(subject, users().find(ann.id)).as_ref(), &ann);
}

/// The unit goes on, whether they were added or not; nobody else is changed, and they count once.
async fn a_user_is_added_unless_the_id_or_the_address_is_taken(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.new_user("ann@bücher.example"), subject.new_user("bob@example.com"));
    let mut work = subject.begin().await;
    assert!(work.users().insert_new(&ann).await.expect("an answer"));
    for other in [
        subject.new_user("ANN@xn--bcher-kva.example"),
        User { id: ann.id, ..subject.new_user("other@example.com") },
        ann.clone(),
    ] {
        assert!(!work.users().insert_new(&other).await.expect("an answer"), "{other:?}");
    }
    assert!(work.users().insert_new(&bob).await.expect("an answer"));
    work.commit().await.expect("a commit");
    assert!(!alone!(subject, users().insert_new(&bob)).expect("an answer"));
    let mut page = seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Email)));
    assert_same(page.rows.first(), &ann);
    assert_same(page.rows.pop().as_ref(), &bob);
    assert_eq!((page.rows.len(), page.count), (1, Count::Exactly(2)));
}

/// Once deleted, gone by id and by address; a second time there is nobody.
async fn a_deleted_user_is_gone_and_the_address_free(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert!(!alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert_eq!(seen!(subject, users().find(ann.id)), None);
    assert_eq!(seen!(subject, users().find_by_email(&ann.email)), None);
    let next = subject.user("ann@example.com").await;
    assert_same(seen!(subject, users().find_by_email(&ann.email)).as_ref(), &next);
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_users(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let hash = PasswordHash::new("hash".into());
    let mut work = subject.failed_unit().await;
    assert_internal!(work.users().insert(&subject.new_user("bob@example.com")).await);
    assert_internal!(work.users().insert_new(&subject.new_user("bob@example.com")).await);
    assert_internal!(work.users().find(ann.id).await);
    assert_internal!(work.users().find_many(&[ann.id]).await);
    assert_internal!(work.users().find_by_email(&ann.email).await);
    assert_internal!(work.users().lock(ann.id).await);
    assert_internal!(work.users().lock_active_superusers().await);
    assert_internal!(work.users().update(ann.id, &UserChanges::default()).await);
    assert_internal!(work.users().replace_password_hash(ann.id, &hash, &hash).await);
    assert_internal!(work.users().delete(ann.id).await);
    assert_internal!(work.users().list(&UserFilter::default(), &all(UserOrder::Newest)).await);
}
