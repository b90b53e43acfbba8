//! Recovery codes are taken once, and end together.

use std::sync::Arc;

use ironplate_application::ports::{RecoveryCodesLeft, Store};
use ironplate_domain::{TokenDigest, User, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    race::{RIVALS, assert_one_wins, race},
    subject::{Subject, alone, assert_conflict, assert_internal, seen},
};

checks! { recovery_codes;
    a_recovery_code_is_taken_once_and_by_its_user,
    of_many_uses_of_a_recovery_code_one_succeeds,
    new_recovery_codes_end_the_old_ones,
    recovery_codes_need_their_user_and_go_with_them,
    a_unit_that_failed_refuses_every_call_about_recovery_codes,
}

/// Ten that differ.
fn ten(first: u8) -> Vec<TokenDigest> {
    (first..first + 10).map(|byte| TokenDigest([byte; 32])).collect()
}

async fn with_codes(subject: &Subject, email: &str, codes: &[TokenDigest]) -> User {
    let user = subject.user(email).await;
    alone!(subject, recovery_codes().replace(user.id, codes, user.created_at)).expect("new codes");
    user
}

async fn take(subject: &Subject, user: UserId, code: TokenDigest) -> bool {
    alone!(subject, recovery_codes().take(user, code)).expect("an answer")
}

/// Others may have the same one.
async fn a_recovery_code_is_taken_once_and_by_its_user(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let codes = ten(1);
    let (ann, bob) =
        (with_codes(&subject, "ann@example.com", &codes).await, with_codes(&subject, "bob@example.com", &codes).await);
    assert!(!take(&subject, ann.id, TokenDigest([99; 32])).await);
    assert!(!take(&subject, UserId(Uuid::nil()), codes[0]).await);
    assert!(take(&subject, ann.id, codes[0]).await);
    assert!(!take(&subject, ann.id, codes[0]).await);
    let left = |user: &User, count| RecoveryCodesLeft { count, made_at: Some(user.created_at) };
    assert_eq!(seen!(subject, recovery_codes().left_for(ann.id)), left(&ann, 9));
    assert_eq!(seen!(subject, recovery_codes().left_for(bob.id)), left(&bob, 10));
}

/// The others find it taken.
async fn of_many_uses_of_a_recovery_code_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let (codes, ann) = (ten(1), with_codes(&subject, "ann@example.com", &ten(1)).await);
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, user, code) = (subject.clone(), ann.id, codes[3]);
        async move { alone!(subject, recovery_codes().take(user, code)) }
    }));
    assert_one_wins(&outcomes.await);
    assert_eq!(seen!(subject, recovery_codes().left_for(ann.id)).count, 9);
}

/// Nobody else's; and none are none.
async fn new_recovery_codes_end_the_old_ones(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = with_codes(&subject, "ann@example.com", &ten(1)).await;
    let bob = with_codes(&subject, "bob@example.com", &ten(1)).await;
    let now = subject.id_and_time().1;
    alone!(subject, recovery_codes().replace(ann.id, &ten(51), now)).expect("new codes");
    assert!(!take(&subject, ann.id, ten(1)[0]).await);
    assert!(take(&subject, ann.id, ten(51)[9]).await);
    assert_eq!(seen!(subject, recovery_codes().left_for(ann.id)), RecoveryCodesLeft { count: 9, made_at: Some(now) });
    alone!(subject, recovery_codes().replace(ann.id, &[], now)).expect("no codes");
    assert_eq!(seen!(subject, recovery_codes().left_for(ann.id)), RecoveryCodesLeft::default());
    assert!(take(&subject, bob.id, ten(1)[0]).await);
}

/// And don't come back with somebody of the same id.
async fn recovery_codes_need_their_user_and_go_with_them(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = with_codes(&subject, "ann@example.com", &ten(1)).await;
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert_conflict!(alone!(subject, recovery_codes().replace(ann.id, &ten(1), ann.created_at)), RecoveryCodeUser);
    subject.store(&[&ann]).await;
    assert_eq!(seen!(subject, recovery_codes().left_for(ann.id)), RecoveryCodesLeft::default());
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_recovery_codes(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = with_codes(&subject, "ann@example.com", &ten(1)).await;
    let mut work = subject.failed_unit().await;
    assert_internal!(work.recovery_codes().replace(ann.id, &ten(51), ann.created_at).await);
    assert_internal!(work.recovery_codes().take(ann.id, ten(1)[0]).await);
    assert_internal!(work.recovery_codes().left_for(ann.id).await);
}
