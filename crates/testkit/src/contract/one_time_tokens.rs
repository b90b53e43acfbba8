//! One-time tokens are issued, superseded, consumed, revoked and pruned.

use std::sync::Arc;

use ironplate_application::ports::{Constraint, Repositories, Store, StoreResult};
use ironplate_domain::{OneTimeToken, Owner, Timestamp, TokenDigest, TokenPurpose};

use super::{
    checks::checks,
    race::{RIVALS, assert_one_wins, race},
    rows::Row,
    subject::{Subject, alone, assert_internal, later, seen},
};
use crate::samples::email;

checks! { one_time_tokens of OneTimeToken: rows, owned;
    a_token_comes_back_as_issued,
    the_current_token_is_the_users_own_of_that_purpose,
    a_digest_belongs_to_one_token,
    an_unknown_digest_finds_nothing,
    a_token_is_good_for_its_purpose_only,
    a_token_expires_to_the_microsecond,
    a_token_is_consumed_once,
    a_newer_token_supersedes_the_older_one_of_its_purpose,
    all_tokens_of_one_user_are_revoked,
    expired_tokens_are_pruned,
    a_dropped_unit_changes_no_token,
    expired_tokens_of_a_purpose_are_found,
    of_many_consumptions_of_a_token_one_succeeds,
    of_many_tokens_issued_for_one_purpose_one_is_left,
    a_unit_that_failed_refuses_every_call_about_tokens,
}

/// The stored token of this digest while it was good.
async fn stored(subject: &Subject, token: &OneTimeToken) -> Option<OneTimeToken> {
    seen!(subject, one_time_tokens().find(token.digest, &[token.purpose], token.created_at))
}

impl Row for OneTimeToken {
    const OWNER: Option<Constraint> = Some(Constraint::TokenUser);

    fn sample(subject: &Subject, owner: Owner, _: &str) -> Self {
        subject.new_token(&subject.user_of(owner), TokenPurpose::VerifyEmail)
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        let (ann, email) = (subject.user_of(owner), || email("New.Ann@Bücher.example"));
        TokenPurpose::ALL.map(|purpose| Self { email: email(), ..subject.new_token(&ann, purpose) }).into()
    }

    async fn insert(&self, work: &mut dyn Repositories) -> StoreResult<()> {
        work.one_time_tokens().issue(self).await
    }

    /// While it was good.
    async fn find(&self, from: &mut dyn Repositories) -> StoreResult<Option<Self>> {
        from.one_time_tokens().find(self.digest, &[self.purpose], self.created_at).await
    }

    fn spelling(&self) -> Option<&str> {
        Some(self.email.as_str())
    }
}

/// Every field, whatever its purpose; looking at it takes nothing away.
async fn a_token_comes_back_as_issued(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    for purpose in TokenPurpose::ALL {
        let token = OneTimeToken { email: email("New.Ann@Bücher.example"), ..subject.new_token(&ann, purpose) };
        alone!(subject, one_time_tokens().issue(&token)).expect("a new token");
        for _ in 0..2 {
            let found = stored(&subject, &token).await.expect("the token");
            assert_eq!(found, token);
            assert_eq!(found.email.as_str(), token.email.as_str());
        }
        let consumed = alone!(subject, one_time_tokens().consume(token.digest, &[purpose], token.created_at));
        let consumed = consumed.expect("an answer").expect("the token");
        assert_eq!(consumed, token);
        assert_eq!(consumed.email.as_str(), token.email.as_str());
    }
}

/// Whether it is still good or not.
async fn the_current_token_is_the_users_own_of_that_purpose(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let purpose = TokenPurpose::ResetPassword;
    assert_eq!(seen!(subject, one_time_tokens().current(ann.id, purpose)), None);
    subject.token(&bob, purpose).await;
    subject.token(&ann, TokenPurpose::VerifyEmail).await;
    assert_eq!(seen!(subject, one_time_tokens().current(ann.id, purpose)), None);
    subject.token(&ann, purpose).await;
    let newer = OneTimeToken { expires_at: Timestamp::from_seconds(0), ..subject.new_token(&ann, purpose) };
    alone!(subject, one_time_tokens().issue(&newer)).expect("a new token");
    assert_eq!(seen!(subject, one_time_tokens().current(ann.id, purpose)), Some(newer));
}

/// Digests are of random secrets, so a second use is a fault and no conflict.
async fn a_digest_belongs_to_one_token(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let anns = subject.token(&ann, TokenPurpose::ResetPassword).await;
    let bobs = OneTimeToken { digest: anns.digest, ..subject.new_token(&bob, TokenPurpose::ResetPassword) };
    assert_internal!(alone!(subject, one_time_tokens().issue(&bobs)));
    assert_eq!(stored(&subject, &anns).await, Some(anns));
}

