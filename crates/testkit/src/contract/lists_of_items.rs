//! Lists of items: order, owners, search, pages.

use std::sync::Arc;

use ironplate_application::ports::{Cursor, ItemOrder, ListOrder, PageRequest, SortKey, Store};
use ironplate_domain::{Item, ItemChanges, ItemId, Timestamp, User};
use uuid::Uuid;

use super::subject::{Subject, all, alone, items_with, seen};
use crate::samples::{description, title};

async fn ids(subject: &Subject, page: PageRequest<ItemOrder>) -> Vec<ItemId> {
    seen!(subject, items().list(None, &page)).rows.iter().map(|item| item.id).collect()
}

async fn titles(subject: &Subject, page: PageRequest<ItemOrder>) -> Vec<String> {
    let found = seen!(subject, items().list(None, &page));
    found.rows.iter().map(|item| item.title.as_str().to_owned()).collect()
}

async fn titles_found(subject: &Subject, search: &str) -> Vec<String> {
    let found = seen!(subject, items().list(None, &items_with(search)));
    assert_eq!(found.count, found.rows.len() as u64, "{search:?}");
    titles(subject, items_with(search)).await
}

async fn described(subject: &Subject, owner: &User, title: &str, text: &str) -> Item {
    let item = Item { description: Some(description(text)), ..subject.new_item(owner, title) };
    subject.store_items(&[&item]).await;
    item
}

/// Equal moments and equal titles are told apart by ids.
pub async fn each_order_is_total(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let one = subject.item(&ann, "B").await;
    let two = Item { created_at: one.created_at, ..subject.new_item(&ann, "a") };
    let three = Item { created_at: one.created_at, ..subject.new_item(&ann, "b") };
    let before = Timestamp::from_micros(one.created_at.micros() - 1);
    let four = Item { created_at: before, ..subject.new_item(&ann, "C") };
    subject.store_items(&[&four, &three, &two]).await;
    let (one, two, three, four) = (one.id, two.id, three.id, four.id);

    assert_eq!(ids(&subject, all(ItemOrder::Newest)).await, [three, two, one, four]);
    assert_eq!(ids(&subject, all(ItemOrder::Oldest)).await, [four, one, two, three]);
    assert_eq!(ids(&subject, all(ItemOrder::Title)).await, [two, one, three, four]);
    assert_eq!(ids(&subject, all(ItemOrder::TitleDescending)).await, [four, three, one, two]);
}

/// Not by a language's rules, and not by UTF-16.
pub async fn titles_sort_folded_and_by_code_point(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let sorted = [" x", "-a", "10", "9", "_", "Ab", "aB c", "Z", "Ä b", "äa", "ñ", "Ω", "я", "\u{FFFD}", "😀"];
    for title in sorted.into_iter().rev() {
        subject.item(&ann, title).await;
    }
    assert_eq!(titles(&subject, all(ItemOrder::Title)).await, sorted);
    let backwards: Vec<&str> = sorted.into_iter().rev().collect();
    assert_eq!(titles(&subject, all(ItemOrder::TitleDescending)).await, backwards);
}

/// In every order, with its own count.
pub async fn a_list_is_of_one_owner_or_of_everybody(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let nobody = subject.user("nobody@example.com").await;
    let anns = [subject.item(&ann, "a").await, subject.item(&ann, "c").await];
    let bobs = subject.item(&bob, "b").await;
    for order in ItemOrder::ALL.iter().copied() {
        let mut mine = seen!(subject, items().list(Some(ann.id), &all(order)));
        mine.rows.sort_by_key(|item| item.id);
        assert_eq!((mine.rows.as_slice(), mine.count), (anns.as_slice(), 2), "{order:?}");
        let theirs = seen!(subject, items().list(Some(bob.id), &all(order)));
        assert_eq!((theirs.rows, theirs.count), (vec![bobs.clone()], 1), "{order:?}");
        let none = seen!(subject, items().list(Some(nobody.id), &all(order)));
        assert_eq!((none.rows, none.count), (Vec::new(), 0), "{order:?}");
        assert_eq!(seen!(subject, items().list(None, &all(order))).count, 3, "{order:?}");
    }
    let found = seen!(subject, items().list(Some(ann.id), &items_with("b")));
    assert_eq!((found.rows, found.count), (Vec::new(), 0));
}

