//! Many at once want the same of a user.

use std::sync::Arc;

use ironplate_application::ports::{Constraint, Count, Store, StoreResult, UserFilter, UserOrder};
use ironplate_domain::{PasswordHash, UserChanges, UserId};

use super::{
    checks::checks,
    race::{RIVALS, assert_one_succeeds_and_the_others_conflict, assert_one_wins, race},
    subject::{Subject, all, alone, seen},
};

checks! { user_races;
    of_many_inserts_of_an_address_one_succeeds,
    of_many_changes_to_an_address_one_succeeds,
    of_many_replacements_of_a_password_hash_one_succeeds,
    two_superusers_cannot_take_the_rank_from_one_another,
}

/// The others meet the constraint and nothing else.
async fn of_many_inserts_of_an_address_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let outcomes = race((0..RIVALS).map(|n| {
        let subject = subject.clone();
        let user = subject.new_user(["ann@example.com", "ANN@example.com"][n % 2]);
        async move { alone!(subject, users().insert(&user)) }
    }));
    assert_one_succeeds_and_the_others_conflict(&outcomes.await, Constraint::UserEmail);
    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Newest))).count, Count::Exactly(1));
}

/// The others keep theirs.
async fn of_many_changes_to_an_address_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let mut users = Vec::new();
    for n in 0..RIVALS {
        users.push(subject.user(&format!("user{n}@example.com")).await);
    }
    let wanted = subject.new_user("wanted@example.com").email;
    let outcomes = race(users.into_iter().map(|user| {
        let (subject, email) = (subject.clone(), Some(wanted.clone()));
        async move { alone!(subject, users().update(user.id, &UserChanges { email, ..UserChanges::default() })) }
    }));
    assert_one_succeeds_and_the_others_conflict(&outcomes.await, Constraint::UserEmail);
    assert!(seen!(subject, users().find_by_email(&wanted)).is_some());
}

/// The stored hash is the winner's.
async fn of_many_replacements_of_a_password_hash_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let outcomes = race((0..RIVALS).map(|n| {
        let (subject, id, current) = (subject.clone(), ann.id, ann.password_hash.clone().expect("a password"));
        let next = PasswordHash::new(format!("rival {n}"));
        async move {
            let replaced = alone!(subject, users().replace_password_hash(id, &current, &next));
            (replaced, next)
        }
    }));
    let (outcomes, hashes): (Vec<_>, Vec<_>) = outcomes.await.into_iter().unzip();
    assert_one_wins(&outcomes);
    let winner = outcomes.iter().position(|outcome| matches!(outcome, Ok(true))).expect("a winner");
    assert_eq!(seen!(subject, users().find(ann.id)).expect("ann").password_hash.as_ref(), Some(&hashes[winner]));
}

/// Demotes somebody as the use case does it: never the last superuser.
async fn demote(subject: Arc<Subject>, id: UserId) -> StoreResult<bool> {
    let mut work = subject.store.begin().await?;
    if work.users().lock_active_superusers().await? == [id] {
        return Ok(false);
    }
    work.users().lock(id).await?;
    work.users().update(id, &UserChanges { is_superuser: Some(false), ..UserChanges::default() }).await?;
    work.commit().await?;
    Ok(true)
}

/// Whoever comes second finds the last one and stops.
async fn two_superusers_cannot_take_the_rank_from_one_another(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    for round in 0..8 {
        let one = subject.superuser(&format!("one{round}@example.com")).await;
        let other = subject.superuser(&format!("other{round}@example.com")).await;
        let outcomes = race([one.id, other.id].map(|id| demote(subject.clone(), id))).await;
        let demoted = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count();
        let refused = outcomes.iter().filter(|outcome| matches!(outcome, Ok(false))).count();
        assert_eq!((demoted, refused), (1, 1), "{outcomes:?}");
        let left = alone!(subject, users().lock_active_superusers()).expect("ids");
        assert_eq!(left.len(), 1);
        assert!(alone!(subject, users().delete(left[0])).expect("an answer"));
    }
}
