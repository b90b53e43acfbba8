//! Authenticator apps wait for their first code, and take each code once.

use std::sync::Arc;

use ironplate_application::ports::{Constraint, Repositories, Store, StoreResult};
use ironplate_domain::{
    AuthenticatorApp, AuthenticatorAppId, KeyId, Owner, SealedSecret, Step, Timestamp, User, UserId,
};
use uuid::Uuid;

use super::{
    checks::checks,
    race::{RIVALS, assert_one_wins, race},
    rows::Row,
    subject::{Subject, alone, assert_internal, later, seen},
};
use crate::samples::text;

checks! { authenticator_apps of AuthenticatorApp: rows, owned;
    the_apps_of_a_user_are_listed_by_their_ids,
    one_app_of_a_user_waits_at_a_time,
    an_app_is_confirmed_while_it_waits_and_in_time,
    of_many_confirmations_of_an_app_one_succeeds,
    a_code_is_taken_once_and_none_of_an_earlier_step,
    of_many_uses_of_a_code_one_succeeds,
    an_app_is_renamed_and_removed_by_its_user,
    all_apps_of_one_user_are_removed,
    of_many_who_seal_a_secret_anew_one_succeeds,
    secrets_that_another_key_sealed_are_found,
    apps_that_wait_for_too_long_are_pruned,
    a_unit_that_failed_refuses_every_call_about_apps,
}

fn sealed(key: &str, bytes: &[u8]) -> SealedSecret {
    SealedSecret { key: KeyId(key.to_owned()), bytes: bytes.to_vec() }
}

/// One that is not stored, and waits for its first code.
pub(super) fn waiting(subject: &Subject, user: UserId, name: &str) -> AuthenticatorApp {
    let (id, created_at) = subject.id_and_time();
    AuthenticatorApp {
        id: AuthenticatorAppId(id),
        user,
        name: text(name),
        sealed_secret: sealed("key", id.as_bytes()),
        created_at,
        confirmed_at: None,
        last_step: Step(0),
        last_used_at: None,
    }
}

/// One that is not stored, and counts.
pub(super) fn counting(subject: &Subject, user: UserId, name: &str) -> AuthenticatorApp {
    let app = waiting(subject, user, name);
    AuthenticatorApp { confirmed_at: Some(app.created_at), last_step: Step(100), ..app }
}

impl Row for AuthenticatorApp {
    const OWNER: Option<Constraint> = Some(Constraint::AuthenticatorAppUser);

    fn sample(subject: &Subject, owner: Owner, text: &str) -> Self {
        counting(subject, subject.user_of(owner).id, text)
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        let user = subject.user_of(owner).id;
        let rich = Self {
            sealed_secret: sealed("", &[0, 255, 39, 92]),
            created_at: Timestamp::MIN,
            confirmed_at: Some(Timestamp::from_micros(-1)),
            last_step: Step(i64::MAX),
            last_used_at: Some(Timestamp::MAX),
            ..counting(subject, user, "Änn's \"phone\" <😀>")
        };
        vec![rich, Self { sealed_secret: sealed("k", &[]), ..waiting(subject, user, "x") }]
    }

    async fn insert(&self, work: &mut dyn Repositories) -> StoreResult<()> {
        work.authenticator_apps().enrol(self).await
    }

    async fn find(&self, from: &mut dyn Repositories) -> StoreResult<Option<Self>> {
        from.authenticator_apps().find(self.user, self.id).await
    }

    fn spelling(&self) -> Option<&str> {
        Some(self.name.as_str())
    }
}

/// A user with an app that counts.
async fn enrolled(subject: &Subject, email: &str) -> (User, AuthenticatorApp) {
    let user = subject.user(email).await;
    let app = counting(subject, user.id, "phone");
    subject.store(&[&app]).await;
    (user, app)
}

/// And nobody else's; nor is one found as somebody else's.
async fn the_apps_of_a_user_are_listed_by_their_ids(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, first) = enrolled(&subject, "ann@example.com").await;
    let (bob, bobs) = enrolled(&subject, "bob@example.com").await;
    let (second, third) = (counting(&subject, ann.id, "tablet"), waiting(&subject, ann.id, "new phone"));
    subject.store(&[&second, &third]).await;
    assert_eq!(seen!(subject, authenticator_apps().list_for(ann.id)), [first, second, third]);
    assert_eq!(seen!(subject, authenticator_apps().list_for(bob.id)), std::slice::from_ref(&bobs));
    assert_eq!(seen!(subject, authenticator_apps().list_for(UserId(Uuid::nil()))), []);
    assert_eq!(seen!(subject, authenticator_apps().find(ann.id, bobs.id)), None);
}

