//! Lists of messages: order, state, search, pages.

use std::sync::Arc;

use ironplate_application::ports::{Count, Cursor, ListOrder, MessageOrder, PageRequest, SortKey, Store};
use ironplate_domain::{Message, MessageState, Timestamp};
use uuid::Uuid;

use super::{
    checks::checks,
    lists::{Listed, assert_walk},
    subject::{Subject, all, seen},
};

checks! { lists_of_messages;
    a_list_is_of_one_state_or_of_all,
    an_address_is_found_by_any_part,
    nothing_in_a_search_is_special,
    the_count_is_of_a_state_and_of_what_is_found,
    a_walk_over_one_state_meets_each_message_once,
}

async fn addresses_found(subject: &Subject, state: Option<MessageState>, search: &str) -> Vec<String> {
    let page = PageRequest { search: Some(search.to_owned()), ..all(MessageOrder::Oldest) };
    let found = seen!(subject, outbox().list(state, &page));
    assert_eq!(found.count, Count::Exactly(found.rows.len() as u64), "{search:?}");
    assert!(!found.more, "{search:?}");
    found.rows.iter().map(|message| message.to.as_str().to_owned()).collect()
}

/// The state it has now.
async fn a_list_is_of_one_state_or_of_all(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for state in MessageState::ALL {
        for _ in 0..2 {
            let message = subject.new_message(&format!("{}@example.com", state.name()));
            let finished_at = matches!(state, MessageState::Sent | MessageState::Dead).then_some(message.created_at);
            subject.store(&[&Message { state, finished_at, ..message }]).await;
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
async fn an_address_is_found_by_any_part(store: Arc<dyn Store>) {
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
async fn nothing_in_a_search_is_special(store: Arc<dyn Store>) {
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
async fn the_count_is_of_a_state_and_of_what_is_found(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for name in ["a1", "a2", "a3", "b1", "b2"] {
        subject.message(&format!("{name}@other.example")).await;
    }
    let after = Some(Cursor { key: SortKey::Time(Timestamp::from_micros(0)), id: Uuid::nil() });
    let page = PageRequest { after, skip: 1, limit: 1, ..all(MessageOrder::Newest) };
    assert_eq!(seen!(subject, outbox().list(None, &page)).count, Count::Exactly(5));
    let page = PageRequest { search: Some("b".into()), skip: 3, limit: 0, ..all(MessageOrder::Newest) };
    assert_eq!(seen!(subject, outbox().list(Some(MessageState::Queued), &page)).count, Count::Exactly(2));
    assert_eq!(seen!(subject, outbox().list(Some(MessageState::Sent), &page)).count, Count::Exactly(0));
}

/// In its order, to its end.
async fn a_walk_over_one_state_meets_each_message_once(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let message = |n: i64| {
        let message = subject.new_message(&format!("user{n:02}@example.com")).at_place(n % 3);
        let state = if n % 2 == 0 { MessageState::Sent } else { MessageState::Queued };
        Message { state, finished_at: (n % 2 == 0).then_some(message.created_at), ..message }
    };
    let messages: Vec<Message> = (0..23).map(message).collect();
    subject.store(&messages.iter().collect::<Vec<_>>()).await;
    let sent = messages.into_iter().filter(|message| message.state == MessageState::Sent);
    let sent: Vec<Message> = sent.collect();
    for order in MessageOrder::ALL.iter().copied() {
        let list = |page| {
            let subject = &subject;
            async move { seen!(subject, outbox().list(Some(MessageState::Sent), &page)) }
        };
        assert_walk(all(order), list, sent.clone()).await;
    }
}
