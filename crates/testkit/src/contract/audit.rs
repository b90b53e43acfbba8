//! Audit events are added, found by what they are about, and removed when their time is over.

use std::sync::Arc;

use ironplate_application::ports::{AuditFilter, AuditOrder, AuditRequest, DayCount, Store};
use ironplate_domain::{
    AuditDetail, AuditEvent, AuditKind, AuditOutcome, Client, Date, OrganizationId, RequestId, Timestamp, UserAgent,
    UserId,
};
use uuid::Uuid;

use super::{
    checks::checks,
    subject::{Subject, alone, assert_internal, later, seen},
};

checks! { audit;
    an_event_comes_back_as_recorded,
    an_event_of_every_kind_comes_back,
    an_id_belongs_to_one_event,
    a_dropped_unit_records_nothing,
    events_outlive_the_user,
    events_are_found_by_what_they_are_about,
    a_walk_over_events_meets_each_once,
    old_events_are_pruned,
    events_are_counted_by_day,
    a_unit_that_failed_refuses_every_call_about_events,
}

const ANN: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));
const ACME: OrganizationId = OrganizationId(Uuid::from_u128(3));

fn request(filter: AuditFilter) -> AuditRequest {
    AuditRequest { filter, order: AuditOrder::Newest, after: None, limit: 100 }
}

async fn record(subject: &Subject, events: &[&AuditEvent]) {
    let mut work = subject.begin().await;
    for event in events {
        work.audit().record(event).await.expect("a new event");
    }
    work.commit().await.expect("a commit");
}

async fn found(subject: &Subject, request: AuditRequest) -> Vec<AuditEvent> {
    let page = seen!(subject, audit().list(&request));
    assert_eq!(page.next, None);
    page.events
}

/// With every field, and with none.
async fn an_event_comes_back_as_recorded(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let client = Client {
        address: "2001:db8::7".parse().ok(),
        user_agent: UserAgent::new("Änn's \"browser\" <😀>"),
        request_id: RequestId::new("r-1"),
    };
    let full = AuditEvent { client, ..subject.new_event(AuditKind::UserChanged) }.by(ANN).on(BOB).within(ACME);
    let full = full.failed("email_taken").saying(AuditDetail::Fields, "email \"full_name\"");
    let bare = AuditEvent { client: Client::default(), ..subject.new_event(AuditKind::AuditExported) };
    record(&subject, &[&full, &bare]).await;
    assert_eq!(found(&subject, request(AuditFilter::default())).await, [bare, full]);
}

/// The catalogue and the columns agree.
async fn an_event_of_every_kind_comes_back(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut events: Vec<AuditEvent> = AuditKind::ALL.iter().map(|kind| subject.new_event(*kind)).collect();
    record(&subject, &events.iter().collect::<Vec<_>>()).await;
    events.reverse();
    assert_eq!(found(&subject, request(AuditFilter::default())).await, events);
}

/// What happened happened once.
async fn an_id_belongs_to_one_event(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let event = subject.new_event(AuditKind::LogIn);
    record(&subject, &[&event]).await;
    assert_internal!(alone!(subject, audit().record(&event)));
}

/// Written with what it records, or not at all.
async fn a_dropped_unit_records_nothing(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut work = subject.begin().await;
    work.audit().record(&subject.new_event(AuditKind::LogIn)).await.expect("a new event");
    drop(work);
    assert_eq!(found(&subject, request(AuditFilter::default())).await, []);
}

/// Nothing of them leads to the user, so nothing goes with the user.
async fn events_outlive_the_user(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let event = subject.new_event(AuditKind::LogIn).by_and_on(ann.id);
    record(&subject, &[&event]).await;
    alone!(subject, users().delete(ann.id)).expect("an answer");
    assert_eq!(found(&subject, request(AuditFilter::default())).await, [event]);
}