/// However alike.
async fn an_unknown_digest_finds_nothing(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let token = subject.token(&ann, TokenPurpose::ResetPassword).await;
    let mut bytes = token.digest.0;
    bytes[31] ^= 1;
    for digest in [TokenDigest(bytes), TokenDigest([0; 32])] {
        assert_eq!(seen!(subject, one_time_tokens().find(digest, &TokenPurpose::ALL, token.created_at)), None);
        let consumed = alone!(subject, one_time_tokens().consume(digest, &TokenPurpose::ALL, token.created_at));
        assert_eq!(consumed.expect("an answer"), None);
    }
    assert_eq!(stored(&subject, &token).await, Some(token));
}

/// One of those that are asked for; a wrong one leaves it alone.
async fn a_token_is_good_for_its_purpose_only(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let token = subject.token(&ann, TokenPurpose::SetPassword).await;
    let others = [TokenPurpose::ResetPassword, TokenPurpose::VerifyEmail, TokenPurpose::ConfirmEmail];
    for wrong in [&others[..], &others[..1], &[]] {
        assert_eq!(seen!(subject, one_time_tokens().find(token.digest, wrong, token.created_at)), None);
        let consumed = alone!(subject, one_time_tokens().consume(token.digest, wrong, token.created_at));
        assert_eq!(consumed.expect("an answer"), None);
    }
    let right = [TokenPurpose::ResetPassword, TokenPurpose::SetPassword];
    let found = seen!(subject, one_time_tokens().find(token.digest, &right, token.created_at));
    assert_eq!(found.as_ref(), Some(&token));
    let consumed = alone!(subject, one_time_tokens().consume(token.digest, &right, token.created_at));
    assert_eq!(consumed.expect("an answer"), Some(token));
}

/// It is good until then and for nothing from then on.
async fn a_token_expires_to_the_microsecond(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let token = subject.token(&ann, TokenPurpose::ResetPassword).await;
    let purposes = [token.purpose];
    for expired in [token.expires_at, later(token.expires_at, 1), Timestamp::MAX] {
        assert_eq!(seen!(subject, one_time_tokens().find(token.digest, &purposes, expired)), None, "{expired}");
        let consumed = alone!(subject, one_time_tokens().consume(token.digest, &purposes, expired));
        assert_eq!(consumed.expect("an answer"), None, "{expired}");
    }
    let last = later(token.expires_at, -1);
    assert_eq!(seen!(subject, one_time_tokens().find(token.digest, &purposes, last)).as_ref(), Some(&token));
    let consumed = alone!(subject, one_time_tokens().consume(token.digest, &purposes, last));
    assert_eq!(consumed.expect("an answer"), Some(token));
}

/// Then it is gone, and no other with it.
async fn a_token_is_consumed_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let token = subject.token(&ann, TokenPurpose::ResetPassword).await;
    let others =
        [subject.token(&ann, TokenPurpose::VerifyEmail).await, subject.token(&bob, TokenPurpose::ResetPassword).await];
    for expected in [Some(token.clone()), None, None] {
        let consumed = alone!(subject, one_time_tokens().consume(token.digest, &[token.purpose], token.created_at));
        assert_eq!(consumed.expect("an answer"), expected);
        assert_eq!(stored(&subject, &token).await, None);
    }
    for other in others {
        assert_eq!(stored(&subject, &other).await, Some(other));
    }
}

/// In every field; tokens of other purposes and of others stay.
async fn a_newer_token_supersedes_the_older_one_of_its_purpose(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let older = subject.token(&ann, TokenPurpose::ConfirmEmail).await;
    let others =
        [subject.token(&ann, TokenPurpose::VerifyEmail).await, subject.token(&bob, TokenPurpose::ConfirmEmail).await];
    let newer = OneTimeToken {
        email: email("Other@Example.com"),
        expires_at: later(older.expires_at, -7),
        ..subject.new_token(&ann, TokenPurpose::ConfirmEmail)
    };
    alone!(subject, one_time_tokens().issue(&newer)).expect("a new token");

    assert_eq!(stored(&subject, &older).await, None);
    let consumed = alone!(subject, one_time_tokens().consume(older.digest, &TokenPurpose::ALL, older.created_at));
    assert_eq!(consumed.expect("an answer"), None);
    let found = stored(&subject, &newer).await.expect("the newer token");
    assert_eq!((found.email.as_str(), &found), ("Other@example.com", &newer));
    for other in others {
        assert_eq!(stored(&subject, &other).await, Some(other));
    }
}

