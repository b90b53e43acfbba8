//! Every text that is searched is found by any part of it, in any case.

use ironplate_application::ports::{Count, ListOrder, PageRequest};
use ironplate_domain::{Owner, fold};
use uuid::Uuid;

use super::{
    checks::checks,
    lists::{Listed, assert_walk, crowd},
    resource::Resource,
    subject::{Subject, all},
};

checks! { searches<R: Resource>;
    a_row_is_found_by_any_part_of_each_text,
    searching_ignores_case_beyond_ascii,
    nothing_in_a_search_is_special,
    a_search_without_a_match_is_an_empty_page,
    the_count_is_of_what_is_found,
    a_search_follows_changes,
    a_walk_over_what_is_found_meets_each_row_once,
}

const NOTHING: [Uuid; 0] = [];

/// The first hundred rows with this text.
pub(super) fn with<R: Listed>(search: &str) -> PageRequest<R::Order> {
    PageRequest { search: Some(search.to_owned()), ..all(R::Order::default()) }
}

/// The ids of what is found, sorted.
async fn found<R: Resource>(subject: &Subject, search: &str) -> Vec<Uuid> {
    let page = subject.list::<R>(None, with::<R>(search)).await;
    assert_eq!((page.count, page.more), (Count::Exactly(page.rows.len() as u64), false), "{search:?}");
    let mut ids: Vec<Uuid> = page.rows.into_iter().map(|mut row| *row.id()).collect();
    ids.sort();
    ids
}

/// Stores a row that has this text where `set` puts it, and answers its id.
async fn having<R: Resource>(subject: &Subject, owner: Owner, set: fn(&mut R, &str), text: &str) -> Uuid {
    let mut row = R::sample(subject, owner, &subject.number().to_string());
    set(&mut row, text);
    subject.store(&[&row]).await;
    *row.id()
}

/// Once, though several texts may match; the empty text finds everything, as does none.
async fn a_row_is_found_by_any_part_of_each_text<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let mut row = R::sample(&subject, ann, "1");
    for set in R::SEARCHED {
        set(&mut row, "pineapple juice");
    }
    subject.store(&[&row]).await;
    let (mut apples, mut everything) = (vec![*row.id()], vec![*row.id()]);
    for (field, set) in R::SEARCHED.iter().enumerate() {
        let red = having(&subject, ann, *set, &format!("red apple {field}")).await;
        everything.extend([red, having(&subject, ann, *set, &format!("pear {field}")).await]);
        apples.push(red);
        assert_eq!(found::<R>(&subject, &format!("d apple {field}")).await, [red]);
    }
    assert_eq!(found::<R>(&subject, "apple").await, apples);
    assert_eq!(found::<R>(&subject, "d a").await, apples[1..]);
    assert_eq!(found::<R>(&subject, "").await, everything);
    assert_eq!(subject.list::<R>(None, all(R::Order::default())).await.count, Count::Exactly(everything.len() as u64));
}

/// On both sides, the same on every database.
async fn searching_ignores_case_beyond_ascii<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    for set in R::SEARCHED {
        for (text, searches) in [
            ("Größe", ["GRÖSSE", "grösse", "größ", "GRÖ"]),
            ("İstanbul", ["istanbul", "ISTANBUL", "İST", "ıst"]),
            ("Ärger Straße", ["ärger", "ÄRGER", "rger sTRA", "STRASSE"]),
            ("ΠΑΠΠΟΥΣΑΣ", ["παππους", "ΠΑΠΠΟΥΣ", "παππουσασ", "ππ"]),
            ("ЁЛКА 😀", ["ёлка 😀", "Ёлка", "ЛКА", "а 😀"]),
        ] {
            let row = having(&subject, ann, *set, text).await;
            for search in searches {
                assert_eq!(found::<R>(&subject, search).await, [row], "{search}");
            }
            assert_eq!(found::<R>(&subject, "arger").await, NOTHING, "a letter is another one without its marks");
            let row = subject.list::<R>(None, with::<R>(searches[0])).await.rows.remove(0);
            subject.delete(&row).await.expect("an answer");
        }
    }
}