/// Whoever begins anew has forgotten the one before. Those that count stay, and so do others'.
async fn one_app_of_a_user_waits_at_a_time(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ((ann, counts), bob) = (enrolled(&subject, "ann@example.com").await, subject.user("bob@example.com").await);
    let bobs = waiting(&subject, bob.id, "phone");
    let (first, second) = (waiting(&subject, ann.id, "one"), waiting(&subject, ann.id, "two"));
    for app in [&bobs, &first, &second] {
        subject.store(&[app]).await;
    }
    assert_eq!(seen!(subject, authenticator_apps().list_for(ann.id)), [counts, second]);
    assert_eq!(subject.find(&bobs).await, Some(bobs));
}

/// Then it counts, and its first code is taken.
async fn an_app_is_confirmed_while_it_waits_and_in_time(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let app = waiting(&subject, ann.id, "phone");
    subject.store(&[&app]).await;
    let now = later(app.created_at, 70);
    let confirm = async |id, step, since| {
        alone!(subject, authenticator_apps().confirm(id, Step(step), now, since)).expect("an answer")
    };
    assert!(!confirm(app.id, 7, later(app.created_at, 1)).await, "it waits for too long");
    assert!(!confirm(AuthenticatorAppId(Uuid::nil()), 7, app.created_at).await);
    assert_eq!(subject.find(&app).await.as_ref(), Some(&app));
    assert!(confirm(app.id, 7, app.created_at).await);
    let confirmed =
        AuthenticatorApp { confirmed_at: Some(now), last_step: Step(7), last_used_at: Some(now), ..app.clone() };
    assert_eq!(subject.find(&app).await.as_ref(), Some(&confirmed));
    assert!(!confirm(app.id, 8, app.created_at).await, "it counts already");
    assert_eq!(subject.find(&app).await, Some(confirmed));
}

/// The others find it confirmed.
async fn of_many_confirmations_of_an_app_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let app = waiting(&subject, ann.id, "phone");
    subject.store(&[&app]).await;
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, id, now) = (subject.clone(), app.id, app.created_at);
        async move { alone!(subject, authenticator_apps().confirm(id, Step(9), now, now)) }
    }));
    assert_one_wins(&outcomes.await);
}

/// Of an app that waits none is taken.
async fn a_code_is_taken_once_and_none_of_an_earlier_step(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, app) = enrolled(&subject, "ann@example.com").await;
    let waits = waiting(&subject, ann.id, "new phone");
    subject.store(&[&waits]).await;
    for (id, step, expected) in [
        (app.id, 100, false),
        (app.id, 99, false),
        (app.id, 103, true),
        (app.id, 103, false),
        (app.id, 102, false),
        (app.id, 104, true),
        (waits.id, 200, false),
        (AuthenticatorAppId(Uuid::nil()), 200, false),
    ] {
        let now = later(app.created_at, step);
        let taken = alone!(subject, authenticator_apps().take_step(id, Step(step), now)).expect("an answer");
        assert_eq!(taken, expected, "{step}");
    }
    let used = AuthenticatorApp { last_step: Step(104), last_used_at: Some(later(app.created_at, 104)), ..app.clone() };
    assert_eq!(subject.find(&app).await, Some(used));
    assert_eq!(subject.find(&waits).await, Some(waits));
}

/// The others find it taken.
async fn of_many_uses_of_a_code_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let (_, app) = enrolled(&subject, "ann@example.com").await;
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, id, now) = (subject.clone(), app.id, app.created_at);
        async move { alone!(subject, authenticator_apps().take_step(id, Step(101), now)) }
    }));
    assert_one_wins(&outcomes.await);
}

/// And by nobody else.
async fn an_app_is_renamed_and_removed_by_its_user(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, app) = enrolled(&subject, "ann@example.com").await;
    let (bob, bobs) = enrolled(&subject, "bob@example.com").await;
    let name = text("Ann's phone");
    assert!(!alone!(subject, authenticator_apps().rename(bob.id, app.id, &name)).expect("an answer"));
    assert!(!alone!(subject, authenticator_apps().remove(bob.id, app.id)).expect("an answer"));
    assert_eq!(subject.find(&app).await.as_ref(), Some(&app));
    assert!(alone!(subject, authenticator_apps().rename(ann.id, app.id, &name)).expect("an answer"));
    assert_eq!(subject.find(&app).await, Some(AuthenticatorApp { name, ..app.clone() }));
    assert!(alone!(subject, authenticator_apps().remove(ann.id, app.id)).expect("an answer"));
    assert!(!alone!(subject, authenticator_apps().remove(ann.id, app.id)).expect("an answer"));
    assert_eq!(subject.find(&app).await, None);
    assert_eq!(subject.find(&bobs).await, Some(bobs));
}

