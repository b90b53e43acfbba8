//! The sessions of one user: listed, recognised by, cut down, and removed in the end.

use std::{net::IpAddr, sync::Arc};

use ironplate_application::ports::{Familiarity, Store};
use ironplate_domain::{AddressRange, Session, Timestamp, UserAgent, UserId};
use uuid::Uuid;

use super::subject::{Subject, alone, later, seen};

fn range(address: &str) -> AddressRange {
    AddressRange::of(address.parse().expect("an address"))
}

/// Neither another's nor one that is over; no more than asked for.
pub async fn live_sessions_are_listed_those_first_that_were_used_last(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (old, young) = (subject.session(&ann).await, subject.session(&ann).await);
    let revoked = Session { revoked_at: Some(old.created_at), ..subject.new_session(&ann) };
    let expired = Session { expires_at: old.created_at, ..subject.new_session(&ann) };
    let bobs = subject.new_session(&bob);
    subject.store_sessions(&[&revoked, &expired, &bobs]).await;
    let now = later(young.created_at, 5);
    let listed = seen!(subject, sessions().list_for(ann.id, now, 9));
    assert_eq!(listed, [young.clone(), old.clone()]);

    let used = later(young.created_at, 1);
    alone!(subject, sessions().note_use(old.id, used, old.expires_at)).expect("an answer");
    let old = Session { last_seen_at: used, ..old };
    assert_eq!(seen!(subject, sessions().list_for(ann.id, now, 9)), [old.clone(), young.clone()]);
    assert_eq!(seen!(subject, sessions().list_for(ann.id, now, 1)), [old]);
    assert_eq!(seen!(subject, sessions().list_for(UserId(Uuid::nil()), now, 9)), []);
}

/// By device and by range of addresses, each for itself, also from sessions that are over; another user's tell nothing.
pub async fn a_client_is_known_from_the_sessions_of_the_user(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let address: Option<IpAddr> = "2001:db8:1:2::7".parse().ok();
    let phone = UserAgent::new("curl/8.5.0");
    let over = Some(ann.created_at);
    let session = Session { address, user_agent: phone, revoked_at: over, ..subject.new_session(&ann) };
    subject.store_sessions(&[&session]).await;
    let nothing = Familiarity::default();
    let user = Familiarity { user: true, ..nothing };
    for (id, device, from, expected) in [
        (ann.id, "curl", Some(range("2001:db8:1:2::8")), Familiarity { user: true, device: true, range: true }),
        (ann.id, "curl", Some(range("2001:db8:1:3::7")), Familiarity { device: true, ..user }),
        (ann.id, "curl", None, Familiarity { device: true, ..user }),
        (ann.id, "Firefox on Linux", Some(range("2001:db8:1:2::7")), Familiarity { range: true, ..user }),
        (ann.id, "Firefox on Linux", Some(range("192.0.2.1")), user),
        (bob.id, "curl", Some(range("2001:db8:1:2::7")), nothing),
        (UserId(Uuid::nil()), "curl", None, nothing),
    ] {
        assert_eq!(seen!(subject, sessions().familiarity(id, device, from)), expected, "{device} {from:?}");
    }
}

/// A session without an address is not from wherever.
pub async fn a_client_without_an_address_is_known_by_its_device_alone(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let session = Session { address: None, user_agent: None, ..subject.new_session(&ann) };
    subject.store_sessions(&[&session]).await;
    let known = seen!(subject, sessions().familiarity(ann.id, &session.device(), None));
    assert_eq!(known, Familiarity { user: true, device: true, range: false });
}

/// Only live ones count, and only of this user.
pub async fn sessions_beyond_the_most_are_ended_those_first_that_were_not_used(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (one, two, three) = (subject.session(&ann).await, subject.session(&ann).await, subject.session(&ann).await);
    let bobs = subject.session(&bob).await;
    let over = Session { revoked_at: Some(one.created_at), ..subject.new_session(&ann) };
    subject.store_sessions(&[&over]).await;
    let now = later(over.created_at, 1);
    assert_eq!(alone!(subject, sessions().revoke_beyond(ann.id, 3, now)).expect("an answer"), 0);
    assert_eq!(alone!(subject, sessions().revoke_beyond(ann.id, 2, now)).expect("an answer"), 1);
    assert_eq!(seen!(subject, sessions().list_for(ann.id, now, 9)), [three, two]);
    let one = Session { revoked_at: Some(now), ..one };
    assert_eq!(subject.stored_session(&one).await.as_ref(), Some(&one));
    assert_eq!(subject.stored_session(&bobs).await, Some(bobs));
}

/// In batches, the longest over first; what is not over long enough stays.
pub async fn sessions_that_are_over_are_pruned(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let expired = |at| Session { expires_at: Timestamp::from_seconds(at), ..subject.new_session(&ann) };
    let (first, second, third) = (expired(10), expired(20), expired(30));
    subject.store_sessions(&[&third, &first, &second]).await;
    let prune = async |before, limit| {
        alone!(subject, sessions().prune(Timestamp::from_seconds(before), limit)).expect("an answer")
    };
    assert_eq!(prune(10, 9).await, 0);
    assert_eq!(prune(30, 1).await, 1);
    assert_eq!(subject.stored_session(&first).await, None);
    assert_eq!(prune(30, 9).await, 1);
    assert_eq!(subject.stored_session(&second).await, None);
    assert_eq!(subject.stored_session(&third).await, Some(third));
}
