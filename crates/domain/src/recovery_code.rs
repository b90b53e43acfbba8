//! Recovery codes: each takes the place of a code once, for whoever has lost their authenticator app.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use secrecy::{ExposeSecret, SecretString};

use crate::{TokenSecret, UserId, typed::plain};

/// A text that is shown once: 120 random bits as 24 letters and digits.
#[derive(Clone)]
pub struct RecoveryCode(SecretString);

impl RecoveryCode {
    /// So many a user has at the most.
    pub const COUNT: usize = 10;

    const LENGTH: usize = 24;

    /// The code that these random bits make; some of them are left out.
    #[must_use]
    pub fn of([bits @ .., _, _, _, _, _]: [u8; 20]) -> Self {
        Self(BASE32_NOPAD.encode(&bits).to_ascii_lowercase().into())
    }

    /// Takes 24 letters and digits of base 32 (`a` to `z`, `2` to `7`) in any case, with any blanks and dashes among them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code = plain(text, Self::LENGTH + 1).to_ascii_lowercase();
        let is_good = code.len() == Self::LENGTH && code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
        is_good.then(|| Self(code.into()))
    }

    /// In groups of four, as it is told once.
    #[must_use]
    pub fn shown(&self) -> String {
        let code: Vec<char> = self.0.expose_secret().chars().collect();
        code.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
    }

    /// What is digested to be stored: with the user's id, so that nobody can look for the codes of all users at once.
    #[must_use]
    pub fn of_user(&self, user: UserId) -> TokenSecret {
        TokenSecret::new(&format!("{user} {}", self.0.expose_secret()))
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_code_is_taken_as_it_is_shown_and_as_people_type_it() {
        let code = RecoveryCode::of([0xa5; 20]);
        let shown = code.shown();
        assert_eq!(shown, "uws2-ljnf-uws2-ljnf-uws2-ljnf");
        for text in [&*shown, &shown.to_uppercase(), &shown.replace('-', " "), &format!(" {shown}\n")] {
            assert_eq!(RecoveryCode::parse(text).unwrap().shown(), shown, "{text}");
        }
        for text in
            ["", "123456", &shown[1..], &format!("{shown}a"), &shown.replace('u', "1"), &shown.replace('u', "ü")]
        {
            assert!(RecoveryCode::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_code_is_its_users_and_does_not_print() {
        let code = RecoveryCode::of([7; 20]);
        let of = |user| code.of_user(UserId(Uuid::from_u128(user))).expose().to_owned();
        assert_ne!(of(1), of(2));
        assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
    }
}
