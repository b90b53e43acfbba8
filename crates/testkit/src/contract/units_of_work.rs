//! All of a unit of work takes effect, or nothing of it.

use std::{sync::Arc, time::Duration};

use ironplate_application::ports::{Claim, ItemOrder, Lane, MessageOrder, Store, UserFilter, UserOrder};
use ironplate_domain::{
    AuditKind, ItemChanges, KnownClient, MessageState, PasswordHash, RefreshSalt, Rotation, SessionUse, TokenPurpose,
    UserChanges,
};

use super::subject::{Subject, all, alone, assert_conflict, assert_internal, seen};
use crate::samples::{self, session_keys, title};

/// Of every collection, at once.
pub async fn a_commit_makes_everything_visible(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.new_user("ann@example.com");
    let (item, session) = (subject.new_item(&ann, "a"), subject.new_session(&ann));
    let (token, message) = (subject.new_token(&ann, TokenPurpose::VerifyEmail), subject.new_message("ann@example.com"));
    let mut work = subject.begin().await;
    work.users().insert(&ann).await.expect("a new user");
    work.items().insert(&item).await.expect("a new item");
    work.sessions().insert(&session, &session_keys(&session)).await.expect("a new session");
    work.one_time_tokens().issue(&token).await.expect("a new token");
    work.outbox().enqueue(&message).await.expect("a new message");
    work.commit().await.expect("a commit");

    assert_eq!(seen!(subject, users().find(ann.id)), Some(ann));
    assert_eq!(seen!(subject, items().find(item.id)), Some(item));
    assert_eq!(subject.stored_session(&session).await, Some(session));
    let found = seen!(subject, one_time_tokens().find(token.digest, &[token.purpose], token.created_at));
    assert_eq!(found, Some(token));
    assert_eq!(seen!(subject, outbox().find(message.id)), Some(message));
}

/// Neither of what was added nor of what was changed or deleted.
pub async fn a_drop_leaves_nothing(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let new = subject.new_user("new@example.com");
    let changes = UserChanges { is_active: Some(false), ..UserChanges::default() };
    let mut work = subject.begin().await;
    work.users().insert(&new).await.expect("a new user");
    work.users().update(ann.id, &changes).await.expect("a change");
    work.users().delete(bob.id).await.expect("a deletion");
    drop(work);

    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Oldest))).rows, [ann, bob]);
    subject.store_users(&[&new]).await;
    assert_eq!(seen!(subject, users().find(new.id)), Some(new));
}

/// Before anybody else does.
pub async fn a_unit_sees_its_own_writes(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.new_user("ann@example.com");
    let item = subject.new_item(&ann, "a");
    let mut work = subject.begin().await;
    work.users().insert(&ann).await.expect("a new user");
    work.items().insert(&item).await.expect("a new item");
    assert_eq!(work.users().find_by_email(&ann.email).await.expect("an answer"), Some(ann));
    assert_eq!(work.items().list(None, &all(ItemOrder::Newest)).await.expect("a page").rows, [item]);
}

/// Readers meanwhile see what was committed last, without waiting.
pub async fn nobody_else_sees_a_unit_before_its_commit(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let bob = subject.new_user("bob@example.com");
    let mut work = subject.begin().await;
    work.users().insert(&bob).await.expect("a new user");
    work.users().delete(ann.id).await.expect("a deletion");

    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Oldest))).rows, [ann]);
    work.commit().await.expect("a commit");
    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Oldest))).rows, [bob]);
}

/// Each call stands for itself.
pub async fn a_read_handle_sees_what_is_committed_meanwhile(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut reader = subject.read().await;
    let ann = subject.new_user("ann@example.com");
    assert_eq!(reader.users().find(ann.id).await.expect("an answer"), None);
    subject.store_users(&[&ann]).await;
    assert_eq!(reader.users().find(ann.id).await.expect("an answer"), Some(ann.clone()));
    alone!(subject, users().delete(ann.id)).expect("an answer");
    assert_eq!(reader.users().find(ann.id).await.expect("an answer"), None);
}

