//! Lists of any rows: order, pages, cursors, walks.

use std::{collections::BTreeSet, ops::Range};

use ironplate_application::ports::{Count, Cursor, ListOrder, Page, PageRequest, Repositories, SortKey, StoreResult};
use ironplate_domain::{Date, Owner, Timestamp};
use uuid::Uuid;

use super::{
    checks::checks,
    rows::{Row, assert_same},
    subject::{Subject, all},
};

/// What is listed in pages.
pub trait Listed: Row {
    /// How a list is sorted.
    type Order: ListOrder<Row = Self>;

    /// No two rows of an owner have the same text.
    const HAS_UNIQUE_TEXT: bool = false;

    /// Puts it at one of a few places in every order that is not by its text; at a greater one it comes later, where the
    /// order ascends.
    #[must_use]
    fn at_place(self, place: i64) -> Self;

    /// A page of those of this owner, or of everybody.
    fn list(
        from: &mut dyn Repositories,
        owner: Option<Owner>,
        page: &PageRequest<Self::Order>,
    ) -> impl Future<Output = StoreResult<Page<Self>>> + Send;
}

checks! { lists<R: Listed>;
    each_order_is_total,
    an_empty_list_has_an_empty_page,
    the_count_ignores_paging,
    more_tells_whether_rows_follow,
    a_cursor_need_not_be_a_row,
    a_walk_meets_each_row_once,
}

/// A moment that is greater by a microsecond for each place.
pub(super) fn moment(place: i64) -> Timestamp {
    Timestamp::from_micros(1_767_400_000_000_000 + place)
}

/// As a list of this order has them.
pub(super) fn sorted<R: Listed>(mut rows: Vec<R>, order: R::Order) -> Vec<R> {
    rows.sort_by_key(|row| {
        let place = order.cursor(row);
        (place.key, place.id)
    });
    if order.is_descending() {
        rows.reverse();
    }
    rows
}

/// Rows at three places and with two texts, one of them in two spellings, so that pages break inside equal keys.
pub(super) fn crowd<R: Listed>(subject: &Subject, owner: Owner, numbers: Range<i64>) -> Vec<R> {
    let kinds = [(0, "Ähre"), (1, "ÄHRE"), (2, "Zebra"), (0, "Zebra"), (1, "Ähre")];
    let row = |(n, (place, text)): (i64, _)| R::sample(subject, owner, &unique::<R>(text, n)).at_place(place);
    let rows: Vec<R> = numbers.clone().zip(kinds.into_iter().cycle()).map(row).collect();
    for order in R::Order::ALL {
        let keys: BTreeSet<SortKey> = rows.iter().map(|row| order.cursor(row).key).collect();
        assert!(keys.len() > 1 || rows.len() < kinds.len(), "let `at_place` set what {order:?} sorts by");
    }
    rows
}

/// The text, or another one like it where it has to be the only one.
fn unique<R: Listed>(text: &str, n: i64) -> String {
    if R::HAS_UNIQUE_TEXT { format!("{text} {n}") } else { text.to_owned() }
}

/// The list begins behind a page's last row until no more follow, and so meets these rows.
pub(super) async fn assert_walk<R: Listed, Answer: Future<Output = Page<R>>>(
    request: PageRequest<R::Order>,
    list: impl Fn(PageRequest<R::Order>) -> Answer,
    expected: Vec<R>,
) {
    let expected = sorted(expected, request.order);
    let (mut met, mut after) = (Vec::new(), None);
    loop {
        let page = list(PageRequest { after, limit: 4, ..request.clone() }).await;
        assert_progress(&page, 4, met.len());
        assert_eq!(page.count, Count::Exactly(expected.len() as u64));
        after = page.rows.last().map(|row| request.order.cursor(row));
        met.extend(page.rows);
        if !page.more {
            break;
        }
    }
    assert_eq!(met, expected, "{request:?}");
}

/// A page that others follow is full, and some time none follows.
pub(super) fn assert_progress<T>(page: &Page<T>, limit: usize, met: usize) {
    assert!(page.rows.len() == limit || !page.more, "{} rows and more to follow", page.rows.len());
    assert!(met < 100, "the walk does not end");
}

/// Equal keys are told apart by ids, in the order's direction.
async fn each_order_is_total<R: Listed>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let kinds = [("B", 1), ("a", 1), ("b", 1), ("C", 0)];
    let row = |(text, place), n| R::sample(&subject, ann, &unique::<R>(text, n)).at_place(place);
    let rows: Vec<R> = kinds.into_iter().zip(0..).map(|(kind, n)| row(kind, n)).collect();
    subject.store(&rows.iter().rev().collect::<Vec<_>>()).await;
    for order in R::Order::ALL.iter().copied() {
        let page = subject.list::<R>(None, all(order)).await;
        assert_all_same(&page.rows, &sorted(rows.clone(), order));
    }
    let [one, two, three, four] = <[R; 4]>::try_from(rows).expect("four rows");
    let oldest = ["created_at", "joined_at"].into_iter().find_map(R::Order::named);
    let oldest = oldest.expect("every list can be sorted by the time at which its rows were made");
    assert_all_same(&subject.list::<R>(None, all(oldest)).await.rows, &[four, one, two, three]);
}

/// These rows, to the letter.
fn assert_all_same<R: Row>(found: &[R], expected: &[R]) {
    assert_eq!(found, expected);
    found.iter().zip(expected).for_each(|(found, expected)| assert_same(found, expected));
}

