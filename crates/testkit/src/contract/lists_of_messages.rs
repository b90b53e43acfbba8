//! Lists of messages: order, state, search, pages.

use std::sync::Arc;

use ironplate_application::ports::{Cursor, MessageOrder, PageRequest, SortKey, Store};
use ironplate_domain::{Message, MessageId, MessageState, Timestamp};
use uuid::Uuid;

use super::subject::{Subject, all, assert_same_message, later, seen};

async fn ids(subject: &Subject, page: PageRequest<MessageOrder>) -> Vec<MessageId> {
    seen!(subject, outbox().list(None, &page)).rows.iter().map(|message| message.id).collect()
}

async fn addresses_found(subject: &Subject, state: Option<MessageState>, search: &str) -> Vec<String> {
    let page = PageRequest { search: Some(search.to_owned()), ..all(MessageOrder::Oldest) };
    let found = seen!(subject, outbox().list(state, &page));
    assert_eq!(found.count, found.rows.len() as u64, "{search:?}");
    assert!(!found.more, "{search:?}");
    found.rows.iter().map(|message| message.to.as_str().to_owned()).collect()
}

/// With every field; equal moments are told apart by ids.
pub async fn each_order_is_total(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let c = subject.message("C@Example.com").await;
    let b = Message { created_at: c.created_at, ..subject.new_message("b@example.com") };
    let d = Message { created_at: c.created_at, ..subject.new_message("d@example.com") };
    let a = Message { created_at: later(c.created_at, -1), ..subject.new_message("a@example.com") };
    subject.store_messages(&[&d, &a, &b]).await;
    let listed = seen!(subject, outbox().list(None, &all(MessageOrder::Oldest))).rows;
    for (found, expected) in listed.iter().zip([&a, &c, &b, &d]) {
        assert_same_message(found, expected);
    }
    let (a, b, c, d) = (a.id, b.id, c.id, d.id);
    assert_eq!(ids(&subject, all(MessageOrder::Newest)).await, [d, b, c, a]);
    assert_eq!(ids(&subject, all(MessageOrder::Oldest)).await, [a, c, b, d]);
}

/// The state it has now.
pub async fn a_list_is_of_one_state_or_of_all(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for state in MessageState::ALL {
        for _ in 0..2 {
            let message = subject.new_message(&format!("{}@example.com", state.name()));
            let finished_at = matches!(state, MessageState::Sent | MessageState::Dead).then_some(message.created_at);
            subject.store_messages(&[&Message { state, finished_at, ..message }]).await;
        }
    }
    for state in MessageState::ALL {
        let address = format!("{}@example.com", state.name());
        assert_eq!(addresses_found(&subject, Some(state), "").await, [address.clone(), address]);
    }
    assert_eq!(addresses_found(&subject, None, "").await.len(), 8);
    subject.claim(Timestamp::MAX, Timestamp::MAX).await;
    assert_eq!(addresses_found(&subject, Some(MessageState::Queued), "").await, Vec::<String>::new());
    assert_eq!(addresses_found(&subject, Some(MessageState::Sending), "").await.len(), 4);
}

/// Whatever its case, within the state.
pub async fn an_address_is_found_by_any_part(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for address in ["Ann@example.com", "GRÜSSE@bücher.example", "bob@example.com"] {
        subject.message(address).await;
    }
    assert_eq!(addresses_found(&subject, None, "ann@EX").await, ["Ann@example.com"]);
    assert_eq!(addresses_found(&subject, None, "grüsse@BÜCH").await, ["GRÜSSE@bücher.example"]);
    assert_eq!(addresses_found(&subject, None, "example.com").await, ["Ann@example.com", "bob@example.com"]);
    assert_eq!(addresses_found(&subject, Some(MessageState::Queued), "bob").await, ["bob@example.com"]);
    assert_eq!(addresses_found(&subject, Some(MessageState::Dead), "bob").await, Vec::<String>::new());
    assert_eq!(addresses_found(&subject, None, "anna").await, Vec::<String>::new());
}