/// Each item once, though both may match.
pub async fn a_title_or_a_description_is_found_by_any_part(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    subject.item(&ann, "red apple").await;
    described(&subject, &ann, "fruit", "an apple, green").await;
    described(&subject, &ann, "pineapple", "no apple at all").await;
    described(&subject, &ann, "pear", "").await;
    assert_eq!(titles_found(&subject, "apple").await, ["fruit", "pineapple", "red apple"]);
    assert_eq!(titles_found(&subject, "d a").await, ["red apple"]);
    assert_eq!(titles_found(&subject, "green").await, ["fruit"]);
    assert_eq!(titles_found(&subject, "").await, ["fruit", "pear", "pineapple", "red apple"]);
    assert_eq!(titles_found(&subject, "plum").await, Vec::<String>::new());
}

/// On both sides, the same on every database.
pub async fn searching_ignores_case_beyond_ascii(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    subject.item(&ann, "Größe").await;
    described(&subject, &ann, "x", "ЁЛКА 😀").await;
    for search in ["GRÖSSE", "grösse", "größ", "GRÖ"] {
        assert_eq!(titles_found(&subject, search).await, ["Größe"], "{search}");
    }
    subject.item(&ann, "İstanbul").await;
    for search in ["istanbul", "ISTANBUL", "İST", "ıst"] {
        assert_eq!(titles_found(&subject, search).await, ["İstanbul"], "{search}");
    }
    assert_eq!(titles_found(&subject, "ёлка 😀").await, ["x"]);
}

