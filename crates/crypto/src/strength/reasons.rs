//! What is weak about a password, in plain words.

use ironplate_application::ports::Weakness;
use zxcvbn::{
    Entropy,
    feedback::{Feedback, Suggestion, Warning},
};

use super::{commonest::Likeness, obvious::Origin};

const MOST_USED: &str = "It is one of the most used passwords.";
const BUILT_ON_MOST_USED: &str = "It is built on a much used password.";
const TOO_EASY: &str = "It is too easy to guess.";

pub(super) fn of_likeness(likeness: Likeness) -> Weakness {
    let fault = match likeness {
        Likeness::Same => MOST_USED,
        Likeness::Decorated => BUILT_ON_MOST_USED,
    };
    Weakness(format!("{fault} Choose something that nobody else would."))
}

pub(super) fn of_calendar_and_places() -> Weakness {
    Weakness(
        "It is a season, a day, a month or a place with a number. Choose something that nobody else would.".to_owned(),
    )
}

pub(super) fn of_origin(origin: Origin, product: &str) -> Weakness {
    Weakness(match origin {
        Origin::Owner => "It is built on your own name or address. Choose words that don't belong to you.".to_owned(),
        Origin::Product => format!("It is built on the name {product}. Choose words that don't belong to it."),
    })
}

/// Of a password that is made of obvious words alone.
pub(super) fn of_nothing_left(found: Option<Origin>, product: &str) -> Weakness {
    found.map_or_else(|| Weakness(TOO_EASY.to_owned()), |origin| of_origin(origin, product))
}

pub(super) fn of_estimate(estimate: &Entropy) -> Weakness {
    let feedback = estimate.feedback();
    let fault = feedback.and_then(Feedback::warning).map_or(TOO_EASY, fault);
    let advice = advice(feedback.map_or(&[], Feedback::suggestions));
    Weakness(format!("{fault} {advice}"))
}

fn fault(warning: Warning) -> &'static str {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
            "It follows the keys of a keyboard."
        }
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            "It repeats itself."
        }
        Warning::ThisIsATop10Password | Warning::ThisIsATop100Password | Warning::ThisIsACommonPassword => MOST_USED,
        Warning::ThisIsSimilarToACommonlyUsedPassword => BUILT_ON_MOST_USED,
        Warning::SequencesLikeAbcAreEasyToGuess => "It runs through letters or digits in their order.",
        Warning::RecentYearsAreEasyToGuess => "It is built on a year.",
        Warning::AWordByItselfIsEasyToGuess => "It is a single word.",
        Warning::DatesAreOftenEasyToGuess => "It is built on a date.",
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess => "It is a single name.",
        Warning::CommonNamesAndSurnamesAreEasyToGuess => "It is built on a name.",
    }
}

/// What to do, and first what does not help, if that was tried.
fn advice(suggestions: &[Suggestion]) -> &'static str {
    if suggestions.contains(&Suggestion::PredictableSubstitutionsDontHelpVeryMuch) {
        "Signs in the place of letters hardly help: add a word or two that nobody would expect."
    } else if suggestions.contains(&Suggestion::ReversedWordsArentMuchHarderToGuess) {
        "Writing it backwards hardly helps: add a word or two that nobody would expect."
    } else {
        "Add a word or two that nobody would expect."
    }
}
