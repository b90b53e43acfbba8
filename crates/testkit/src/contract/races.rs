//! Many at once: one of them wins, and the others are told so.

use std::{collections::BTreeSet, sync::Arc};

use ironplate_application::ports::{Constraint, Lane, Store, StoreError, StoreResult, UserFilter, UserOrder};
use ironplate_domain::{
    MessageId, PasswordHash, RefreshSalt, Rotation, TokenDigest, TokenPurpose, User, UserChanges, UserId,
};
use tokio::{sync::Barrier, task::JoinSet};

use super::subject::{Subject, all, alone, later, seen};
use crate::samples::session_keys;

const RIVALS: usize = 16;

/// Lets all attempts begin together and answers what they answered, in no order.
pub(super) async fn race<T, Attempt>(attempts: impl IntoIterator<Item = Attempt>) -> Vec<T>
where
    T: Send + 'static,
    Attempt: Future<Output = T> + Send + 'static,
{
    let attempts: Vec<Attempt> = attempts.into_iter().collect();
    let start = Arc::new(Barrier::new(attempts.len()));
    let mut running = JoinSet::new();
    for attempt in attempts {
        let start = start.clone();
        running.spawn(async move {
            start.wait().await;
            attempt.await
        });
    }
    running.join_all().await
}

fn assert_one_wins(outcomes: &[StoreResult<bool>]) {
    let count =
        |expected: bool| outcomes.iter().filter(|outcome| matches!(outcome, Ok(won) if *won == expected)).count();
    assert_eq!((count(true), count(false)), (1, RIVALS - 1), "{outcomes:?}");
}

fn assert_one_succeeds_and_the_others_conflict<T: std::fmt::Debug>(outcomes: &[StoreResult<T>]) {
    let conflict = |outcome: &&_| matches!(outcome, Err(StoreError::Conflict(Constraint::UserEmail)));
    let succeeded = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((succeeded, outcomes.iter().filter(conflict).count()), (1, RIVALS - 1), "{outcomes:?}");
}

/// The others meet the constraint and nothing else.
pub async fn of_many_inserts_of_an_address_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let outcomes = race((0..RIVALS).map(|n| {
        let subject = subject.clone();
        let user = subject.new_user(["ann@example.com", "ANN@example.com"][n % 2]);
        async move { alone!(subject, users().insert(&user)) }
    }));
    assert_one_succeeds_and_the_others_conflict(&outcomes.await);
    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Newest))).count, 1);
}

/// The others keep theirs.
pub async fn of_many_changes_to_an_address_one_succeeds(store: Arc<dyn Store>) {
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
    assert_one_succeeds_and_the_others_conflict(&outcomes.await);
    assert!(seen!(subject, users().find_by_email(&wanted)).is_some());
}

/// The others find nothing.
pub async fn of_many_deletions_of_an_item_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let id = subject.item(&ann, "a").await.id;
    let outcomes = race((0..RIVALS).map(|_| {
        let subject = subject.clone();
        async move { alone!(subject, items().delete(id)) }
    }));
    assert_one_wins(&outcomes.await);
    assert_eq!(seen!(subject, items().find(id)), None);
}

/// With everything that is the user's.
pub async fn of_many_deletions_of_a_user_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    subject.item(&ann, "a").await;
    subject.session(&ann).await;
    let outcomes = race((0..RIVALS).map(|_| {
        let subject = subject.clone();
        async move { alone!(subject, users().delete(ann.id)) }
    }));
    assert_one_wins(&outcomes.await);
    assert_eq!(seen!(subject, users().find(ann.id)), None);
}

/// The others come late.
pub async fn of_many_revocations_of_a_session_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let outcomes = race((0..RIVALS).map(|_| {
        let subject = subject.clone();
        async move { alone!(subject, sessions().revoke(session.user, session.id, ann.created_at)) }
    }));
    assert_one_wins(&outcomes.await);
}

