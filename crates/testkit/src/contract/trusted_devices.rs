//! Trusted devices are their user's, for a time, and no more than there may be.

use std::{sync::Arc, time::Duration};

use ironplate_application::ports::{Constraint, Repositories, ShownDevice, Store, StoreResult};
use ironplate_domain::{Owner, Timestamp, TokenDigest, TrustedDevice, TrustedDeviceId, User, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    race::{RIVALS, assert_one_wins, race},
    rows::Row,
    subject::{Subject, alone, assert_internal, later, seen},
};

checks! { trusted_devices of TrustedDevice: rows, owned;
    the_trusted_devices_of_a_user_are_listed_by_their_ids,
    a_use_is_noted_of_the_device_of_this_user_and_digest_alone,
    a_trusted_device_expires_to_the_microsecond,
    of_too_many_trusted_devices_the_oldest_go,
    a_digest_is_of_one_trusted_device,
    of_many_who_remove_a_trusted_device_one_succeeds,
    all_trusted_devices_of_one_user_are_removed,
    all_trusted_devices_of_everybody_are_removed,
    expired_trusted_devices_are_pruned,
    a_unit_that_failed_refuses_every_call_about_trusted_devices,
}

/// Trusted for a day, and not stored.
fn new_device(subject: &Subject, user: UserId, name: &str) -> TrustedDevice {
    let (id, created_at) = subject.id_and_time();
    let mut digest = [7; 32];
    digest[..16].copy_from_slice(id.as_bytes());
    TrustedDevice {
        id: TrustedDeviceId(id),
        user,
        digest: TokenDigest(digest),
        device: name.to_owned(),
        created_at,
        last_used_at: created_at,
        expires_at: created_at.after(Duration::from_hours(24)),
    }
}

impl Row for TrustedDevice {
    const OWNER: Option<Constraint> = Some(Constraint::TrustedDeviceUser);

    fn sample(subject: &Subject, owner: Owner, text: &str) -> Self {
        new_device(subject, subject.user_of(owner).id, text)
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        let user = subject.user_of(owner).id;
        let rich = Self {
            digest: TokenDigest([255; 32]),
            created_at: Timestamp::MIN,
            last_used_at: Timestamp::MAX,
            expires_at: Timestamp::MAX,
            ..new_device(subject, user, "Änn's \"browser\" <😀>")
        };
        let poor = Self { digest: TokenDigest([0; 32]), expires_at: Timestamp::MIN, ..new_device(subject, user, "") };
        vec![rich, poor]
    }

    async fn insert(&self, work: &mut dyn Repositories) -> StoreResult<()> {
        work.trusted_devices().insert(self).await
    }

    async fn find(&self, from: &mut dyn Repositories) -> StoreResult<Option<Self>> {
        let theirs = from.trusted_devices().list_for(self.user).await?;
        Ok(theirs.into_iter().find(|device| device.id == self.id))
    }
}

/// A user with a trusted device.
async fn trusting(subject: &Subject, email: &str) -> (User, TrustedDevice) {
    let user = subject.user(email).await;
    let device = new_device(subject, user.id, "Firefox on Linux");
    subject.store(&[&device]).await;
    (user, device)
}

/// This one, as it was when it was trusted.
fn shown(device: &TrustedDevice, now: Timestamp) -> ShownDevice {
    let trusted_after = device.created_at.before(Duration::from_micros(1));
    ShownDevice { digest: device.digest, device: device.device.clone(), trusted_after, now }
}

/// And nobody else's.
async fn the_trusted_devices_of_a_user_are_listed_by_their_ids(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, first) = trusting(&subject, "ann@example.com").await;
    let (bob, bobs) = trusting(&subject, "bob@example.com").await;
    let second = new_device(&subject, ann.id, "Safari on macOS");
    subject.store(&[&second]).await;
    assert_eq!(seen!(subject, trusted_devices().list_for(ann.id)), [first, second]);
    assert_eq!(seen!(subject, trusted_devices().list_for(bob.id)), [bobs]);
    assert_eq!(seen!(subject, trusted_devices().list_for(UserId(Uuid::nil()))), []);
}

/// It answers what it noted, and nothing else changes.
async fn a_use_is_noted_of_the_device_of_this_user_and_digest_alone(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, device) = trusting(&subject, "ann@example.com").await;
    let (bob, bobs) = trusting(&subject, "bob@example.com").await;
    let now = later(device.created_at, 70);
    let note = async |user: UserId, shown: ShownDevice| {
        alone!(subject, trusted_devices().note_use(user, &shown)).expect("an answer")
    };
    let shown = || shown(&device, now);
    assert_eq!(note(bob.id, shown()).await, None);
    assert_eq!(note(ann.id, ShownDevice { digest: TokenDigest([7; 32]), ..shown() }).await, None);
    assert_eq!(note(ann.id, ShownDevice { device: "Firefox on Windows".into(), ..shown() }).await, None);
    assert_eq!(note(ann.id, ShownDevice { trusted_after: device.created_at, ..shown() }).await, None);
    assert_eq!(subject.find(&device).await.as_ref(), Some(&device));
    let noted = TrustedDevice { last_used_at: now, ..device.clone() };
    assert_eq!(note(ann.id, shown()).await.as_ref(), Some(&noted));
    assert_eq!(note(ann.id, shown()).await.as_ref(), Some(&noted), "it is used again and again");
    assert_eq!(subject.find(&device).await, Some(noted));
    assert_eq!(subject.find(&bobs).await, Some(bobs));
}

