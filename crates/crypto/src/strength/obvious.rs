//! Words that belong to the owner of a password or to the product.

use std::{borrow::Cow, collections::HashSet};

use ironplate_application::ports::ObviousWords;
use zxcvbn::{Entropy, matching::patterns::MatchPattern};

/// Shorter parts are in too many words to be anybody's own.
const SHORTEST: usize = 3;
/// Shorter ones are left where they are: "ann" is in "planning".
const SHORTEST_CUT: usize = 4;
/// Beyond that zxcvbn's numbers overflow; what is longer is cut out anyway.
const LONGEST_ESTIMATED: usize = 24;
/// A name may have a hundred parts, and each is looked for at each place.
const MOST_ESTIMATED: usize = 32;

/// Whose word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A part of the owner's name or address.
    Owner,
    /// A part of the product's name.
    Product,
}

struct Word {
    text: String,
    length: usize,
    origin: Origin,
}

/// The longest first, each once, in small letters.
pub(super) struct Obvious(Vec<Word>);

/// A password without obvious words.
pub(super) struct Cut<'a> {
    /// What is left; in small letters if anything was cut.
    pub(super) rest: Cow<'a, str>,
    /// Whose words were cut out.
    pub(super) found: Option<Origin>,
}

impl Obvious {
    pub(super) fn of(owner: &ObviousWords, product: &str) -> Self {
        let owners = owner.0.iter().map(|text| (text.as_str(), Origin::Owner));
        let mut known = HashSet::new();
        let mut words = Vec::new();
        for (text, origin) in owners.chain([(product, Origin::Product)]) {
            for text in wordings(&text.to_lowercase()) {
                let length = text.chars().count();
                if length >= SHORTEST && known.insert(text.clone()) {
                    words.push(Word { text, length, origin });
                }
            }
        }
        // Else the shorter one would be cut out of the longer, and leave a rest that looks like a word of its own.
        words.sort_by_key(|word| std::cmp::Reverse(word.length));
        Self(words)
    }

    pub(super) fn cut_out_of<'a>(&self, password: &'a str) -> Cut<'a> {
        let mut cut = Cut { rest: Cow::Borrowed(password), found: None };
        let mut rest = password.to_lowercase();
        for word in self.0.iter().filter(|word| word.length >= SHORTEST_CUT) {
            if rest.contains(&word.text) {
                rest = rest.replace(&word.text, "");
                cut.found.get_or_insert(word.origin);
            }
        }
        if cut.found.is_some() {
            cut.rest = Cow::Owned(rest);
        }
        cut
    }

    /// As zxcvbn takes them; it finds them backwards, too, and with signs in the place of letters.
    pub(super) fn texts(&self) -> Vec<&str> {
        let short = self.0.iter().filter(|word| word.length <= LONGEST_ESTIMATED);
        short.take(MOST_ESTIMATED).map(|word| word.text.as_str()).collect()
    }

    /// Whose words an estimate found.
    pub(super) fn found_in(&self, estimate: &Entropy) -> Option<Origin> {
        estimate.sequence().iter().find_map(|found| {
            let MatchPattern::Dictionary(entry) = &found.pattern else { return None };
            let word = self.0.iter().find(|word| word.text == entry.matched_word)?;
            Some(word.origin)
        })
    }
}

/// `ann.lee@example.com` as a whole, its local part, both without signs, and every part: `annlee`, `lee`, `example`.
fn wordings(text: &str) -> Vec<String> {
    let local_part = text.rsplit_once('@').map(|(local_part, _)| local_part);
    let mut wordings = Vec::new();
    for whole in [Some(text), local_part].into_iter().flatten() {
        wordings.push(whole.to_owned());
        wordings.push(parts(whole).collect());
    }
    wordings.push(parts(text).rev().collect());
    wordings.extend(parts(text).map(str::to_owned));
    wordings
}

fn parts(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn obvious(texts: &[&str]) -> Obvious {
        Obvious::of(&ObviousWords(texts.iter().map(|&text| text.to_owned()).collect()), "Nightlark")
    }

    #[test]
    fn the_longest_wordings_come_first_and_parts_of_two_letters_not_at_all() {
        let expected = [
            "ann.lee@ox.example",
            "annleeoxexample",
            "exampleoxleeann",
            "nightlark",
            "ann.lee",
            "example",
            "annlee",
            "ann",
            "lee",
        ];
        assert_eq!(obvious(&["Ann.Lee@ox.example"]).texts(), expected);
    }

    #[test]
    fn what_is_cut_out_leaves_the_rest() {
        let words = obvious(&["ann.lee@mail.example", "Ann Lee"]);
        for (password, rest, found) in [
            ("horse-Ann.Lee@Mail.EXAMPLE-42", "horse--42", Some(Origin::Owner)),
            ("LeeAnn1990", "1990", Some(Origin::Owner)),
            ("NIGHTLARK", "", Some(Origin::Product)),
            ("Planning the steel bridge", "Planning the steel bridge", None),
        ] {
            let cut = words.cut_out_of(password);
            assert_eq!((cut.rest.as_ref(), cut.found), (rest, found), "{password}");
        }
    }

    #[test]
    fn a_text_of_any_size_gives_a_bounded_number_of_words() {
        let name: Vec<_> = (100..190).map(|number| format!("n{number}")).collect();
        let words = obvious(&[&name.join(" "), &"x".repeat(320)]);
        assert_eq!(words.texts().len(), MOST_ESTIMATED);
        assert!(words.texts().iter().all(|word| word.len() <= LONGEST_ESTIMATED));
    }
}