/// Wildcards, escapes and quotes mean themselves, and what can't be stored is not found.
async fn nothing_in_a_search_is_special<R: Resource>(subject: Subject) {
    for set in R::SEARCHED {
        let ann = subject.owner::<R>().await;
        for (text, searches) in [
            ("100% sure", ["%", "0% s", "% ", "100%"]),
            ("off_season", ["_", "f_s", "_s", "f_"]),
            (r"C:\temp", [r"\", r":\t", r"\t", r":\"]),
            ("O'Neill \"x\" *?[a-z]", ["o'neill", "*?[a-z]", "\"x\"", "'"]),
        ] {
            let row = having(&subject, ann, *set, text).await;
            having(&subject, ann, *set, &format!("plain {}", subject.number())).await;
            for search in searches {
                assert_eq!(found::<R>(&subject, search).await, [row], "{search}");
            }
            for nowhere in ["l%n", "pl_in", r"\%", "\0", "a\0"] {
                assert_eq!(found::<R>(&subject, nowhere).await, NOTHING, "{nowhere:?}");
            }
            let row = subject.list::<R>(None, with::<R>(searches[0])).await.rows.remove(0);
            subject.delete(&row).await.expect("an answer");
        }
    }
}

/// Also of a very long text.
async fn a_search_without_a_match_is_an_empty_page<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    for set in R::SEARCHED {
        having(&subject, ann, *set, "plum").await;
        assert_eq!(found::<R>(&subject, "plump").await, NOTHING);
        assert_eq!(found::<R>(&subject, &"plum".repeat(25_000)).await, NOTHING);
    }
}

/// Whichever part of it the page is.
async fn the_count_is_of_what_is_found<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let rows: Vec<R> = ["apple", "apricot", "kiwi"].map(|text| R::sample(&subject, ann, text)).into();
    subject.store(&rows.iter().collect::<Vec<_>>()).await;
    for order in R::Order::ALL.iter().copied() {
        let found = PageRequest { order, limit: 0, ..with::<R>("ap") };
        assert_eq!(subject.list::<R>(None, found.clone()).await.count, Count::Exactly(2));
        let after = Some(order.cursor(&rows[0]));
        assert_eq!(
            subject.list::<R>(None, PageRequest { after, skip: 3, limit: 1, ..found }).await.count,
            Count::Exactly(2)
        );
    }
}

/// What is searched and sorted is what was stored last.
async fn a_search_follows_changes<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let mut row = R::sample(&subject, ann, "old");
    for set in R::SEARCHED {
        set(&mut row, "OLDER");
    }
    let other = R::sample(&subject, ann, "m");
    subject.store(&[&row, &other]).await;
    let changes = R::changes_to("Zwölf");
    let row = subject.update(&row, &changes).await.expect("a row");
    let id = *row.clone().id();
    assert_eq!(found::<R>(&subject, "old").await, NOTHING);
    assert_eq!(found::<R>(&subject, "ZWÖLF").await, [id]);
    for order in R::Order::ALL.iter().copied() {
        let expected = super::lists::sorted(vec![row.clone(), other.clone()], order);
        assert_eq!(subject.list::<R>(None, all(order)).await.rows, expected, "{order:?}");
    }
    for changes in R::changes() {
        subject.update(&row, &changes).await;
    }
    assert_eq!(found::<R>(&subject, "zwölf").await, NOTHING, "the last of `changes` have to leave nothing of a text");
}

/// In every order, though it leaves some out.
async fn a_walk_over_what_is_found_meets_each_row_once<R: Resource>(subject: Subject) {
    let ann = subject.owner::<R>().await;
    let rows: Vec<R> = crowd(&subject, ann, 0..23);
    subject.store(&rows.iter().collect::<Vec<_>>()).await;
    let expected: Vec<R> = rows.into_iter().filter(|row| fold(&format!("{row:?}")).contains("ähr")).collect();
    for order in R::Order::ALL.iter().copied() {
        let request = PageRequest { order, ..with::<R>("ähr") };
        assert_walk(request, |page| subject.list(None, page), expected.clone()).await;
    }
}