/// Also those that only read, and the commit.
pub async fn a_unit_that_failed_refuses_every_call(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (item, session) = (subject.item(&ann, "a").await, subject.session(&ann).await);
    let token = subject.token(&ann, TokenPurpose::VerifyEmail).await;
    let (message, now) = (subject.message("ann@example.com").await, ann.created_at);
    let twin = subject.new_user("ANN@example.com");
    let hash = PasswordHash::new("hash".into());
    let mut work = subject.begin().await;
    assert_conflict!(work.users().insert(&twin).await, UserEmail);

    assert_internal!(work.users().insert(&subject.new_user("bob@example.com")).await);
    assert_internal!(work.users().find(ann.id).await);
    assert_internal!(work.users().find_many(&[ann.id]).await);
    assert_internal!(work.users().find_by_email(&ann.email).await);
    assert_internal!(work.users().lock(ann.id).await);
    assert_internal!(work.users().lock_active_superusers().await);
    assert_internal!(work.users().update(ann.id, &UserChanges::default()).await);
    assert_internal!(work.users().replace_password_hash(ann.id, &hash, &hash).await);
    assert_internal!(work.users().delete(ann.id).await);
    assert_internal!(work.users().list(&UserFilter::default(), &all(UserOrder::Newest)).await);
    assert_internal!(work.items().insert(&subject.new_item(&ann, "b")).await);
    assert_internal!(work.items().find(item.id).await);
    assert_internal!(work.items().update(item.id, &ItemChanges::default()).await);
    assert_internal!(work.items().delete(item.id).await);
    assert_internal!(work.items().list(None, &all(ItemOrder::Newest)).await);
    let (keys, client) = (session_keys(&session), KnownClient::of(&samples::client(), now));
    let (current, next, salt) = (keys.secret, keys.secret, RefreshSalt([0; 32]));
    let rotation = Rotation { current, next, salt, generation: 1, now, expires_at: now };
    let used = SessionUse { now, expires_at: now, every: Duration::ZERO, generation: 0 };
    assert_internal!(work.sessions().insert(&subject.new_session(&ann), &keys).await);
    assert_internal!(work.sessions().find_holder_of_cookie(keys.secret).await);
    assert_internal!(work.sessions().find_renewable(keys.secret).await);
    assert_internal!(work.sessions().rotate(session.id, &rotation).await);
    assert_internal!(work.sessions().note_use(session.id, &used).await);
    assert_internal!(work.sessions().list_for(ann.id, now, 9).await);
    assert_internal!(work.sessions().history_of(ann.id, None, 9).await);
    assert_internal!(work.known_clients().remember(ann.id, &client).await);
    assert_internal!(work.known_clients().client_history(ann.id, &client).await);
    assert_internal!(work.known_clients().prune(now, 9).await);
    assert_internal!(work.workers().prune(now).await);
    assert_internal!(work.sessions().revoke_beyond(ann.id, 9, now).await);
    assert_internal!(work.sessions().prune(now, 9).await);
    assert_internal!(work.audit().record(&subject.new_event(AuditKind::LogIn)).await);
    assert_internal!(work.audit().prune(now, 9).await);
    assert_internal!(work.outbox().release_notices(ann.id).await);
    assert_internal!(work.sessions().find_holder(ann.id, session.id).await);
    assert_internal!(work.sessions().revoke(session.user, session.id, ann.created_at).await);
    assert_internal!(work.sessions().revoke_all_for(ann.id, None, ann.created_at).await);
    assert_internal!(work.one_time_tokens().issue(&subject.new_token(&ann, TokenPurpose::VerifyEmail)).await);
    assert_internal!(work.one_time_tokens().find(token.digest, &TokenPurpose::ALL, now).await);
    assert_internal!(work.one_time_tokens().consume(token.digest, &TokenPurpose::ALL, now).await);
    assert_internal!(work.one_time_tokens().revoke_all_for(ann.id).await);
    assert_internal!(work.one_time_tokens().prune(now, 9).await);
    assert_internal!(work.outbox().enqueue(&subject.new_message("ann@example.com")).await);
    assert_internal!(work.outbox().find(message.id).await);
    assert_internal!(work.outbox().next_due().await);
    let claim = Claim { lane: Lane::Untried, now, lease_until: now, passing_over: Vec::new(), limit: 9 };
    assert_internal!(work.outbox().claim_due(&claim).await);
    assert_internal!(work.outbox().bring_forward(now, now, now).await);
    assert_internal!(work.outbox().resolve(&message).await);
    assert_internal!(work.outbox().mark_sent(message.id, 0, now).await);
    assert_internal!(work.outbox().mark_failed(message.id, 0, "no", now).await);
    assert_internal!(work.outbox().mark_dead(message.id, 0, "no", now).await);
    assert_internal!(work.outbox().retry(message.id, now).await);
    assert_internal!(work.outbox().retry_dead(now).await);
    assert_internal!(work.outbox().discard(message.id).await);
    assert_internal!(work.outbox().prune(MessageState::Sent, now, 9).await);
    assert_internal!(work.outbox().list(None, &all(MessageOrder::Newest)).await);
    assert_internal!(work.outbox().statistics().await);
    assert_internal!(work.commit().await);
}