/// In every order.
async fn an_empty_list_has_an_empty_page<R: Listed>(subject: Subject) {
    for order in R::Order::ALL.iter().copied() {
        let page = subject.list::<R>(None, all(order)).await;
        assert_eq!((page.rows, page.count, page.more), (Vec::new(), Count::Exactly(0), false), "{order:?}");
    }
}

/// Cursor, skip and limit.
async fn the_count_ignores_paging<R: Listed>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let rows: Vec<R> = crowd(&subject, ann, 0..5);
    subject.store(&rows.iter().collect::<Vec<_>>()).await;
    for order in R::Order::ALL.iter().copied() {
        for (skip, limit) in [(0, 1), (1, 1), (3, 0)] {
            let page = PageRequest { after: Some(order.cursor(&rows[2])), skip, limit, ..all(order) };
            assert_eq!(subject.list::<R>(None, page).await.count, Count::Exactly(5), "{order:?}");
        }
    }
}

/// Behind this page, whatever lies before it; and a page may lie out of bounds, however far.
async fn more_tells_whether_rows_follow<R: Listed>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    subject.store(&crowd::<R>(&subject, ann, 0..3).iter().collect::<Vec<_>>()).await;
    for order in R::Order::ALL.iter().copied() {
        for (skip, limit, rows, more) in [
            (0, 2, 2, true),
            (0, 3, 3, false),
            (0, u32::MAX, 3, false),
            (1, 1, 1, true),
            (1, 2, 2, false),
            (2, 9, 1, false),
            (0, 0, 0, true),
            (3, 1, 0, false),
            (1000, u32::MAX, 0, false),
            (u64::MAX, u32::MAX, 0, false),
        ] {
            let page = subject.list::<R>(None, PageRequest { skip, limit, ..all(order) }).await;
            assert_eq!(
                (page.rows.len(), page.more, page.count),
                (rows, more, Count::Exactly(3)),
                "skip {skip}, limit {limit}"
            );
        }
    }
}

/// A place between rows will do, at the ends of what is sorted by, too; `skip` counts from there.
async fn a_cursor_need_not_be_a_row<R: Listed>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let row = |(text, place)| R::sample(&subject, ann, text).at_place(place);
    let rows: Vec<R> = [("a", 0), ("C", 2), ("e", 4)].map(row).into();
    subject.store(&rows.iter().collect::<Vec<_>>()).await;
    for order in R::Order::ALL.iter().copied() {
        let rows = sorted(rows.clone(), order);
        let keys: Vec<SortKey> = rows.iter().map(|row| order.cursor(row).key).collect();
        let last_id = if order.is_descending() { Uuid::nil() } else { Uuid::max() };
        let [least, greatest, far_down, far_up] = ends(&keys[0]);
        for key in [&keys[0], &keys[1], &keys[2], &next_to(&keys[1]), &least, &greatest, &far_down, &far_up] {
            let is_behind = |other: &SortKey| if order.is_descending() { other < key } else { other > key };
            let behind: Vec<R> = rows.iter().filter(|row| is_behind(&order.cursor(row).key)).cloned().collect();
            for skip in [0, 1] {
                let after = Some(Cursor { key: key.clone(), id: last_id });
                let page = subject.list::<R>(None, PageRequest { after, skip, ..all(order) }).await;
                let expected = behind.get(usize::try_from(skip).expect("few")..).unwrap_or_default();
                assert_eq!(page.rows, expected, "{order:?} behind {key:?}, skip {skip}");
            }
        }
    }
}

/// The least and the greatest key of this sort, and others far out.
fn ends(key: &SortKey) -> [SortKey; 4] {
    match key {
        SortKey::Time(_) => [i64::MIN, i64::MAX, -1_000_000_000_000_000_000, 9_000_000_000_000_000_000]
            .map(|micros| SortKey::Time(Timestamp::from_micros(micros))),
        SortKey::Date(_) => [i64::MIN, i64::MAX, -700_000, 2_900_000].map(|days| SortKey::Date(Date::from_days(days))),
        SortKey::Text(_) => ["", "\u{10FFFF}", "\u{1}", "zz"].map(|text| SortKey::Text(text.to_owned())),
        SortKey::Number(_) => [i64::MIN, i64::MAX, i64::MIN + 1, i64::MAX - 1].map(SortKey::Number),
    }
}

/// The least key that is greater than this one, or nearly so.
fn next_to(key: &SortKey) -> SortKey {
    match key {
        SortKey::Time(moment) => SortKey::Time(Timestamp::from_micros(moment.micros() + 1)),
        SortKey::Date(date) => SortKey::Date(Date::from_days(i64::from(date.days()) + 1)),
        SortKey::Text(text) => SortKey::Text(format!("{text}\u{1}")),
        SortKey::Number(number) => SortKey::Number(number + 1),
    }
}

/// In its order, to its end.
async fn a_walk_meets_each_row_once<R: Listed>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let rows: Vec<R> =
        crowd(&subject, ann, 0..23).into_iter().zip(crowd(&subject, bob, 0..23)).flat_map(<[R; 2]>::from).collect();
    subject.store(&rows.iter().collect::<Vec<_>>()).await;
    for order in R::Order::ALL.iter().copied() {
        assert_walk(all(order), |page| subject.list(None, page), rows.clone()).await;
    }
}
