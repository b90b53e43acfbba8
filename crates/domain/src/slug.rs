//! Slugs: names for addresses and commands.

use std::{fmt, str::FromStr};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{OrganizationId, OrganizationName, StoredText, TextError, fold, text::check_length};

/// What an organisation is called in addresses and commands: 2 to 40 letters from `a` to `z` and digits, with single hyphens
/// between them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// Why a text is no slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// It is too short or too long.
    #[error(transparent)]
    Length(#[from] TextError),
    /// It has something else in it, or hyphens at an end or beside one another.
    #[error("only letters from a to z, digits, and single hyphens between them are allowed")]
    Malformed,
    /// It could be taken for a page of the product.
    #[error("this word is reserved")]
    Reserved,
}

impl Slug {
    /// The least number of characters.
    pub const MIN: usize = 2;
    /// The greatest number of characters.
    pub const MAX: usize = 40;
    /// What an address of the product itself may be called by.
    pub const RESERVED: [&str; 18] = [
        "admin",
        "all",
        "api",
        "app",
        "auth",
        "billing",
        "dashboard",
        "docs",
        "help",
        "me",
        "new",
        "organizations",
        "settings",
        "status",
        "support",
        "system",
        "users",
        "www",
    ];

    /// Takes the text in any case, and keeps it in lower case.
    ///
    /// # Errors
    /// [`SlugError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        check_length(text, Self::MIN, Self::MAX)?;
        let slug = text.to_ascii_lowercase();
        let is_word =
            |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !slug.split('-').all(is_word) {
            return Err(SlugError::Malformed);
        }
        if Self::RESERVED.contains(&slug.as_str()) {
            return Err(SlugError::Reserved);
        }
        Ok(Self(slug))
    }

    /// A slug that is like this name; `None` where nothing of it is left, or a word that is reserved.
    #[must_use]
    pub fn of_name(name: &OrganizationName) -> Option<Self> {
        let letters: String = fold(name.as_str()).nfd().filter(|c| !is_combining_mark(*c)).collect();
        let words = letters.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut slug = words.collect::<Vec<_>>().join("-");
        slug.truncate(Self::MAX);
        Self::parse(slug.trim_end_matches('-')).ok()
    }

    /// A slug for an organisation whose name suggests none.
    #[must_use]
    pub fn of_id(OrganizationId(id): OrganizationId) -> Self {
        let digits = id.simple().to_string();
        Self(format!("org-{}", digits.split_at(20).1))
    }

    /// The slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl StoredText for Slug {
    fn as_stored(&self) -> &str {
        &self.0
    }

    fn from_stored(text: String) -> Option<Self> {
        Some(Self(text))
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn suggestion(name: &str) -> Option<String> {
        Slug::of_name(&OrganizationName::parse(name).unwrap()).map(|slug| slug.to_string())
    }

    #[test]
    fn spellings_of_one_slug_are_one() {
        for text in ["acme-2", "ACME-2", "Acme-2"] {
            assert_eq!(Slug::parse(text).unwrap().as_str(), "acme-2");
        }
    }

    #[test]
    fn its_length_has_bounds() {
        assert!(Slug::parse("a1").is_ok() && Slug::parse(&"x".repeat(40)).is_ok());
        assert_eq!(Slug::parse("a"), Err(SlugError::Length(TextError::TooShort { min: 2 })));
        assert_eq!(Slug::parse(&"x".repeat(41)), Err(SlugError::Length(TextError::TooLong { max: 40 })));
    }

    #[test]
    fn it_has_letters_digits_and_single_hyphens_inside() {
        for text in [
            "-a",
            "a-",
            "--",
            "a--b",
            "a b",
            "a_b",
            "a.b",
            "a/b",
            "bücher",
            "a\0b",
            "a\nb",
            " ab",
            "\u{212A}elvin",
            "аcme",
            "a\u{200B}b",
            "%2e%2e",
            "..",
        ] {
            assert_eq!(Slug::parse(text), Err(SlugError::Malformed), "{text:?}");
        }
    }

    #[test]
    fn words_of_the_product_are_reserved_in_any_spelling() {
        for word in Slug::RESERVED {
            assert_eq!(Slug::parse(word), Err(SlugError::Reserved), "{word}");
            assert_eq!(Slug::parse(&word.to_uppercase()), Err(SlugError::Reserved), "{word}");
            assert!(Slug::parse(&format!("{word}-2")).is_ok(), "{word}");
        }
    }

    #[test]
    fn a_name_suggests_a_slug() {
        for (name, slug) in [
            ("Acme & Söhne, Inc.", Some("acme-sohne-inc")),
            ("  Straße 9  ", Some("strasse-9")),
            ("--Acme--", Some("acme")),
            ("ＡＣＭＥ", None),
            ("牛乳", None),
            ("Dashboard", None),
            ("X", None),
        ] {
            assert_eq!(suggestion(name).as_deref(), slug, "{name}");
        }
        assert_eq!(suggestion(&format!("{} x", "a".repeat(39))), Some("a".repeat(39)));
    }

    #[test]
    fn an_id_makes_a_slug() {
        let slug = Slug::of_id(OrganizationId(Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab)));
        assert_eq!((slug.as_str(), Slug::parse(slug.as_str())), ("org-0123456789ab", Ok(slug.clone())));
    }

    proptest! {
        #[test]
        fn whatever_parses_is_what_the_database_takes(text in "[a-zA-Z0-9-]{0,45}|.{0,45}") {
            if let Ok(slug) = Slug::parse(&text) {
                prop_assert!((2..=40).contains(&slug.as_str().len()));
                prop_assert!(slug.as_str().bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')));
                prop_assert_eq!(slug.as_str(), text.to_lowercase());
                prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug));
            }
        }

        #[test]
        fn a_suggestion_is_a_slug(name in ".{1,100}") {
            if let Some(slug) = OrganizationName::parse(name).ok().and_then(|name| Slug::of_name(&name)) {
                prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug));
            }
        }
    }
}