/// And nobody else's.
async fn all_tokens_of_one_user_are_revoked(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let anns =
        [subject.token(&ann, TokenPurpose::ResetPassword).await, subject.token(&ann, TokenPurpose::VerifyEmail).await];
    let bobs = subject.token(&bob, TokenPurpose::ResetPassword).await;
    assert_eq!(alone!(subject, one_time_tokens().revoke_all_for(ann.id)).expect("an answer"), 2);
    assert_eq!(alone!(subject, one_time_tokens().revoke_all_for(ann.id)).expect("an answer"), 0);
    for token in anns {
        assert_eq!(stored(&subject, &token).await, None);
    }
    assert_eq!(stored(&subject, &bobs).await, Some(bobs));
}

/// At most so many at once; from the microsecond of their expiry on.
async fn expired_tokens_are_pruned(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut tokens = Vec::new();
    for n in 0..5 {
        let user = subject.user(&format!("user{n}@example.com")).await;
        tokens.push(subject.token(&user, TokenPurpose::ResetPassword).await);
    }
    let now = tokens[2].expires_at;
    assert_eq!(alone!(subject, one_time_tokens().prune(now, 0)).expect("an answer"), 0);
    assert_eq!(alone!(subject, one_time_tokens().prune(now, 2)).expect("an answer"), 2);
    assert_eq!(alone!(subject, one_time_tokens().prune(now, u32::MAX)).expect("an answer"), 1);
    assert_eq!(alone!(subject, one_time_tokens().prune(now, 2)).expect("an answer"), 0);
    for (n, token) in tokens.into_iter().enumerate() {
        assert_eq!(stored(&subject, &token).await.is_some(), n > 2, "token {n}");
    }
}

/// Neither what it consumed nor what it superseded is lost, and what it issued is worth nothing.
async fn a_dropped_unit_changes_no_token(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let consumed = subject.token(&ann, TokenPurpose::ResetPassword).await;
    let superseded = subject.token(&ann, TokenPurpose::VerifyEmail).await;
    let issued = subject.new_token(&ann, TokenPurpose::VerifyEmail);
    let mut work = subject.begin().await;
    let taken = work.one_time_tokens().consume(consumed.digest, &[consumed.purpose], consumed.created_at).await;
    assert!(taken.expect("an answer").is_some());
    work.one_time_tokens().issue(&issued).await.expect("a new token");
    drop(work);

    assert_eq!(stored(&subject, &issued).await, None);
    for token in [consumed, superseded] {
        assert_eq!(stored(&subject, &token).await, Some(token));
    }
}

/// Not those of another purpose, nor those that are still good.
async fn expired_tokens_of_a_purpose_are_found(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (finish, set, now) = (TokenPurpose::FinishSignUp, TokenPurpose::SetPassword, Timestamp::from_seconds(1_000));
    let mut expected = Vec::new();
    for (n, purpose, expires) in [(0, finish, 1_000), (1, finish, 1_001), (2, set, 10), (3, finish, 10)] {
        let user = subject.user(&format!("user{n}@example.com")).await;
        let token = subject.new_token(&user, purpose);
        let token = OneTimeToken { expires_at: Timestamp::from_seconds(expires), ..token };
        alone!(subject, one_time_tokens().issue(&token)).expect("a new token");
        if [0, 3].contains(&n) {
            expected.insert(0, user.id);
        }
    }
    let found = async |limit| {
        let found = seen!(subject, one_time_tokens().expired(finish, now, limit));
        found.into_iter().map(|token| token.user).collect::<Vec<_>>()
    };
    assert_eq!(found(10).await, expected);
    assert_eq!(found(1).await, expected[..1]);
}

/// The others find it gone.
async fn of_many_consumptions_of_a_token_one_succeeds(store: Arc<dyn Store>) {
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
async fn of_many_tokens_issued_for_one_purpose_one_is_left(store: Arc<dyn Store>) {
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

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_tokens(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (token, now) = (subject.token(&ann, TokenPurpose::VerifyEmail).await, ann.created_at);
    let mut work = subject.failed_unit().await;
    assert_internal!(work.one_time_tokens().issue(&subject.new_token(&ann, TokenPurpose::VerifyEmail)).await);
    assert_internal!(work.one_time_tokens().find(token.digest, &TokenPurpose::ALL, now).await);
    assert_internal!(work.one_time_tokens().consume(token.digest, &TokenPurpose::ALL, now).await);
    assert_internal!(work.one_time_tokens().revoke_all_for(ann.id).await);
    assert_internal!(work.one_time_tokens().prune(now, 9).await);
}