/// The stored hash is the winner's.
pub async fn of_many_replacements_of_a_password_hash_one_succeeds(store: Arc<dyn Store>) {
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
pub async fn two_superusers_cannot_take_the_rank_from_one_another(store: Arc<dyn Store>) {
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

/// Ten tabs at once leave one lineage.
pub async fn of_many_rotations_of_a_token_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let session = subject.session(&ann).await;
    let current = session_keys(&session).refresh.expect("a refresh token");
    let (now, expires_at) = (session.created_at, session.expires_at);
    let outcomes = race((0..RIVALS).map(|n| {
        let (subject, id) = (subject.clone(), session.id);
        let byte = u8::try_from(n).expect("few rivals");
        let (next, salt) = (TokenDigest([byte; 32]), RefreshSalt([byte; 32]));
        let rotation = Rotation { current, next, salt, generation: 1, now, expires_at };
        async move { alone!(subject, sessions().rotate(id, &rotation)).expect("an answer") }
    }));
    assert_eq!(outcomes.await.into_iter().filter(|rotated| *rotated).count(), 1);
}

/// Each is refused or deleted with its user.
pub async fn sessions_opened_while_the_user_is_deleted_leave_nothing(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let outcomes = race((0..RIVALS).map(|n| {
        let (subject, ann) = (subject.clone(), ann.clone());
        async move {
            if n == RIVALS / 2 {
                return alone!(subject, users().delete(ann.id)).map(|deleted| assert!(deleted));
            }
            let session = subject.new_session(&ann);
            alone!(subject, sessions().insert(&session, &session_keys(&session)))
        }
    }));
    for outcome in outcomes.await {
        assert!(matches!(outcome, Ok(()) | Err(StoreError::Conflict(Constraint::SessionUser))), "{outcome:?}");
    }
    subject.store_users(&[&User { email: subject.new_user("again@example.com").email, ..ann.clone() }]).await;
    let revoked = alone!(subject, sessions().revoke_all_for(ann.id, None, ann.created_at)).expect("an answer");
    assert_eq!(revoked, 0, "sessions outlived their user");
}

/// The others find it gone.
pub async fn of_many_consumptions_of_a_token_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let token = subject.token(&ann, TokenPurpose::ResetPassword).await;
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, token) = (subject.clone(), token.clone());
        async move {
            alone!(subject, one_time_tokens().consume(token.digest, &[token.purpose], token.created_at))
                .map(|consumed| consumed.is_some())
        }
    }));
    assert_one_wins(&outcomes.await);
}

/// All succeed, and one of their tokens is good.
pub async fn of_many_tokens_issued_for_one_purpose_one_is_left(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let tokens: Vec<_> = (0..RIVALS).map(|_| subject.new_token(&ann, TokenPurpose::ResetPassword)).collect();
    let outcomes = race(tokens.clone().into_iter().map(|token| {
        let subject = subject.clone();
        async move { alone!(subject, one_time_tokens().issue(&token)) }
    }));
    for outcome in outcomes.await {
        outcome.expect("a new token");
    }
    let mut good = 0;
    for token in tokens {
        let found = seen!(subject, one_time_tokens().find(token.digest, &[token.purpose], token.created_at));
        good += usize::from(found.is_some());
    }
    assert_eq!(good, 1);
    assert_eq!(alone!(subject, one_time_tokens().revoke_all_for(ann.id)).expect("an answer"), 1);
}

/// Each is refused or deleted with its user.
pub async fn tokens_issued_while_the_user_is_deleted_leave_nothing(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let outcomes = race((0..RIVALS).map(|n| {
        let (subject, ann) = (subject.clone(), ann.clone());
        async move {
            if n == RIVALS / 2 {
                return alone!(subject, users().delete(ann.id)).map(|deleted| assert!(deleted));
            }
            let token = subject.new_token(&ann, TokenPurpose::ALL[n % 4]);
            alone!(subject, one_time_tokens().issue(&token))
        }
    }));
    for outcome in outcomes.await {
        assert!(matches!(outcome, Ok(()) | Err(StoreError::Conflict(Constraint::TokenUser))), "{outcome:?}");
    }
    subject.store_users(&[&User { email: subject.new_user("again@example.com").email, ..ann.clone() }]).await;
    let revoked = alone!(subject, one_time_tokens().revoke_all_for(ann.id)).expect("an answer");
    assert_eq!(revoked, 0, "tokens outlived their user");
}

/// Nor is any left behind.
pub async fn no_message_is_claimed_by_two(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let messages: Vec<_> = (0..100).map(|n| subject.new_message(&format!("user{n}@example.com"))).collect();
    subject.store_messages(&messages.iter().collect::<Vec<_>>()).await;
    let now = messages[99].due_at;
    let claimed = race((0..8).map(|_| {
        let subject = subject.clone();
        async move {
            let mut mine: Vec<MessageId> = Vec::new();
            loop {
                let claimed = subject.claim_from(Lane::Untried, now, later(now, 60_000_000), 7).await;
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.iter().map(|message| message.id));
            }
        }
    }));
    let claimed = claimed.await.concat();
    assert_eq!(claimed.len(), 100);
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), messages.iter().map(|message| message.id).collect());
}

/// Whoever comes second is told that the message is out of their hands.
pub async fn of_many_marks_of_one_attempt_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let message = subject.message("ann@example.com").await;
    subject.claim(message.due_at, later(message.due_at, 60_000_000)).await;
    let outcomes = race((0..RIVALS).map(|n| {
        let (subject, id, now) = (subject.clone(), message.id, message.created_at);
        async move {
            match n % 4 {
                0 => alone!(subject, outbox().mark_sent(id, 1, now)),
                1 => alone!(subject, outbox().mark_failed(id, 1, "451 later", now)),
                2 => alone!(subject, outbox().mark_dead(id, 1, "550 no", now)),
                _ => alone!(subject, outbox().mark_sent(id, 1, later(now, 1))),
            }
        }
    }));
    assert_one_wins(&outcomes.await);
}
