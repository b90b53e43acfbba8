//! Clients are known again by their device and by where they come from.

use std::sync::Arc;

use ironplate_application::ports::{ClientHistory, Constraint, DeviceSeen, Repositories, Store, StoreResult};
use ironplate_domain::{KnownClient, Owner, Timestamp, User, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    rows::Row,
    subject::{Subject, alone, assert_internal, seen},
};

checks! { known_clients of (UserId, KnownClient): rows, owned;
    a_client_is_known_by_device_and_by_range,
    a_client_that_is_seen_again_is_seen_last,
    no_more_clients_of_a_user_are_remembered_than_there_may_be,
    clients_that_nobody_saw_for_long_are_forgotten,
    a_unit_that_failed_refuses_every_call_about_clients,
}

fn client(device: &str, range: &str, seconds: i64) -> KnownClient {
    let last_seen_at = Timestamp::from_seconds(seconds);
    KnownClient { device: device.to_owned(), range: range.to_owned(), last_seen_at }
}

async fn remember(subject: &Subject, user: &User, clients: &[&KnownClient]) {
    let mut work = subject.begin().await;
    for client in clients {
        work.known_clients().remember(user.id, client).await.expect("a known client");
    }
    work.commit().await.expect("a commit");
}

impl Row for (UserId, KnownClient) {
    const OWNER: Option<Constraint> = Some(Constraint::ClientUser);

    fn sample(subject: &Subject, owner: Owner, text: &str) -> Self {
        (subject.user_of(owner).id, client(text, "192.0.2.1", 1))
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        vec![(subject.user_of(owner).id, client("Änn's \"browser\" <😀>", "", -1))]
    }

    async fn insert(&self, work: &mut dyn Repositories) -> StoreResult<()> {
        work.known_clients().remember(self.0, &self.1).await
    }

    async fn find(&self, from: &mut dyn Repositories) -> StoreResult<Option<Self>> {
        let known = from.known_clients().list_for(self.0, KnownClient::MOST).await?;
        Ok(known.contains(&self.1).then(|| self.clone()))
    }
}

/// By each for itself; another user's tell nothing, nor does an absent address.
async fn a_client_is_known_by_device_and_by_range(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    remember(&subject, &ann, &[&client("curl", "192.0.2.1", 1), &client("Firefox on Linux", "", 2)]).await;
    let user = ClientHistory { user: true, ..ClientHistory::default() };
    for (id, device, range, expected) in [
        (ann.id, "curl", "192.0.2.1", ClientHistory { device: DeviceSeen::NearBy, range: true, ..user }),
        (ann.id, "curl", "192.0.2.2", ClientHistory { device: DeviceSeen::NearBy, ..user }),
        (ann.id, "curl", "198.51.100.2", ClientHistory { device: DeviceSeen::Elsewhere, ..user }),
        (ann.id, "Firefox on Linux", "192.0.2.1", ClientHistory { device: DeviceSeen::Elsewhere, range: true, ..user }),
        (ann.id, "Safari on Mac", "192.0.2.1", ClientHistory { range: true, ..user }),
        (ann.id, "Firefox on Linux", "", ClientHistory { device: DeviceSeen::Elsewhere, ..user }),
        (ann.id, "Safari on Mac", "192.0.2.2", user),
        (bob.id, "curl", "192.0.2.1", ClientHistory::default()),
        (UserId(Uuid::nil()), "curl", "", ClientHistory::default()),
    ] {
        let known = seen!(subject, known_clients().client_history(id, &client(device, range, 9)));
        assert_eq!(known, expected, "{device} {range}");
    }
}

/// Seen again, it is the same one.
async fn a_client_that_is_seen_again_is_seen_last(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (phone, desk) = (client("Safari on iPhone", "192.0.2.1", 1), client("curl", "192.0.2.1", 2));
    remember(&subject, &ann, &[&phone, &desk]).await;
    assert_eq!(seen!(subject, known_clients().list_for(ann.id, 9)), [desk.clone(), phone.clone()]);
    let phone = KnownClient { last_seen_at: Timestamp::from_seconds(3), ..phone };
    remember(&subject, &ann, &[&phone]).await;
    assert_eq!(seen!(subject, known_clients().list_for(ann.id, 9)), [phone.clone(), desk]);
    assert_eq!(seen!(subject, known_clients().list_for(ann.id, 1)), [phone]);
}

/// Those that were seen last, with the one that is noted, and nobody else's.
async fn no_more_clients_of_a_user_are_remembered_than_there_may_be(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let bobs = client("curl", "192.0.2.1", 1);
    remember(&subject, &bob, &[&bobs]).await;
    let most = i64::from(KnownClient::MOST);
    let clients: Vec<KnownClient> = (0..most + 2).map(|n| client(&format!("device {n}"), "", n)).collect();
    remember(&subject, &ann, &clients.iter().collect::<Vec<_>>()).await;
    let newest: Vec<KnownClient> = clients.iter().rev().take(clients.len() - 2).cloned().collect();
    assert_eq!(seen!(subject, known_clients().list_for(ann.id, 999)), newest);
    remember(&subject, &ann, &[&client("late", "", 0)]).await;
    let known = seen!(subject, known_clients().list_for(ann.id, 999));
    assert_eq!((known.len(), known.last().map(|last| &*last.device)), (newest.len(), Some("late")));
    assert_eq!(seen!(subject, known_clients().list_for(bob.id, 999)), [bobs]);
}

/// In batches, the longest unseen first.
async fn clients_that_nobody_saw_for_long_are_forgotten(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let [one, two, three] = [("a", 10), ("b", 10), ("c", 30)].map(|(device, at)| client(device, "", at));
    remember(&subject, &ann, &[&three, &one, &two]).await;
    let prune = async |before, limit| {
        alone!(subject, known_clients().prune(Timestamp::from_seconds(before), limit)).expect("an answer")
    };
    assert_eq!(prune(10, 9).await, 0);
    assert_eq!(prune(30, 1).await, 1);
    assert_eq!(prune(30, 9).await, 1);
    assert_eq!(seen!(subject, known_clients().list_for(ann.id, 9)), [three]);
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_clients(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let (client, now) = (client("curl", "", 1), ann.created_at);
    let mut work = subject.failed_unit().await;
    assert_internal!(work.known_clients().remember(ann.id, &client).await);
    assert_internal!(work.known_clients().client_history(ann.id, &client).await);
    assert_internal!(work.known_clients().prune(now, 9).await);
}
