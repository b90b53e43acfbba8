//! An organisation: what several users have in common.

use unicode_normalization::UnicodeNormalization;

use crate::{Role, Slug, TextError, Timestamp, UserId, bounded_text, changes, id, is_invisible, shows_nothing, steers};

id! {
    /// Names an [`Organization`].
    OrganizationId
}
bounded_text! {
    /// What an organisation is called, 1 to 100 code points. It stands in mail to strangers, so it is one line in which something
    /// can be seen, nothing is hidden, and nothing is taken for a link.
    OrganizationName, 1..=100, check_name
}

/// What several users have in common. What it owns belongs to none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Identity, never reused.
    pub id: OrganizationId,
    /// What it is called. Others may be called the same.
    pub name: OrganizationName,
    /// Unique among organisations.
    pub slug: Slug,
    /// Its members do nothing in it without a second factor.
    pub requires_second_factor: bool,
    /// Who made it; `None` once their account is deleted. It gives no right.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
}

changes! {
    /// What to change of an organisation; `None` leaves a field as it is.
    pub struct OrganizationChanges of Organization {
        /// A new name.
        name: OrganizationName,
        /// A new slug.
        slug: Slug,
        /// Whether members have to have a second factor.
        requires_second_factor: bool,
    }
}

/// What somebody may do in one organisation: what an actor carries of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OrganizationRole {
    /// In which.
    pub organization: OrganizationId,
    /// As what.
    pub role: Role,
    /// It asks its members for a second factor, and this one has none: they may do nothing in it.
    pub is_barred: bool,
}

/// Letters that only look like others (`＠`), and what hides between them, count as what a reader or a mail program takes them for.
fn check_name(name: &str) -> Result<(), TextError> {
    if shows_nothing(name) {
        return Err(TextError::Blank);
    }
    if name.contains(steers) {
        return Err(TextError::Steering);
    }
    let seen = name.nfkc().filter(|c| c.is_whitespace() || !is_invisible(*c));
    let seen: String = seen.flat_map(char::to_lowercase).collect();
    if seen.contains(['<', '>', '@']) || seen.contains("://") || seen.contains("www.") {
        return Err(TextError::Link);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(name: &str) -> Option<TextError> {
        OrganizationName::parse(name).err()
    }

    #[test]
    fn a_name_is_taken_as_people_write_it() {
        for name in [
            "A",
            "Acme & Söhne, Inc.",
            "牛乳 株式会社",
            "R&D: 50% \"off\"",
            "Acme.io",
            "می\u{200c}خواهم",
            "👨\u{200D}👩\u{FE0F}",
        ] {
            assert_eq!(OrganizationName::parse(name).unwrap().as_str(), name);
        }
        assert!(OrganizationName::parse("😀".repeat(100)).is_ok());
        assert_eq!(refusal(&"😀".repeat(101)), Some(TextError::TooLong { max: 100 }));
        assert_eq!(refusal(""), Some(TextError::TooShort { min: 1 }));
    }

    #[test]
    fn something_of_a_name_can_be_seen() {
        for name in [" ", "\u{3164}", "\u{2800}\u{AD}", "\u{FEFF}", "\u{200B} \u{202E}"] {
            assert_eq!(refusal(name), Some(TextError::Blank), "{name:?}");
        }
    }

    #[test]
    fn a_name_is_one_line_that_hides_nothing() {
        for name in [
            "Acme\r\nBcc: eve@example.com",
            "Acme\nBcc",
            "Acme\tInc",
            "Acme\u{1b}[31m",
            "Acme\u{85}Inc",
            "Acme\u{2028}Inc",
            "emcA\u{202E}",
            "Ac\u{200B}me",
            "Ac\u{2066}me\u{2069}",
            "Acme\u{E0041}\u{E0042}",
        ] {
            assert_eq!(refusal(name), Some(TextError::Steering), "{name:?}");
        }
        assert_eq!(refusal("Acme\0"), Some(TextError::Nul));
    }

    #[test]
    fn a_name_is_no_link_and_no_address() {
        for name in [
            "Win at https://evil.example",
            "javascript://x",
            "www.evil.example",
            "Go to WWW.evil.example",
            "eve@evil.example",
            "<b>Acme</b>",
            "Acme <eve>",
            "eve＠evil.example",
            "ｗｗｗ．evil.example",
            "www․evil.example",
            "w\u{AD}ww.evil.example",
            "https:\u{200D}//evil.example",
            "＜a＞",
        ] {
            assert_eq!(refusal(name), Some(TextError::Link), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_parses_is_unchanged_and_safe_in_a_line(name in "\\PC{0,120}|.{0,120}") {
            if let Ok(parsed) = OrganizationName::parse(name.clone()) {
                prop_assert!((1..=100).contains(&name.chars().count()));
                prop_assert!(!name.contains(steers) && !name.contains(['<', '>', '@', '\n', '\r', '\0']));
                prop_assert_eq!(parsed.as_str(), name);
            }
        }
    }
}