/// Wildcards and escapes mean themselves, and what can't be stored is not found.
pub async fn nothing_in_a_search_is_special(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    subject.item(&ann, "100%").await;
    described(&subject, &ann, "description", "50% off_season").await;
    subject.item(&ann, r"C:\temp").await;
    subject.item(&ann, "plain").await;
    assert_eq!(titles_found(&subject, "%").await, ["100%", "description"]);
    assert_eq!(titles_found(&subject, "_").await, ["description"]);
    assert_eq!(titles_found(&subject, r"\").await, [r"C:\temp"]);
    assert_eq!(titles_found(&subject, r":\t").await, [r"C:\temp"]);
    assert_eq!(titles_found(&subject, "l%n").await, Vec::<String>::new());
    assert_eq!(titles_found(&subject, "pl_in").await, Vec::<String>::new());
    assert_eq!(titles_found(&subject, "\0").await, Vec::<String>::new());
}

/// What is searched and sorted is what was stored last.
pub async fn a_search_follows_changes(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let item = described(&subject, &ann, "OLD", "OLDER").await;
    subject.item(&ann, "m").await;
    let changes = ItemChanges { title: Some(title("Zwölf")), description: Some(Some(description("NEUES"))) };
    alone!(subject, items().update(item.id, &changes)).expect("an answer");
    assert_eq!(titles_found(&subject, "old").await, Vec::<String>::new());
    assert_eq!(titles_found(&subject, "ZWÖLF").await, ["Zwölf"]);
    assert_eq!(titles_found(&subject, "neues").await, ["Zwölf"]);
    assert_eq!(titles(&subject, all(ItemOrder::Title)).await, ["m", "Zwölf"]);
    let changes = ItemChanges { description: Some(None), ..ItemChanges::default() };
    alone!(subject, items().update(item.id, &changes)).expect("an answer");
    assert_eq!(titles_found(&subject, "neues").await, Vec::<String>::new());
}

/// But not search and owner.
pub async fn the_count_ignores_paging(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    let mut last = subject.item(&ann, "apple").await;
    for title in ["apricot", "banana", "avocado"] {
        last = subject.item(&ann, title).await;
    }
    subject.item(&bob, "apple").await;
    let after = Some(Cursor { key: SortKey::Time(last.created_at), id: last.id.0 });
    let page = PageRequest { after, skip: 1, limit: 1, ..all(ItemOrder::Newest) };
    assert_eq!(seen!(subject, items().list(Some(ann.id), &page)).count, 4);
    assert_eq!(seen!(subject, items().list(None, &page)).count, 5);
    let page = PageRequest { limit: 0, ..items_with("ap") };
    assert_eq!(seen!(subject, items().list(Some(ann.id), &page)).count, 2);
}

/// Of this owner, behind this page.
pub async fn more_tells_whether_rows_follow(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    for title in ["a", "b", "c"] {
        subject.item(&ann, title).await;
    }
    subject.item(&bob, "z").await;
    for (skip, limit, rows, more) in
        [(0, 2, 2, true), (0, 3, 3, false), (1, 1, 1, true), (2, 1, 1, false), (3, 1, 0, false), (0, 0, 0, true)]
    {
        let page = PageRequest { skip, limit, ..all(ItemOrder::Title) };
        let page = seen!(subject, items().list(Some(ann.id), &page));
        assert_eq!((page.rows.len(), page.more), (rows, more), "skip {skip}, limit {limit}");
    }
}

/// However far.
pub async fn a_page_may_be_out_of_bounds(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let item = subject.item(&ann, "a").await;
    for order in ItemOrder::ALL.iter().copied() {
        let far = PageRequest { skip: u64::MAX, limit: u32::MAX, ..all(order) };
        let page = seen!(subject, items().list(None, &far));
        assert_eq!((page.rows, page.count, page.more), (Vec::new(), 1, false), "{order:?}");
        let page = seen!(subject, items().list(Some(ann.id), &PageRequest { skip: 0, ..far }));
        assert_eq!(page.rows.as_slice(), std::slice::from_ref(&item), "{order:?}");
    }
}

/// A place between rows will do, at the ends of time too; `skip` counts from there.
pub async fn a_cursor_need_not_be_a_row(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let ann = subject.user("ann@example.com").await;
    let mut items = Vec::new();
    for title in ["a", "C", "e"] {
        items.push(subject.item(&ann, title).await.id);
    }
    let behind = |order, key, skip| PageRequest { after: Some(Cursor { key, id: Uuid::max() }), skip, ..all(order) };
    let text = |text: &str| SortKey::Text(text.into());
    let time = |micros| SortKey::Time(Timestamp::from_micros(micros));

    assert_eq!(ids(&subject, behind(ItemOrder::Title, text("b"), 0)).await, items[1..]);
    assert_eq!(ids(&subject, behind(ItemOrder::Title, text("c"), 0)).await, items[2..]);
    assert_eq!(ids(&subject, behind(ItemOrder::Title, text(""), 1)).await, items[1..]);
    assert_eq!(ids(&subject, behind(ItemOrder::TitleDescending, text("b"), 0)).await, items[..1]);
    for (first, last) in [(i64::MIN, i64::MAX), (-1_000_000_000_000_000_000, 9_000_000_000_000_000_000)] {
        let backwards: Vec<_> = items.iter().rev().copied().collect();
        assert_eq!(ids(&subject, behind(ItemOrder::Oldest, time(first), 0)).await, items, "{first}");
        assert_eq!(ids(&subject, behind(ItemOrder::Newest, time(last), 0)).await, backwards, "{last}");
        assert_eq!(ids(&subject, behind(ItemOrder::Oldest, time(last), 0)).await, [], "{last}");
        assert_eq!(ids(&subject, behind(ItemOrder::Newest, time(first), 0)).await, [], "{first}");
    }
}
