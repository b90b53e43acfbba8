//! Passkeys are found by their credentials, and note each use once.

use std::sync::Arc;

use ironplate_application::ports::{Constraint, PasskeyUse, Repositories, Store, StoreResult};
use ironplate_domain::{CoseKey, CredentialId, Owner, Passkey, PasskeyId, Timestamp, Transports, User, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    race::{RIVALS, assert_one_succeeds_and_the_others_conflict, assert_one_wins, race},
    rows::Row,
    subject::{Subject, alone, assert_conflict, assert_internal, later, seen},
};
use crate::samples::text;

checks! { passkeys of Passkey: rows, owned;
    the_passkeys_of_a_user_are_listed_by_their_ids,
    a_passkey_is_found_by_its_credential_to_the_byte,
    a_credential_is_of_one_passkey,
    of_many_registrations_of_a_credential_one_succeeds,
    a_use_is_noted_over_the_count_that_was_read,
    of_many_uses_of_a_count_one_is_noted,
    a_passkey_that_does_not_count_is_used_again_and_again,
    a_passkey_is_renamed_and_removed_by_its_user,
    all_passkeys_of_one_user_are_removed,
    a_unit_that_failed_refuses_every_call_about_passkeys,
}

fn credential(bytes: &[u8]) -> CredentialId {
    CredentialId::new(bytes).expect("a credential")
}

/// One that is not stored, and has signed five times.
fn new_passkey(subject: &Subject, user: UserId, name: &str) -> Passkey {
    let (id, created_at) = subject.id_and_time();
    Passkey {
        id: PasskeyId(id),
        user,
        name: text(name),
        credential: credential(id.as_bytes()),
        key: CoseKey(vec![1, 2, 3]),
        sign_count: 5,
        aaguid: Uuid::from_u128(7),
        is_backed_up: false,
        verifies_user: true,
        transports: Transports::named(["internal", "hybrid"]),
        created_at,
        last_used_at: None,
    }
}

impl Row for Passkey {
    const OWNER: Option<Constraint> = Some(Constraint::PasskeyUser);

    fn sample(subject: &Subject, owner: Owner, text: &str) -> Self {
        new_passkey(subject, subject.user_of(owner).id, text)
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        let user = subject.user_of(owner).id;
        let rich = Self {
            credential: credential(&[255; CredentialId::MAX]),
            key: CoseKey(vec![0, 255, 39, 92]),
            sign_count: u32::MAX,
            aaguid: Uuid::max(),
            is_backed_up: true,
            created_at: Timestamp::MIN,
            last_used_at: Some(Timestamp::MAX),
            ..new_passkey(subject, user, "Änn's \"key\" <😀>")
        };
        let poor = Self {
            credential: credential(&[0]),
            key: CoseKey(Vec::new()),
            sign_count: 0,
            aaguid: Uuid::nil(),
            verifies_user: false,
            transports: Transports::default(),
            ..new_passkey(subject, user, "x")
        };
        vec![rich, poor]
    }

    async fn insert(&self, work: &mut dyn Repositories) -> StoreResult<()> {
        work.passkeys().insert(self).await
    }

    async fn find(&self, from: &mut dyn Repositories) -> StoreResult<Option<Self>> {
        from.passkeys().find(self.user, self.id).await
    }

    fn spelling(&self) -> Option<&str> {
        Some(self.name.as_str())
    }
}

/// A user with a passkey.
async fn registered(subject: &Subject, email: &str) -> (User, Passkey) {
    let user = subject.user(email).await;
    let passkey = new_passkey(subject, user.id, "phone");
    subject.store(&[&passkey]).await;
    (user, passkey)
}

fn used(from: u32, to: u32, now: Timestamp) -> PasskeyUse {
    PasskeyUse { from, to, is_backed_up: true, now }
}

/// And nobody else's; nor is one found as somebody else's.
async fn the_passkeys_of_a_user_are_listed_by_their_ids(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, first) = registered(&subject, "ann@example.com").await;
    let (bob, bobs) = registered(&subject, "bob@example.com").await;
    let second = new_passkey(&subject, ann.id, "security key");
    subject.store(&[&second]).await;
    assert_eq!(seen!(subject, passkeys().list_for(ann.id)), [first, second]);
    assert_eq!(seen!(subject, passkeys().list_for(bob.id)), std::slice::from_ref(&bobs));
    assert_eq!(seen!(subject, passkeys().list_for(UserId(Uuid::nil()))), []);
    assert_eq!(seen!(subject, passkeys().find(ann.id, bobs.id)), None);
}

/// Not by one that begins with it, nor by the beginning of it.
async fn a_passkey_is_found_by_its_credential_to_the_byte(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let of = |bytes: &[u8]| Passkey { credential: credential(bytes), ..new_passkey(&subject, ann.id, "key") };
    let (short, long) = (of(&[0, 65]), of(&[0, 65, 0]));
    subject.store(&[&short, &long]).await;
    let found = async |bytes: &[u8]| seen!(subject, passkeys().find_by_credential(&credential(bytes)));
    assert_eq!(found(&[0, 65]).await, Some(short));
    assert_eq!(found(&[0, 65, 0]).await, Some(long));
    assert_eq!(found(&[0]).await, None);
    assert_eq!(found(&[0, 97]).await, None);
}

