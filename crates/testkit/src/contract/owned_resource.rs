//! Resources of which users and organisations have some: many at once, and lists of one owner's, by their texts.

use ironplate_application::ports::{Count, ListOrder, OwnedRow, PageRequest, SortKey};
use ironplate_domain::fold;

use super::{
    checks::checks,
    conflicts::OwnedResource,
    lists::{assert_walk, crowd},
    resource::Resource,
    searches::with,
    subject::{Subject, all, assert_internal},
};

checks! { owned_resource<R: OwnedResource> of either: owned, resource, conflicts, owners;
    many_rows_are_found_at_once,
    a_list_is_of_one_owner_or_of_everybody,
    texts_sort_folded_and_by_code_point,
    a_page_is_of_one_owner,
    a_walk_over_what_is_ones_own_meets_each_row_once,
}

/// What is not there is left out; whose they are is not asked.
async fn many_rows_are_found_at_once<R: OwnedResource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let mut rows = [R::sample(&subject, ann, "one"), R::sample(&subject, bob, "other")];
    let (left, nothing) = (R::sample(&subject, ann, "left"), subject.id_and_time().0);
    subject.store(&[&rows[0], &rows[1], &left]).await;
    let ids = [OwnedRow::id(&rows[0]), nothing.into(), OwnedRow::id(&rows[1])];
    let mut found = R::repository(&mut *subject.read().await).find_many(&ids).await.expect("an answer");
    for rows in [&mut found[..], &mut rows[..]] {
        rows.sort_by_key(|row| OwnedRow::id(row).into());
    }
    assert_eq!(found, rows);
    let none = R::repository(&mut *subject.read().await).find_many(&[]).await.expect("an answer");
    assert_eq!(none, []);
    let mut work = subject.failed_unit().await;
    assert_internal!(R::repository(&mut *work).find_many(&ids).await);
}

/// In every order, with its own count.
async fn a_list_is_of_one_owner_or_of_everybody<R: Resource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let nobody = subject.owner::<R>().await;
    let anns = [R::sample(&subject, ann, "apple"), R::sample(&subject, ann, "kiwi")];
    let bobs = R::sample(&subject, bob, "plum");
    subject.store(&[&anns[0], &anns[1], &bobs]).await;
    for order in R::Order::ALL.iter().copied() {
        let mut mine = subject.list::<R>(Some(ann), all(order)).await;
        mine.rows.sort_by_key(|row| *row.clone().id());
        assert_eq!((mine.rows.as_slice(), mine.count), (anns.as_slice(), Count::Exactly(2)), "{order:?}");
        let theirs = subject.list::<R>(Some(bob), all(order)).await;
        assert_eq!((theirs.rows, theirs.count), (vec![bobs.clone()], Count::Exactly(1)), "{order:?}");
        let none = subject.list::<R>(Some(nobody), all(order)).await;
        assert_eq!((none.rows, none.count), (Vec::new(), Count::Exactly(0)), "{order:?}");
        assert_eq!(subject.list::<R>(None, all(order)).await.count, Count::Exactly(3), "{order:?}");
    }
    let found = subject.list::<R>(Some(ann), with::<R>("plum")).await;
    assert_eq!((found.rows, found.count), (Vec::new(), Count::Exactly(0)));
}

/// Not by a language's rules, and not by UTF-16.
async fn texts_sort_folded_and_by_code_point<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let texts = [" x", "-a", "10", "9", "_", "Ab", "aB c", "Z", "Ä b", "äa", "ñ", "Ω", "я", "\u{FFFD}", "😀"];
    let rows: Vec<R> = texts.iter().map(|text| R::sample(&subject, ann, text)).collect();
    subject.store(&rows.iter().rev().collect::<Vec<_>>()).await;
    let backwards: Vec<R> = rows.iter().rev().cloned().collect();
    let mut by_text = 0;
    for order in R::Order::ALL.iter().copied() {
        if order.cursor(&backwards[0]).key == SortKey::Text(fold("😀")) {
            by_text += 1;
            let expected = if order.is_descending() { &backwards } else { &rows };
            assert_eq!(&subject.list::<R>(None, all(order)).await.rows, expected, "{order:?}");
        }
    }
    assert!(by_text > 0, "no list is sorted by the text of a sample");
}

/// Others' rows are neither counted nor behind it.
async fn a_page_is_of_one_owner<R: Resource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let anns = ["apple", "apricot", "kiwi"].map(|text| R::sample(&subject, ann, text));
    let bobs = ["apple", "zucchini"].map(|text| R::sample(&subject, bob, text));
    subject.store(&anns.iter().chain(&bobs).collect::<Vec<_>>()).await;
    for order in R::Order::ALL.iter().copied() {
        for (skip, limit, rows, more) in
            [(0, 2, 2, true), (0, 3, 3, false), (1, 1, 1, true), (2, 1, 1, false), (3, 1, 0, false), (0, 0, 0, true)]
        {
            let page = subject.list::<R>(Some(ann), PageRequest { skip, limit, ..all(order) }).await;
            assert_eq!(
                (page.rows.len(), page.more, page.count),
                (rows, more, Count::Exactly(3)),
                "skip {skip}, limit {limit}"
            );
        }
        let after = Some(order.cursor(&anns[1]));
        let page = PageRequest { order, after, limit: 0, ..with::<R>("ap") };
        assert_eq!(subject.list::<R>(Some(ann), page).await.count, Count::Exactly(2), "{order:?}");
    }
}

/// In its order, to its end.
async fn a_walk_over_what_is_ones_own_meets_each_row_once<R: Resource>(subject: Subject) {
    let (ann, bob) = (subject.owner::<R>().await, subject.owner::<R>().await);
    let (anns, bobs): (Vec<R>, Vec<R>) = (crowd(&subject, ann, 0..23), crowd(&subject, bob, 0..23));
    subject.store(&anns.iter().zip(&bobs).flat_map(|(one, other)| [one, other]).collect::<Vec<_>>()).await;
    for order in R::Order::ALL.iter().copied() {
        assert_walk(all(order), |page| subject.list(Some(ann), page), anns.clone()).await;
    }
}