/// What it did before the failure is gone, and the store goes on.
pub async fn a_unit_that_failed_leaves_nothing(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (bob, twin) = (subject.new_user("bob@example.com"), subject.new_user("ANN@example.com"));
    let mut work = subject.begin().await;
    work.users().insert(&bob).await.expect("a new user");
    assert_conflict!(work.users().insert(&twin).await, UserEmail);
    assert_internal!(work.commit().await);

    assert_eq!(seen!(subject, users().list(&UserFilter::default(), &all(UserOrder::Oldest))).rows, [ann]);
    subject.store_users(&[&bob]).await;
    assert_eq!(seen!(subject, users().find(bob.id)), Some(bob));
}

/// A unit of work bears it and commits.
pub async fn not_found_is_no_failure(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, nobody) = (subject.user("ann@example.com").await, subject.new_user("bob@example.com"));
    let changes = UserChanges { is_superuser: Some(true), ..UserChanges::default() };
    let mut work = subject.begin().await;
    assert_eq!(work.users().find(nobody.id).await.expect("an answer"), None);
    assert_eq!(work.users().update(nobody.id, &changes).await.expect("an answer"), None);
    assert!(!work.users().delete(nobody.id).await.expect("an answer"));
    assert_eq!(work.sessions().revoke_all_for(nobody.id, None, ann.created_at).await.expect("an answer"), 0);
    work.users().update(ann.id, &changes).await.expect("a change");
    work.commit().await.expect("a commit");
    assert!(seen!(subject, users().find(ann.id)).expect("ann").is_superuser);
}

/// Each names itself, and nothing else of the unit is kept.
pub async fn every_constraint_that_is_violated_fails_the_unit(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, nobody) = (subject.user("ann@example.com").await, subject.new_user("nobody@example.com"));
    let item = subject.item(&ann, "before").await;
    let changes = ItemChanges { title: Some(title("after")), ..ItemChanges::default() };

    let mut work = subject.begin().await;
    work.items().update(item.id, &changes).await.expect("a change");
    assert_conflict!(work.items().insert(&subject.new_item(&nobody, "b")).await, ItemOwner);
    assert_internal!(work.commit().await);
    let mut work = subject.begin().await;
    work.items().update(item.id, &changes).await.expect("a change");
    let session = subject.new_session(&nobody);
    assert_conflict!(work.sessions().insert(&session, &session_keys(&session)).await, SessionUser);
    assert_internal!(work.commit().await);
    let mut work = subject.begin().await;
    work.items().update(item.id, &changes).await.expect("a change");
    assert_conflict!(
        work.one_time_tokens().issue(&subject.new_token(&nobody, TokenPurpose::VerifyEmail)).await,
        TokenUser
    );
    assert_internal!(work.commit().await);
    let mut work = subject.begin().await;
    work.items().update(item.id, &changes).await.expect("a change");
    assert_conflict!(work.outbox().enqueue(&subject.new_message("a@example.com").about(nobody.id)).await, MessageUser);
    assert_internal!(work.commit().await);
    let taken = UserChanges { email: Some(ann.email.clone()), ..UserChanges::default() };
    let bob = subject.user("bob@example.com").await;
    let mut work = subject.begin().await;
    work.items().update(item.id, &changes).await.expect("a change");
    assert_conflict!(work.users().update(bob.id, &taken).await, UserEmail);
    assert_internal!(work.commit().await);

    assert_eq!(seen!(subject, items().find(item.id)), Some(item));
}
