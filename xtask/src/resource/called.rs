//! What a resource is called, in code and in sentences.

use serde::Serialize;

use super::{
    spec::{check_column, check_word},
    words::{article, camel, capitalised, headed, plural, words},
};
use crate::failure::{Outcome, refuse};

/// What the types and modules that a resource's files use are called.
const TAKEN: &str = "action actor answer app arc application audit box call changes client confirm conflict constraint core crate \
    date day deed default denied description domain editor email entity err fault field form id identifier input json kind link list \
    listed message missing moving none ok option optional order outcome owned owner page paging path permission policy port presence \
    reference required resource response result role row schema self self_ serialize session sql stored string subject summary table text \
    timestamp time title type user uuid value vec when world";

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
        check_word(noun)?;
        let nouns = several.map_or_else(|| plural(noun), str::to_owned);
        check_word(&nouns)?;
        check_column(&nouns)?;
        if TAKEN.split_whitespace().any(|taken| taken == noun) {
            refuse!("{noun} is something else in the code: call it otherwise");
        }
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