/// Wildcards, escapes and quotes mean themselves, and what can't be stored is not found.
pub async fn nothing_in_a_search_is_special(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for address in ["100%sure@example.com", "snake_case@example.com", "o'neill@example.com"] {
        subject.message(address).await;
    }
    assert_eq!(addresses_found(&subject, None, "%").await, ["100%sure@example.com"]);
    assert_eq!(addresses_found(&subject, None, "_").await, ["snake_case@example.com"]);
    assert_eq!(addresses_found(&subject, None, "o'n").await, ["o'neill@example.com"]);
    for nowhere in [r"\", r"\%", "*", "\0", "a\0", &"a".repeat(100_000)] {
        assert_eq!(addresses_found(&subject, None, nowhere).await, Vec::<String>::new());
    }
}

/// But neither the search nor the state.
pub async fn the_count_ignores_paging(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for name in ["a1", "a2", "a3", "b1", "b2"] {
        subject.message(&format!("{name}@other.example")).await;
    }
    let after = Some(Cursor { key: SortKey::Time(Timestamp::from_micros(0)), id: Uuid::nil() });
    let page = PageRequest { after, skip: 1, limit: 1, ..all(MessageOrder::Newest) };
    assert_eq!(seen!(subject, outbox().list(None, &page)).count, 5);
    let page = PageRequest { search: Some("b".into()), skip: 3, limit: 0, ..all(MessageOrder::Newest) };
    assert_eq!(seen!(subject, outbox().list(Some(MessageState::Queued), &page)).count, 2);
    assert_eq!(seen!(subject, outbox().list(Some(MessageState::Sent), &page)).count, 0);
}

/// Behind this page, whatever lies before it; and a page may lie out of bounds.
pub async fn more_tells_whether_rows_follow(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for name in ["a", "b", "c"] {
        subject.message(&format!("{name}@example.com")).await;
    }
    for (skip, limit, rows, more) in [
        (0, 2, 2, true),
        (0, 3, 3, false),
        (1, 1, 1, true),
        (1, 2, 2, false),
        (2, 9, 1, false),
        (0, 0, 0, true),
        (3, 1, 0, false),
        (u64::MAX, u32::MAX, 0, false),
    ] {
        let page = seen!(subject, outbox().list(None, &PageRequest { skip, limit, ..all(MessageOrder::Newest) }));
        assert_eq!((page.rows.len(), page.more, page.count), (rows, more, 3), "skip {skip}, limit {limit}");
    }
}

/// A place between rows will do, at the ends of time too; `skip` counts from there.
pub async fn a_cursor_need_not_be_a_row(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut messages = Vec::new();
    for name in ["a", "b", "c"] {
        messages.push(subject.message(&format!("{name}@example.com")).await);
    }
    let behind = |order, moment, skip| PageRequest {
        after: Some(Cursor { key: SortKey::Time(moment), id: Uuid::nil() }),
        skip,
        ..all(order)
    };
    let forwards: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    let backwards: Vec<MessageId> = forwards.iter().rev().copied().collect();
    let between = later(messages[0].created_at, 1);

    assert_eq!(ids(&subject, behind(MessageOrder::Oldest, between, 0)).await, forwards[1..]);
    assert_eq!(ids(&subject, behind(MessageOrder::Oldest, between, 1)).await, forwards[2..]);
    assert_eq!(ids(&subject, behind(MessageOrder::Newest, between, 0)).await, forwards[..1]);
    assert_eq!(ids(&subject, behind(MessageOrder::Oldest, Timestamp::MIN, 0)).await, forwards);
    assert_eq!(ids(&subject, behind(MessageOrder::Newest, Timestamp::MAX, 0)).await, backwards);
    assert_eq!(ids(&subject, behind(MessageOrder::Oldest, Timestamp::MAX, 0)).await, []);
    assert_eq!(ids(&subject, behind(MessageOrder::Newest, Timestamp::MIN, 0)).await, []);
}