/// Each filter alone, and all together; the end of the time is outside.
async fn events_are_found_by_what_they_are_about(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let one = subject.new_event(AuditKind::LogIn).by_and_on(ANN);
    let two = subject.new_event(AuditKind::LogIn).on(ANN).failed("incorrect_credentials");
    let three = subject.new_event(AuditKind::UserChanged).by(BOB).on(ANN).within(ACME);
    let other = Client { request_id: RequestId::new("other"), ..Client::default() };
    let four = AuditEvent { client: other.clone(), ..subject.new_event(AuditKind::SignUp) }.by_and_on(BOB);
    record(&subject, &[&one, &two, &three, &four]).await;
    let all = AuditFilter::default;
    for (filter, expected) in [
        (AuditFilter { actor: Some(ANN), ..all() }, vec![&one]),
        (AuditFilter { actor: Some(BOB), ..all() }, vec![&four, &three]),
        (AuditFilter { subject: Some(ANN), ..all() }, vec![&three, &two, &one]),
        (AuditFilter { organization: Some(ACME), ..all() }, vec![&three]),
        (AuditFilter { organization: Some(OrganizationId(Uuid::nil())), ..all() }, vec![]),
        (AuditFilter { kind: Some(AuditKind::LogIn), ..all() }, vec![&two, &one]),
        (AuditFilter { outcome: Some(AuditOutcome::Failure), ..all() }, vec![&two]),
        (AuditFilter { request_id: other.request_id.clone(), ..all() }, vec![&four]),
        (AuditFilter { since: Some(two.at), ..all() }, vec![&four, &three, &two]),
        (AuditFilter { until: Some(two.at), ..all() }, vec![&one]),
        (AuditFilter { since: Some(two.at), until: Some(four.at), actor: Some(BOB), ..all() }, vec![&three]),
        (AuditFilter { actor: Some(UserId(Uuid::nil())), ..all() }, vec![]),
    ] {
        let events = found(&subject, request(filter.clone())).await;
        assert_eq!(events.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

/// In both orders, also among events of one moment.
async fn a_walk_over_events_meets_each_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let moment = subject.new_event(AuditKind::LogIn).at;
    let at = |n: i64| AuditEvent { at: later(moment, n / 3), ..subject.new_event(AuditKind::LogIn) };
    let events: Vec<AuditEvent> = (0..10).map(at).collect();
    record(&subject, &events.iter().collect::<Vec<_>>()).await;
    for order in [AuditOrder::Oldest, AuditOrder::Newest] {
        let (mut met, mut after) = (Vec::new(), None);
        loop {
            let request = AuditRequest { filter: AuditFilter::default(), order, after, limit: 3 };
            let page = seen!(subject, audit().list(&request));
            assert!(page.events.len() <= 3);
            met.extend(page.events);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if order == AuditOrder::Newest {
            met.reverse();
        }
        assert_eq!(met, events, "{order:?}");
    }
}

/// In batches, the oldest first.
async fn old_events_are_pruned(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let at = |seconds| AuditEvent { at: Timestamp::from_seconds(seconds), ..subject.new_event(AuditKind::LogIn) };
    let (first, second, third) = (at(10), at(20), at(30));
    record(&subject, &[&third, &first, &second]).await;
    let prune = async |before, limit| {
        alone!(subject, audit().prune(Timestamp::from_seconds(before), limit)).expect("an answer")
    };
    assert_eq!(prune(10, 9).await, 0);
    assert_eq!(prune(30, 1).await, 1);
    assert_eq!(found(&subject, request(AuditFilter::default())).await, [third.clone(), second]);
    assert_eq!(prune(30, 9).await, 1);
    assert_eq!(found(&subject, request(AuditFilter::default())).await, [third]);
}

/// Days are those of UTC; what is older, of another kind or absent is not counted.
async fn events_are_counted_by_day(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let at = |text: &str| Timestamp::parse(text).expect("a moment");
    let event = |kind, moment: &str| AuditEvent { at: at(moment), ..subject.new_event(kind) };
    let events = [
        event(AuditKind::LogIn, "2026-11-20T23:59:59.999999Z"),
        event(AuditKind::LogIn, "2026-11-21T00:00:00Z"),
        event(AuditKind::LogIn, "2026-11-21T23:59:59.999999Z").failed("incorrect_credentials"),
        event(AuditKind::LogIn, "2026-11-21T12:00:00Z").failed("incorrect_credentials"),
        event(AuditKind::LogIn, "2026-11-23T00:00:00.000001Z"),
        event(AuditKind::SignUp, "2026-11-22T12:00:00Z"),
    ];
    record(&subject, &events.iter().collect::<Vec<_>>()).await;
    let day = i64::from(Date::of(at("2026-11-21T00:00:00Z")).days());
    let counted = seen!(subject, audit().count_by_day(AuditKind::LogIn, at("2026-11-21T00:00:00Z")));
    assert_eq!(counted, [DayCount { day, done: 1, failed: 2 }, DayCount { day: day + 2, done: 1, failed: 0 }]);
    assert_eq!(seen!(subject, audit().count_by_day(AuditKind::LogOut, Timestamp::MIN)), []);
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_events(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let now = Timestamp::MAX;
    let mut work = subject.failed_unit().await;
    assert_internal!(work.audit().record(&subject.new_event(AuditKind::LogIn)).await);
    assert_internal!(work.audit().prune(now, 9).await);
    assert_internal!(work.audit().list(&request(AuditFilter::default())).await);
    assert_internal!(work.audit().count_by_day(AuditKind::LogIn, now).await);
}
