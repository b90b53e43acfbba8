//! Walking through a whole list from page to page, each beginning behind the last row of the one before.

use std::{collections::BTreeSet, sync::Arc};

use ironplate_application::ports::{
    ItemOrder, ListOrder, MessageOrder, Page, PageRequest, Store, UserFilter, UserOrder,
};
use ironplate_domain::{Item, ItemId, Message, MessageState, Timestamp, User, UserId};

use super::subject::{Subject, all, alone, seen};

/// Three moments for 23 users, so that pages break inside equal keys.
fn crowd(subject: &Subject, prefix: &str) -> Vec<User> {
    let moment = |n: i64| Timestamp::from_micros(1_767_400_000_000_000 + n % 3);
    (0..23)
        .map(|n| User {
            created_at: moment(n),
            ..subject.new_user(&format!("{prefix}{:02}@example.com", (n * 7) % 23))
        })
        .collect()
}

/// Three moments and two titles, one of them in two spellings, for 23 items.
fn heap(subject: &Subject, owner: &User) -> Vec<Item> {
    let kinds = [(0_i64, "Ähre"), (1, "ÄHRE"), (2, "Zebra"), (0, "Zebra"), (1, "Ähre")];
    let item = |&(moment, title)| Item {
        created_at: Timestamp::from_micros(1_767_400_000_000_000 + moment),
        ..subject.new_item(owner, title)
    };
    kinds.iter().cycle().take(23).map(item).collect()
}

/// As a list of this order has them.
fn sort<Order: ListOrder>(rows: &mut [Order::Row], order: Order) {
    rows.sort_by_key(|row| {
        let place = order.cursor(row);
        (place.key, place.id)
    });
    if order.is_descending() {
        rows.reverse();
    }
}

/// A page that others follow is full, and some time none follows.
fn assert_progress<T>(page: &Page<T>, limit: usize, met: usize) {
    assert!(page.rows.len() == limit || !page.more, "{} rows and more to follow", page.rows.len());
    assert!(met < 100, "the walk does not end");
}

/// In its order, to its end.
pub async fn a_walk_over_users_meets_each_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut users = crowd(&subject, "user");
    subject.store_users(&users.iter().collect::<Vec<_>>()).await;
    for order in UserOrder::ALL.iter().copied() {
        sort(&mut users, order);
        let (mut met, mut after) = (Vec::new(), None);
        loop {
            let page =
                seen!(subject, users().list(&UserFilter::default(), &PageRequest { after, limit: 5, ..all(order) }));
            assert_progress(&page, 5, met.len());
            assert_eq!(page.count, 23);
            after = page.rows.last().map(|user| order.cursor(user));
            met.extend(page.rows);
            if !page.more {
                break;
            }
        }
        assert_eq!(met, users, "{order:?}");
    }
}

/// In its order, to its end; of one owner and of everybody.
pub async fn a_walk_over_items_meets_each_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let (anns, bobs) = (heap(&subject, &ann), heap(&subject, &bob));
    let everything: Vec<Item> = anns.iter().zip(bobs).flat_map(|(one, other)| [one.clone(), other]).collect();
    subject.store_items(&everything.iter().collect::<Vec<_>>()).await;
    for order in ItemOrder::ALL.iter().copied() {
        assert_walk(&subject, order, Some(ann.id), None, anns.clone()).await;
        assert_walk(&subject, order, None, None, everything.clone()).await;
    }
}

/// With a search that leaves some out.
pub async fn a_walk_over_found_items_meets_each_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let items = heap(&subject, &ann);
    subject.store_items(&items.iter().collect::<Vec<_>>()).await;
    let found: Vec<Item> = items.into_iter().filter(|item| item.title.as_str() != "Zebra").collect();
    for order in ItemOrder::ALL.iter().copied() {
        assert_walk(&subject, order, None, Some("ähr"), found.clone()).await;
    }
}

async fn assert_walk(
    subject: &Subject,
    order: ItemOrder,
    owner: Option<UserId>,
    search: Option<&str>,
    mut expected: Vec<Item>,
) {
    sort(&mut expected, order);
    let search = search.map(str::to_owned);
    let (mut met, mut after) = (Vec::new(), None);
    loop {
        let request = PageRequest { after, search: search.clone(), limit: 4, ..all(order) };
        let page = seen!(subject, items().list(owner, &request));
        assert_progress(&page, 4, met.len());
        assert_eq!(page.count, expected.len() as u64);
        after = page.rows.last().map(|item| order.cursor(item));
        met.extend(page.rows);
        if !page.more {
            break;
        }
    }
    assert_eq!(met, expected, "{order:?} {owner:?}");
}

