//! What a resource is called, in code and in sentences.

use serde::Serialize;

use super::{
    taken::check_nouns,
    words::{article, camel, capitalised, headed, plural, words},
};
use crate::failure::{Outcome, refuse};

/// All spellings of one and of several.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Called {
    pub(super) noun: String,
    pub(super) nouns: String,
    #[serde(rename = "NOUNS")]
    pub(super) upper: String,
    #[serde(rename = "Type")]
    pub(super) one: String,
    #[serde(rename = "Types")]
    pub(super) many: String,
    /// In addresses of the API.
    pub(super) slug: String,
    pub(super) words: String,
    #[serde(rename = "Words")]
    pub(super) sentence: String,
    pub(super) plural: String,
    #[serde(rename = "Label")]
    pub(super) label: String,
    #[serde(rename = "Title")]
    pub(super) heading: String,
    #[serde(rename = "Titles")]
    pub(super) headings: String,
    pub(super) a: &'static str,
    #[serde(rename = "A")]
    pub(super) article: String,
}

impl Called {
    /// Of what one is called, and several if English is not regular.
    pub(super) fn new(noun: &str, several: Option<&str>) -> Outcome<Self> {
        let nouns = several.map_or_else(|| plural(noun), str::to_owned);
        check_nouns(noun, &nouns)?;
        if noun == nouns {
            refuse!("one {noun} and several {nouns} have to be told apart: say what several are called by --plural");
        }
        Ok(Self {
            noun: noun.to_owned(),
            upper: nouns.to_uppercase(),
            one: camel(noun),
            many: camel(&nouns),
            slug: nouns.replace('_', "-"),
            words: words(noun),
            sentence: capitalised(&words(noun)),
            plural: words(&nouns),
            label: capitalised(&words(&nouns)),
            heading: headed(noun),
            headings: headed(&nouns),
            a: article(noun),
            article: capitalised(article(noun)),
            nouns,
        })
    }
}
