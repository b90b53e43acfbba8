//! What holds for any text at all.

use proptest::prelude::*;

use super::super::Email;

/// Texts near enough to an address for many of them to be one.
fn near_addresses() -> impl Strategy<Value = String> {
    let local = r#"[a-zA-Z0-9.+\-ßẞİıςΣÄäſǅ\u{301}\u{345}한@"<> \\]{1,10}|[a-zA-Z.]{1,12}|\PC{1,6}"#;
    let label = r"[a-zA-Z0-9\-]{1,8}|[a-zäöüßςабאב١۲अ\u{301}한漢ア・·Ａ。\-0-9]{1,6}|xn--[a-z0-9\-]{1,8}|\PC{1,3}";
    (local, label, "com|DE|рф|test|example|[a-z]{1,3}")
        .prop_map(|(local, label, top_level)| format!("{local}@{label}.{top_level}"))
}

fn swap_ascii_case(text: &str) -> String {
    let swap = |c: char| match c {
        'a'..='z' => c.to_ascii_uppercase(),
        _ => c.to_ascii_lowercase(),
    };
    text.chars().map(swap).collect()
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text in any::<String>(), before in any::<String>()) {
        let _ = Email::parse(&text);
        let _ = Email::parse(&format!("{before}@{text}"));
        let _ = Email::parse(&format!("\"{before}\"@[{text}]"));
        let _ = Email::parse(&format!("{before} <{text}>"));
    }

    #[test]
    fn a_reason_is_never_empty(text in near_addresses()) {
        if let Err(error) = Email::parse(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn an_address_read_again_is_the_same_in_both_forms(text in near_addresses()) {
        if let Ok(address) = Email::parse(&text) {
            let again = Email::parse(address.as_str())?;
            prop_assert_eq!(again.as_str(), address.as_str());
            prop_assert_eq!(again.canonical(), address.canonical());
        }
    }

    #[test]
    fn the_canonical_form_is_its_own_canonical_form(text in near_addresses()) {
        if let Ok(address) = Email::parse(&text)
            && let Ok(again) = Email::parse(address.canonical())
        {
            prop_assert_eq!(again.canonical(), address.canonical());
        }
    }

    #[test]
    fn the_case_of_ascii_letters_changes_nothing_but_the_look(text in near_addresses()) {
        if let Ok(address) = Email::parse(&text) {
            let swapped = Email::parse(&swap_ascii_case(&text))?;
            prop_assert_eq!(swapped.canonical(), address.canonical());
            prop_assert_eq!(swapped, address);
        }
    }

    #[test]
    fn an_address_has_neither_spaces_nor_control_characters(text in near_addresses()) {
        if let Ok(address) = Email::parse(&text) {
            let bad = |c: char| c.is_control() || c.is_whitespace();
            prop_assert!(!address.as_str().contains(bad));
            prop_assert!(!address.canonical().contains(bad));
        }
    }

    #[test]
    fn an_address_stays_within_the_lengths_it_promises(
        local in "[aäȺİ€]{1,64}",
        labels in proptest::collection::vec("[aäßア]{1,30}", 1..10),
    ) {
        if let Ok(address) = Email::parse(&format!("{local}@{}.com", labels.join("."))) {
            prop_assert!(address.as_str().len() <= 254);
            prop_assert!(address.canonical().len() <= 350);
            prop_assert!(address.as_str().rsplit_once('@').is_some_and(|(local, _)| local.len() <= 64));
        }
    }

    #[test]
    fn whitespace_around_an_address_is_no_part_of_it(
        text in near_addresses(),
        around in r"[ \t\r\n\u{A0}\u{3000}]{0,5}",
    ) {
        if let Ok(address) = Email::parse(&text) {
            let padded = Email::parse(&format!("{around}{text}{around}"))?;
            prop_assert_eq!(padded.as_str(), address.as_str());
        }
    }
}

#[test]
fn no_letter_is_left_with_two_canonical_forms() {
    for c in ('A'..=char::MAX).filter(|c| c.is_alphabetic()) {
        if let Ok(address) = Email::parse(&format!("x{c}@example.com")) {
            let again = Email::parse(address.canonical()).unwrap();
            assert_eq!(again.canonical(), address.canonical(), "for {c:?}");
        }
    }
}
