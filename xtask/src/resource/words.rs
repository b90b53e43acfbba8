//! Names in the spellings of code, and in English.

/// `due_on` as in code: `DueOn`.
pub(super) fn camel(name: &str) -> String {
    name.split('_').map(capitalised).collect()
}

/// `due_on` as in a sentence: `due on`.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// Several already, as far as its ending tells.
pub(super) fn is_plural(word: &str) -> bool {
    word.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| word.ends_with(ending))
}

/// With a capital at the beginning.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// Words that begin with a vowel in writing alone, by how they begin; and those with a silent `h`.
const SPOKEN_AS_CONSONANT: [&str; 8] = ["eu", "one", "uni", "usa", "use", "usu", "ute", "uti"];
const SPOKEN_AS_VOWEL: [&str; 8] = ["heir", "honest", "honor", "honour", "hour", "unid", "unim", "unin"];

/// `a` or `an`.
pub(super) fn article(word: &str) -> &'static str {
    let begins = |with: &[&str]| with.iter().any(|start| word.starts_with(start));
    let is_vowel = word.starts_with(['a', 'e', 'i', 'o', 'u']) && !begins(&SPOKEN_AS_CONSONANT);
    if is_vowel || begins(&SPOKEN_AS_VOWEL) { "an" } else { "a" }
}

/// Several of them, where English is regular.
pub(super) fn plural(noun: &str) -> String {
    let ends_in_consonant_y = noun.strip_suffix('y').filter(|rest| !rest.ends_with(['a', 'e', 'i', 'o', 'u']));
    match ends_in_consonant_y {
        Some(rest) => format!("{rest}ies"),
        None if noun.ends_with('z') && ends_short(noun) && has_one_syllable(noun) => format!("{noun}zes"),
        None if ["s", "x", "z", "ch", "sh"].iter().any(|ending| noun.ends_with(ending)) => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}

/// Verbs that are not regular, each with what was done.
const IRREGULAR: [(&str, &str); 16] = [
    ("begin", "begun"),
    ("choose", "chosen"),
    ("freeze", "frozen"),
    ("give", "given"),
    ("hide", "hidden"),
    ("hold", "held"),
    ("make", "made"),
    ("pay", "paid"),
    ("put", "put"),
    ("reset", "reset"),
    ("sell", "sold"),
    ("send", "sent"),
    ("set", "set"),
    ("take", "taken"),
    ("undo", "undone"),
    ("withdraw", "withdrawn"),
];

/// What was done: `completed` of `complete`, `signed off` of `sign off`.
pub(super) fn past(words: &str) -> String {
    let (verb, rest) = words.split_at(words.find(' ').unwrap_or(words.len()));
    let irregular = IRREGULAR.iter().find(|(present, _)| *present == verb);
    let done = match verb.strip_suffix('y').filter(|rest| !rest.ends_with(VOWELS)) {
        _ if let Some((_, done)) = irregular => (*done).to_owned(),
        Some(rest) => format!("{rest}ied"),
        None if verb.ends_with('e') => format!("{verb}d"),
        None if doubles(verb) => format!("{verb}{}ed", verb.get(verb.len() - 1..).unwrap_or_default()),
        None => format!("{verb}ed"),
    };
    format!("{done}{rest}")
}

const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];

/// Ends in a vowel and a consonant behind it, as `quiz` and `submit`, and not as `waltz` and `repeat`.
fn ends_short(word: &str) -> bool {
    let mut letters = word.strip_prefix("qu").unwrap_or(word).chars().rev();
    let [last, vowel, before] = [letters.next(), letters.next(), letters.next()];
    let is_vowel = |letter: Option<char>| letter.is_some_and(|letter| VOWELS.contains(&letter));
    !is_vowel(last) && is_vowel(vowel) && !is_vowel(before)
}

fn has_one_syllable(word: &str) -> bool {
    word.strip_prefix("qu").unwrap_or(word).matches(VOWELS).count() == 1
}

/// How verbs end that have the stress there.
const STRESSED: [&str; 14] = [
    "admit", "ccur", "commit", "ecur", "efer", "egret", "emit", "equip", "ncur", "nfer", "nsfer", "permit", "submit",
    "transmit",
];

/// Has its last letter twice when something follows.
fn doubles(verb: &str) -> bool {
    let is_stressed = verb.ends_with('l') || STRESSED.iter().any(|ending| verb.ends_with(ending));
    ends_short(verb) && !verb.ends_with(['w', 'x', 'y']) && (is_stressed || has_one_syllable(verb))
}

/// `title`, `title or description`, `name, goal or place`.
pub(super) fn joined(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., end] => format!("{} {last} {end}", others.join(", ")),
    }
}

/// Every word with a capital.
pub(super) fn headed(name: &str) -> String {
    name.split('_').map(capitalised).collect::<Vec<_>>().join(" ")
}

/// `10_000`
pub(super) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let group = |(place, digit): (usize, char)| {
        let ends_group = place > 0 && (digits.len() - place).is_multiple_of(3);
        ends_group.then_some('_').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_as_people_write_it() {
        for (word, with_article) in [
            ("item", "an item"),
            ("project", "a project"),
            ("unit", "a unit"),
            ("user", "a user"),
            ("euro", "a euro"),
            ("unidentified object", "an unidentified object"),
            ("urn", "an urn"),
            ("hour", "an hour"),
            ("house", "a house"),
        ] {
            assert_eq!(format!("{} {word}", article(word)), with_article);
        }
        for (one, several) in [
            ("project", "projects"),
            ("quiz", "quizzes"),
            ("waltz", "waltzes"),
            ("box", "boxes"),
            ("category", "categories"),
            ("day", "days"),
        ] {
            assert_eq!(plural(one), several);
        }
        for (verb, done) in [
            ("complete", "completed"),
            ("reopen", "reopened"),
            ("finish", "finished"),
            ("submit", "submitted"),
            ("limit", "limited"),
            ("ship", "shipped"),
            ("cancel", "cancelled"),
            ("offer", "offered"),
            ("transfer", "transferred"),
            ("verify", "verified"),
            ("play", "played"),
            ("send", "sent"),
            ("sign off", "signed off"),
        ] {
            assert_eq!(past(verb), done);
        }
    }
}