/// Whosesoever they are.
async fn a_credential_is_of_one_passkey(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, anns) = registered(&subject, "ann@example.com").await;
    let bob = subject.user("bob@example.com").await;
    for user in [&ann, &bob] {
        let again = Passkey { credential: anns.credential.clone(), ..new_passkey(&subject, user.id, "again") };
        assert_conflict!(alone!(subject, passkeys().insert(&again)), PasskeyCredential);
    }
    assert_eq!(subject.find(&anns).await, Some(anns));
}

/// The others find it taken.
async fn of_many_registrations_of_a_credential_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let ann = subject.user("ann@example.com").await;
    let shared = credential(b"one and the same");
    let passkeys: Vec<_> =
        (0..RIVALS).map(|_| Passkey { credential: shared.clone(), ..new_passkey(&subject, ann.id, "key") }).collect();
    let outcomes = race(passkeys.into_iter().map(|passkey| {
        let subject = subject.clone();
        async move { alone!(subject, passkeys().insert(&passkey)) }
    }));
    assert_one_succeeds_and_the_others_conflict(&outcomes.await, Constraint::PasskeyCredential);
    assert_eq!(seen!(subject, passkeys().list_for(ann.id)).len(), 1);
}

/// Not over another one, nor where there is no such passkey.
async fn a_use_is_noted_over_the_count_that_was_read(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (_, passkey) = registered(&subject, "ann@example.com").await;
    let (_, other) = registered(&subject, "bob@example.com").await;
    let now = later(passkey.created_at, 70);
    let note = async |id, from, to| alone!(subject, passkeys().note_use(id, &used(from, to, now))).expect("an answer");
    assert!(!note(passkey.id, 4, 6).await);
    assert!(!note(PasskeyId(Uuid::nil()), 5, 6).await);
    assert_eq!(subject.find(&passkey).await.as_ref(), Some(&passkey));
    assert!(note(passkey.id, 5, u32::MAX).await);
    let noted = Passkey { sign_count: u32::MAX, is_backed_up: true, last_used_at: Some(now), ..passkey.clone() };
    assert_eq!(subject.find(&passkey).await, Some(noted));
    assert_eq!(subject.find(&other).await, Some(other));
}

/// The others find another count there.
async fn of_many_uses_of_a_count_one_is_noted(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let (_, passkey) = registered(&subject, "ann@example.com").await;
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, id, now) = (subject.clone(), passkey.id, passkey.created_at);
        async move { alone!(subject, passkeys().note_use(id, &used(5, 6, now))) }
    }));
    assert_one_wins(&outcomes.await);
}

/// Many authenticators always say zero.
async fn a_passkey_that_does_not_count_is_used_again_and_again(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let passkey = Passkey { sign_count: 0, ..new_passkey(&subject, ann.id, "phone") };
    subject.store(&[&passkey]).await;
    for micros in [1, 2] {
        let now = later(passkey.created_at, micros);
        assert!(alone!(subject, passkeys().note_use(passkey.id, &used(0, 0, now))).expect("an answer"));
        assert_eq!(subject.find(&passkey).await.and_then(|passkey| passkey.last_used_at), Some(now));
    }
}

/// And by nobody else.
async fn a_passkey_is_renamed_and_removed_by_its_user(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, passkey) = registered(&subject, "ann@example.com").await;
    let (bob, bobs) = registered(&subject, "bob@example.com").await;
    let name = text("Ann's key");
    assert!(!alone!(subject, passkeys().rename(bob.id, passkey.id, &name)).expect("an answer"));
    assert!(!alone!(subject, passkeys().remove(bob.id, passkey.id)).expect("an answer"));
    assert_eq!(subject.find(&passkey).await.as_ref(), Some(&passkey));
    assert!(alone!(subject, passkeys().rename(ann.id, passkey.id, &name)).expect("an answer"));
    assert_eq!(subject.find(&passkey).await, Some(Passkey { name, ..passkey.clone() }));
    assert!(alone!(subject, passkeys().remove(ann.id, passkey.id)).expect("an answer"));
    assert!(!alone!(subject, passkeys().remove(ann.id, passkey.id)).expect("an answer"));
    assert_eq!(subject.find(&passkey).await, None);
    assert_eq!(subject.find(&bobs).await, Some(bobs));
}

/// And nobody else's.
async fn all_passkeys_of_one_user_are_removed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ((ann, _), (_, bobs)) =
        (registered(&subject, "ann@example.com").await, registered(&subject, "bob@example.com").await);
    subject.store(&[&new_passkey(&subject, ann.id, "security key")]).await;
    assert_eq!(alone!(subject, passkeys().remove_all_for(ann.id)).expect("an answer"), 2);
    assert_eq!(alone!(subject, passkeys().remove_all_for(ann.id)).expect("an answer"), 0);
    assert_eq!(seen!(subject, passkeys().list_for(ann.id)), []);
    assert_eq!(subject.find(&bobs).await, Some(bobs));
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_passkeys(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, passkey) = registered(&subject, "ann@example.com").await;
    let (id, now, name) = (passkey.id, passkey.created_at, text("phone"));
    let mut work = subject.failed_unit().await;
    assert_internal!(work.passkeys().find_by_credential(&passkey.credential).await);
    assert_internal!(work.passkeys().list_for(ann.id).await);
    assert_internal!(work.passkeys().note_use(id, &used(5, 6, now)).await);
    assert_internal!(work.passkeys().rename(ann.id, id, &name).await);
    assert_internal!(work.passkeys().remove(ann.id, id).await);
    assert_internal!(work.passkeys().remove_all_for(ann.id).await);
}
