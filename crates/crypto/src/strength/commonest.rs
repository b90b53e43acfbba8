//! The passwords that everybody tries first.

use std::{collections::HashSet, sync::LazyLock};

static COMMONEST: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("commonest.txt").lines().filter(|line| !line.starts_with('#')).collect());

/// So many digits or signs behind a common password are tried nearly as early as the password: a year, `123`, `2026!`.
const DECORATION: usize = 5;

/// How near a password is to one of the commonest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It is one of them.
    Same,
    /// It is one of them with a little behind it.
    Decorated,
}

/// How near it is to one of the commonest, capitals or not; `None` when it is like none of them.
pub(super) fn likeness(password: &str) -> Option<Likeness> {
    let folded = password.to_lowercase();
    if COMMONEST.contains(folded.as_str()) {
        return Some(Likeness::Same);
    }
    let mut rest = folded.as_str();
    for _ in 0..DECORATION {
        rest = rest.strip_suffix(|letter: char| !letter.is_alphabetic())?;
        if COMMONEST.contains(rest) {
            return Some(Likeness::Decorated);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use ironplate_domain::Password;

    use super::*;

    #[test]
    fn the_list_holds_passwords_that_could_be_set_and_nothing_twice() {
        let lines: Vec<_> = include_str!("commonest.txt").lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), COMMONEST.len());
        for line in lines {
            assert!(Password::parse(line).is_ok(), "{line}");
            // As they are looked up.
            assert_eq!(line, line.to_lowercase().trim(), "{line}");
        }
    }

    #[test]
    fn capitals_make_no_difference() {
        for password in ["password", "PASSWORD", "PassWord", "P@ssw0rd", "QwertyUiop", "12345678"] {
            assert_eq!(likeness(password), Some(Likeness::Same), "{password}");
        }
    }

    #[test]
    fn neither_do_a_few_digits_and_signs_behind_it() {
        for password in ["sunshine2026!", "Password!!", "password#1", "iloveyou?", "baseball 99"] {
            assert_eq!(likeness(password), Some(Likeness::Decorated), "{password}");
        }
    }

    #[test]
    fn more_than_that_is_another_password() {
        for password in ["sunshine-48151", "password of a horse", "my password", "mississippi-queen"] {
            assert_eq!(likeness(password), None, "{password}");
        }
    }
}
