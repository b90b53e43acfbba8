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

/// `a` or `an`.
pub(super) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// Several of them, where English is regular.
pub(super) fn plural(noun: &str) -> String {
    let ends_in_consonant_y = noun.strip_suffix('y').filter(|rest| !rest.ends_with(['a', 'e', 'i', 'o', 'u']));
    match ends_in_consonant_y {
        Some(rest) => format!("{rest}ies"),
        None if ["s", "x", "z", "ch", "sh"].iter().any(|ending| noun.ends_with(ending)) => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}

/// What was done: `completed` of `complete`.
pub(super) fn past(verb: &str) -> String {
    if verb.ends_with('e') { format!("{verb}d") } else { format!("{verb}ed") }
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
