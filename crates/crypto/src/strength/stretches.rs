//! The estimate itself, in stretches that are short enough to be estimated quickly.
//!
//! zxcvbn takes time that grows with the square of the length, and with the number of ways to read signs as letters:
//! one `1` is an `i` or an `l`, and a hundred different signs take it half a second. So it is given a stretch of the
//! password at a time, the shorter the more signs are in it. A password is as strong as its strongest stretch, or stronger.

use zxcvbn::{Entropy, zxcvbn};

use super::MinimumScore;

/// In characters. A stretch of 28 reaches every score unless it is one single pattern; at 29 zxcvbn's numbers may
/// overflow.
const LONGEST: usize = 28;

/// The greatest product of readings and squared length. At that an estimate takes about a millisecond.
const GREATEST_COST: usize = 4_096;

/// What is behind them is not looked at: a password that is weak for so long is one pattern over and over, and the cost
/// stays bounded.
const MOST: usize = 4;

/// Letters, and the signs that zxcvbn may read in their place.
const SIGNS: [(char, &str); 12] = [
    ('a', "4@"),
    ('b', "8"),
    ('c', "({[<"),
    ('e', "3"),
    ('g', "69"),
    ('i', "1!|"),
    ('l', "1|7"),
    ('o', "0"),
    ('s', "$5"),
    ('t', "+7"),
    ('x', "%"),
    ('z', "2"),
];

/// The estimate of the first stretch that reaches the minimum, or else of the strongest. `None` of an empty text.
pub(super) fn strongest(text: &str, obvious: &[&str], minimum: MinimumScore) -> Option<Entropy> {
    let mut strongest: Option<Entropy> = None;
    for stretch in stretches(text).take(MOST) {
        let estimate = zxcvbn(stretch, obvious);
        if u8::from(estimate.score()) >= minimum.get() {
            return Some(estimate);
        }
        if strongest.as_ref().is_none_or(|other| other.guesses() < estimate.guesses()) {
            strongest = Some(estimate);
        }
    }
    strongest
}

/// The text in pieces, each as long as its cost allows.
fn stretches(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (stretch, behind) = rest.split_at(affordable(rest));
        rest = behind;
        (!stretch.is_empty()).then_some(stretch)
    })
}

/// How many bytes from the beginning can be estimated at once.
fn affordable(text: &str) -> usize {
    let ends = text.char_indices().map(|(start, letter)| start + letter.len_utf8());
    let within = (1..=LONGEST).zip(ends).take_while(|&(length, end)| {
        // One character is always affordable, so that there is an end.
        length == 1 || text.get(..end).is_some_and(|stretch| readings(stretch) * length * length <= GREATEST_COST)
    });
    within.last().map_or(0, |(_, end)| end)
}

/// In how many ways signs can be read as letters, at most: each letter stands for one of the signs that are there, and a
/// sign that may be either of two letters counts once more.
fn readings(text: &str) -> usize {
    let mut readings = 1;
    for (_, signs) in SIGNS {
        readings *= signs.chars().filter(|&sign| text.contains(sign)).count().max(1);
    }
    let ambiguous = ['1', '|', '7'].into_iter().filter(|&sign| text.contains(sign)).count();
    readings << ambiguous
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_of_words_is_estimated_28_characters_at_a_time() {
        let lengths = |text: &str| stretches(text).map(|stretch| stretch.chars().count()).collect::<Vec<_>>();
        assert!(lengths("").is_empty());
        assert_eq!(lengths("correct horse battery staple"), [28]);
        assert_eq!(lengths(&"😀".repeat(60)), [28, 28, 4]);
    }

    #[test]
    fn stretches_make_up_the_whole_text_and_none_costs_too_much() {
        let signs = SIGNS.map(|(letter, signs)| format!("{signs}{letter}é")).concat();
        for text in [signs.repeat(4), signs.chars().rev().collect(), "1|7".repeat(40), "x".repeat(128)] {
            assert_eq!(stretches(&text).collect::<String>(), text);
            for stretch in stretches(&text) {
                let length = stretch.chars().count();
                assert!(readings(stretch) * length * length <= GREATEST_COST, "{stretch}");
            }
        }
    }

    #[test]
    fn readings_multiply() {
        assert_eq!(readings("correct horse"), 1);
        assert_eq!(readings("c0rr3ct"), 1);
        assert_eq!(readings("@4"), 2);
        assert_eq!(readings("@4({"), 4);
        // `i` or `l`.
        assert_eq!(readings("1"), 2);
    }
}
