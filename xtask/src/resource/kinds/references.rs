//! References: the id of a row of another resource, of the same owner.

use super::{About, Column, Field, Target, or_none};
use crate::resource::words::{article, camel};

impl Field {
    /// Of the row that it refers to.
    pub(super) fn reference(self, about: &About<'_>) -> Self {
        let Some(to) = about.target else { return self };
        let name = self.name.clone();
        let optional = self.optional;
        let maybe = |some: &str, one: &str| if optional { some.to_owned() } else { one.to_owned() };
        let id = format!("{}Id", to.one);
        let example = typed(&name);
        let sample = format!("{id}(referred(owner, \"{name}\"))");
        Self {
            target: Some(Target { called: to.clone(), missing: format!("{}{}", camel(about.noun), self.camel) }),
            doc: format!("{} {} of the same owner.", article_of(&to.words), to.words),
            change_doc: format!("Another {}{}.", self.words, maybe(", or none at all (`Some(None)`)", "")),
            wire: "Uuid".into(),
            to_wire: maybe(&format!("{name}.map(|id| id.0)"), &format!("{name}.0")),
            json: format!("\"{example}\""),
            row: "String".into(),
            to_row: maybe(
                "ROW.and_then(|id| titles.get(&id.to_string()).cloned())",
                "titles.get(&ROW.to_string()).cloned().unwrap_or_default()",
            ),
            told: "text".into(),
            cell: if optional { or_none("<bdi>{{ ROW }}</bdi>") } else { "<bdi>{{ ROW }}</bdi>".into() },
            typed: example,
            columns: vec![Column {
                references: Some(to.nouns.clone()),
                ..self.column("uuid", "BLOB", "DbUuid").swap_remove(0)
            }],
            some: sample.clone(),
            rich: sample,
            value: id,
            ..self
        }
    }
}

/// `A project`, `An invoice`.
fn article_of(words: &str) -> &'static str {
    if article(words) == "an" { "An" } else { "A" }
}

/// An id as somebody sends it in a test: another one for each field.
fn typed(name: &str) -> String {
    let number = name.bytes().fold(7_u64, |number, byte| (number * 31 + u64::from(byte)) % 0xFFFF_FFFF_FFFF);
    format!("0190a1b2-c3d4-7e5f-8a9b-{number:012x}")
}