/// Use does not put it off.
async fn a_trusted_device_expires_to_the_microsecond(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, device) = trusting(&subject, "ann@example.com").await;
    let note = async |now| {
        let shown = shown(&device, now);
        let noted = alone!(subject, trusted_devices().note_use(ann.id, &shown)).expect("an answer");
        noted.map(|device| device.expires_at)
    };
    let over = device.expires_at;
    assert_eq!(note(over.before(Duration::from_micros(1))).await, Some(over));
    assert_eq!(note(over).await, None);
}

/// Those of others stay, and the one that was just added, whatever its clock says.
async fn of_too_many_trusted_devices_the_oldest_go(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, first) = trusting(&subject, "ann@example.com").await;
    let (_, bobs) = trusting(&subject, "bob@example.com").await;
    for minutes in 1..u64::from(TrustedDevice::MOST) {
        let created_at = first.created_at.after(Duration::from_mins(minutes));
        subject.store(&[&TrustedDevice { created_at, ..new_device(&subject, ann.id, "more") }]).await;
    }
    assert_eq!(subject.find(&first).await.as_ref(), Some(&first));
    let late = TrustedDevice { created_at: Timestamp::MIN, ..new_device(&subject, ann.id, "late") };
    subject.store(&[&late]).await;
    assert_eq!(subject.find(&first).await, None);
    assert_eq!(subject.find(&late).await, Some(late));
    assert_eq!(seen!(subject, trusted_devices().list_for(ann.id)).len(), TrustedDevice::MOST as usize);
    assert_eq!(subject.find(&bobs).await, Some(bobs));
}

/// Whosesoever it is.
async fn a_digest_is_of_one_trusted_device(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (_, device) = trusting(&subject, "ann@example.com").await;
    let bob = subject.user("bob@example.com").await;
    let again = TrustedDevice { digest: device.digest, ..new_device(&subject, bob.id, "again") };
    assert_internal!(alone!(subject, trusted_devices().insert(&again)));
    assert_eq!(subject.find(&device).await, Some(device));
}

/// And nobody else's user any.
async fn of_many_who_remove_a_trusted_device_one_succeeds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let (ann, device) = trusting(&subject, "ann@example.com").await;
    let (bob, bobs) = trusting(&subject, "bob@example.com").await;
    assert!(!alone!(subject, trusted_devices().remove(bob.id, device.id)).expect("an answer"));
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, user, id) = (subject.clone(), ann.id, device.id);
        async move { alone!(subject, trusted_devices().remove(user, id)) }
    }));
    assert_one_wins(&outcomes.await);
    assert_eq!(subject.find(&device).await, None);
    assert_eq!(subject.find(&bobs).await, Some(bobs));
}

/// And nobody else's.
async fn all_trusted_devices_of_one_user_are_removed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, _) = trusting(&subject, "ann@example.com").await;
    let (_, bobs) = trusting(&subject, "bob@example.com").await;
    subject.store(&[&new_device(&subject, ann.id, "Safari on macOS")]).await;
    assert_eq!(alone!(subject, trusted_devices().remove_all_for(ann.id)).expect("an answer"), 2);
    assert_eq!(alone!(subject, trusted_devices().remove_all_for(ann.id)).expect("an answer"), 0);
    assert_eq!(seen!(subject, trusted_devices().list_for(ann.id)), []);
    assert_eq!(subject.find(&bobs).await, Some(bobs));
}

/// After a leak.
async fn all_trusted_devices_of_everybody_are_removed(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (_, anns) = trusting(&subject, "ann@example.com").await;
    let (_, bobs) = trusting(&subject, "bob@example.com").await;
    assert_eq!(alone!(subject, trusted_devices().remove_everybodys()).expect("an answer"), 2);
    assert_eq!(alone!(subject, trusted_devices().remove_everybodys()).expect("an answer"), 0);
    assert_eq!((subject.find(&anns).await, subject.find(&bobs).await), (None, None));
}

/// No more at once than was asked for.
async fn expired_trusted_devices_are_pruned(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, kept) = trusting(&subject, "ann@example.com").await;
    let now = kept.expires_at.before(Duration::from_micros(1));
    let expired = || TrustedDevice { expires_at: now, ..new_device(&subject, ann.id, "old") };
    subject.store(&[&expired(), &expired(), &expired()]).await;
    let prune = async |limit| alone!(subject, trusted_devices().prune(now, limit)).expect("an answer");
    assert_eq!(prune(2).await, 2);
    assert_eq!(prune(9).await, 1);
    assert_eq!(prune(9).await, 0);
    assert_eq!(seen!(subject, trusted_devices().list_for(ann.id)), [kept]);
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_trusted_devices(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, device) = trusting(&subject, "ann@example.com").await;
    let now = device.created_at;
    let mut work = subject.failed_unit().await;
    assert_internal!(work.trusted_devices().list_for(ann.id).await);
    assert_internal!(work.trusted_devices().note_use(ann.id, &shown(&device, now)).await);
    assert_internal!(work.trusted_devices().remove(ann.id, device.id).await);
    assert_internal!(work.trusted_devices().remove_all_for(ann.id).await);
    assert_internal!(work.trusted_devices().remove_everybodys().await);
    assert_internal!(work.trusted_devices().prune(now, 9).await);
}
