//! Passwords of the form that forced changes bring about: `Summer2026!`, `Montag-1`, `B3rlin#2026`.

use std::{collections::HashSet, sync::LazyLock};

/// In one spelling, [`plain`].
static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("calendar_and_places.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(|word| word.chars().map(plain).collect()).collect()
});

/// Digits and signs around the words: `01.06.2026!` has eleven. With more, it is a number of somebody's own.
const DECORATION: usize = 12;
/// `Friday1May2026Berlin`. Of more, somebody has made a sentence.
const MOST_WORDS: usize = 3;
/// Longer ones are no such password, and are not searched.
const LONGEST: usize = 48;

/// Whether it is made of such words with a few digits and signs and nothing else, capitals, accents and signs in the place of
/// letters or not.
pub(super) fn is_all_of(password: &str) -> bool {
    let typed: Vec<char> = password.to_lowercase().chars().collect();
    typed.len() <= LONGEST && rest_is_words(&typed, DECORATION, MOST_WORDS, true)
}

/// `is_first`: no word was found yet.
fn rest_is_words(rest: &[char], decoration: usize, words: usize, is_first: bool) -> bool {
    let Some((next, behind)) = rest.split_first() else { return !is_first };
    if !next.is_alphabetic() && decoration > 0 && rest_is_words(behind, decoration - 1, words, is_first) {
        return true;
    }
    words > 0
        && (3..=rest.len()).any(|length| {
            let (word, behind) = rest.split_at(length);
            WORDS.contains(&word.iter().copied().map(plain).collect::<String>())
                && rest_is_words(behind, decoration, words - 1, false)
        })
}

/// A small letter without its accent, or the one that a digit or sign stands for. `i` and `l` are one: `1` is either.
const fn plain(letter: char) -> char {
    match letter {
        'à'..='å' | '4' | '@' => 'a',
        'ç' | 'ć' | 'č' | '(' => 'c',
        'è'..='ë' | 'ę' | 'ě' | '3' | '€' => 'e',
        'ì'..='ï' | 'ı' | 'l' | 'ł' | '1' | '!' | '|' => 'i',
        'ñ' | 'ń' => 'n',
        'ò'..='ö' | 'ø' | '0' => 'o',
        'ś' | 'ş' | 'š' | '5' | '$' => 's',
        '7' | '+' => 't',
        'ù'..='ü' => 'u',
        'ź' | 'ż' | 'ž' => 'z',
        'ğ' | '6' | '9' => 'g',
        '8' => 'b',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_calendar_and_places_with_a_few_digits_and_signs_are_known() {
        for password in [
            "Summer2026!",
            "winter26!",
            "summertime2026!",
            "SOMMER_2026",
            "5omm3r2026!",
            "Herbst2026#",
            "Été-2026!!",
            "Mittwoch1!",
            "W3dn3sday$1",
            "!Lunes2026",
            "2026Juli!!",
            "März2026!",
            "Maerz2026!",
            "01.Juni.2026",
            "Dezember",
            "Berlin2026!",
            "B3r1in2026!",
            "NewYork#2026",
            "München2026",
            "Köln-2026!",
            "Sydney1234!",
            "ParisSummer2026",
            "FridayMay2026!",
            "Москва2026!",
            "Deutschland24!",
            "Weihnachten2026!",
        ] {
            assert!(is_all_of(password), "{password}");
        }
    }

    #[test]
    fn with_anything_else_it_is_another_password() {
        for password in [
            "correct horse battery staple",
            "summer of the walnut",
            "Sommernachtstraum2026",
            "berlin-gazette-7",
            "x!9(Wq2[",
            "maybe-tomorrow",
            "4815162342-90210-juni",
            "may april june july august",
            "2026!2026!",
        ] {
            assert!(!is_all_of(password), "{password}");
        }
    }

    #[test]
    fn the_list_is_in_small_letters() {
        for word in include_str!("calendar_and_places.txt").lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(word, word.to_lowercase());
        }
    }
}