/// Those that wait, too; and nobody else's.
async fn all_apps_of_one_user_are_removed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ((ann, _), (_, bobs)) =
        (enrolled(&subject, "ann@example.com").await, enrolled(&subject, "bob@example.com").await);
    subject.store(&[&waiting(&subject, ann.id, "new phone")]).await;
    assert_eq!(alone!(subject, authenticator_apps().remove_all_for(ann.id)).expect("an answer"), 2);
    assert_eq!(alone!(subject, authenticator_apps().remove_all_for(ann.id)).expect("an answer"), 0);
    assert_eq!(seen!(subject, authenticator_apps().list_for(ann.id)), []);
    assert_eq!(subject.find(&bobs).await, Some(bobs));
}

/// The others find another one there.
async fn of_many_who_seal_a_secret_anew_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let (_, app) = enrolled(&subject, "ann@example.com").await;
    let new = sealed("new", b"sealed anew");
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, app, new) = (subject.clone(), app.clone(), new.clone());
        async move { alone!(subject, authenticator_apps().reseal(app.id, &app.sealed_secret, &new)) }
    }));
    assert_one_wins(&outcomes.await);
    assert_eq!(subject.find(&app).await, Some(AuthenticatorApp { sealed_secret: new, ..app }));
}

/// Whosever they are, so many at once, and one after the other.
async fn secrets_that_another_key_sealed_are_found(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let of_key = |user: &User, key| AuthenticatorApp {
        sealed_secret: sealed(key, b"x"),
        ..counting(&subject, user.id, "phone")
    };
    let (a, m, z) = (of_key(&ann, "a"), of_key(&bob, "m"), of_key(&bob, "z"));
    subject.store(&[&a, &m, &z]).await;
    let found = async |key: &str, after, limit| {
        let found = seen!(subject, authenticator_apps().sealed_otherwise(&KeyId(key.to_owned()), after, limit));
        found.into_iter().map(|app| app.id).collect::<Vec<_>>()
    };
    assert_eq!(found("m", None, 9).await, [a.id, z.id]);
    assert_eq!(found("b", None, 2).await, [a.id, m.id]);
    assert_eq!(found("b", Some(m.id), 2).await, [z.id]);
}

/// Those that count stay.
async fn apps_that_wait_for_too_long_are_pruned(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (_, counts) = enrolled(&subject, "ann@example.com").await;
    let mut waiting_apps = Vec::new();
    for n in 0..3 {
        let user = subject.user(&format!("user{n}@example.com")).await;
        let app = waiting(&subject, user.id, "phone");
        subject.store(&[&app]).await;
        waiting_apps.push(app);
    }
    let before = waiting_apps[2].created_at;
    let prune = async |limit| alone!(subject, authenticator_apps().prune(before, limit)).expect("an answer");
    assert_eq!([prune(1).await, prune(9).await, prune(9).await], [1, 1, 0]);
    assert_eq!(subject.find(&waiting_apps[0]).await, None);
    assert_eq!(subject.find(&waiting_apps[2]).await, waiting_apps.pop());
    assert_eq!(subject.find(&counts).await, Some(counts));
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_apps(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, app) = enrolled(&subject, "ann@example.com").await;
    let (id, now, name) = (app.id, app.created_at, text("phone"));
    let mut work = subject.failed_unit().await;
    assert_internal!(work.authenticator_apps().list_for(ann.id).await);
    assert_internal!(work.authenticator_apps().confirm(id, Step(1), now, now).await);
    assert_internal!(work.authenticator_apps().take_step(id, Step(101), now).await);
    assert_internal!(work.authenticator_apps().rename(ann.id, id, &name).await);
    assert_internal!(work.authenticator_apps().remove(ann.id, id).await);
    assert_internal!(work.authenticator_apps().remove_all_for(ann.id).await);
    assert_internal!(work.authenticator_apps().sealed_otherwise(&KeyId(String::new()), None, 9).await);
    assert_internal!(work.authenticator_apps().reseal(id, &app.sealed_secret, &app.sealed_secret).await);
    assert_internal!(work.authenticator_apps().prune(now, 9).await);
}