/// In its order, to its end; of one state and of all.
pub async fn a_walk_over_messages_meets_each_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = |n: i64| {
        let message = subject.new_message(&format!("user{n:02}@example.com"));
        let created_at = Timestamp::from_micros(1_767_400_000_000_000 + n % 3);
        let state = if n % 2 == 0 { MessageState::Sent } else { MessageState::Queued };
        Message { created_at, state, finished_at: (n % 2 == 0).then_some(created_at), ..message }
    };
    let mut messages: Vec<Message> = (0..23).map(message).collect();
    subject.store_messages(&messages.iter().collect::<Vec<_>>()).await;
    for order in MessageOrder::ALL.iter().copied() {
        sort(&mut messages, order);
        for state in [None, Some(MessageState::Sent)] {
            let expected = messages.iter().filter(|message| state.is_none_or(|state| message.state == state));
            let expected: Vec<Message> = expected.cloned().collect();
            let (mut met, mut after) = (Vec::new(), None);
            loop {
                let page = seen!(subject, outbox().list(state, &PageRequest { after, limit: 4, ..all(order) }));
                assert_progress(&page, 4, met.len());
                assert_eq!(page.count, expected.len() as u64);
                after = page.rows.last().map(|message| order.cursor(message));
                met.extend(page.rows);
                if !page.more {
                    break;
                }
            }
            assert_eq!(met, expected, "{order:?} {state:?}");
        }
    }
}

/// Whoever is there from first to last is met once, whoever comes or goes at most once.
pub async fn a_walk_over_users_bears_changes(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for order in UserOrder::ALL.iter().copied() {
        let users = crowd(&subject, "user");
        subject.store_users(&users.iter().collect::<Vec<_>>()).await;
        let mut there: BTreeSet<UserId> = users.iter().map(|user| user.id).collect();
        let mut comers = crowd(&subject, "aaa").into_iter().zip(crowd(&subject, "zzz"));
        let (mut met, mut after) = (Vec::new(), None);
        loop {
            let page =
                seen!(subject, users().list(&UserFilter::default(), &PageRequest { after, limit: 4, ..all(order) }));
            assert_progress(&page, 4, met.len());
            after = page.rows.last().map(|user| order.cursor(user));
            met.extend(page.rows.iter().map(|user| user.id));
            if !page.more {
                break;
            }
            // The row that the cursor names goes, and so does one of which nobody knows whether it was met.
            let random = *there.first().expect("somebody");
            for gone in page.rows.last().map(|user| user.id).into_iter().chain([random]) {
                alone!(subject, users().delete(gone)).expect("an answer");
                there.remove(&gone);
            }
            let (one, other) = comers.next().expect("somebody new");
            subject.store_users(&[&one, &other]).await;
        }
        let distinct: BTreeSet<UserId> = met.iter().copied().collect();
        assert_eq!(distinct.len(), met.len(), "{order:?}: somebody was met twice");
        assert!(there.is_subset(&distinct), "{order:?}: somebody was not met");
        for user in seen!(subject, users().list(&UserFilter::default(), &all(order))).rows {
            alone!(subject, users().delete(user.id)).expect("an answer");
        }
    }
}

/// Whatever is there from first to last is met once, whatever comes or goes at most once.
pub async fn a_walk_over_items_bears_changes(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for (order, name) in ItemOrder::ALL.iter().copied().zip(["newest", "oldest", "title", "descending"]) {
        let ann = subject.user(&format!("{name}@example.com")).await;
        let items = heap(&subject, &ann);
        subject.store_items(&items.iter().collect::<Vec<_>>()).await;
        let mut there: BTreeSet<ItemId> = items.iter().map(|item| item.id).collect();
        let mut comers = heap(&subject, &ann).into_iter();
        let (mut met, mut after) = (Vec::new(), None);
        loop {
            let page = PageRequest { after, limit: 4, ..all(order) };
            let page = seen!(subject, items().list(Some(ann.id), &page));
            assert_progress(&page, 4, met.len());
            after = page.rows.last().map(|item| order.cursor(item));
            met.extend(page.rows.iter().map(|item| item.id));
            if !page.more {
                break;
            }
            let random = *there.first().expect("something");
            for gone in page.rows.last().map(|item| item.id).into_iter().chain([random]) {
                alone!(subject, items().delete(gone)).expect("an answer");
                there.remove(&gone);
            }
            subject.store_items(&comers.by_ref().take(2).collect::<Vec<_>>().iter().collect::<Vec<_>>()).await;
        }
        let distinct: BTreeSet<ItemId> = met.iter().copied().collect();
        assert_eq!(distinct.len(), met.len(), "{order:?}: something was met twice");
        assert!(there.is_subset(&distinct), "{order:?}: something was not met");
    }
}
