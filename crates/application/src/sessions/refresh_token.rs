//! What a refresh token is made of.

use ironplate_domain::TokenSecret;
use secrecy::SecretString;

/// Two secrets of 256 bits in one text, and a number: a secret that all refresh tokens of a session share, by which the
/// session is found even by a token that is long replaced; the token's own; and how many were in force before it.
pub(super) struct RefreshToken {
    pub(super) shared: TokenSecret,
    pub(super) own: TokenSecret,
    pub(super) generation: u32,
}

impl RefreshToken {
    /// 256 bits in base64 without padding.
    const LENGTH_OF_ONE: usize = 43;

    /// Takes a text apart that may be a refresh token.
    pub(super) fn parse(text: &TokenSecret) -> Option<Self> {
        let (shared, rest) = text.expose().split_at_checked(Self::LENGTH_OF_ONE)?;
        let (own, number) = rest.split_at_checked(Self::LENGTH_OF_ONE)?;
        let generation = number.strip_prefix('.')?.parse().ok()?;
        let token = Self { shared: TokenSecret::new(shared), own: TokenSecret::new(own), generation };
        (token.own_part().expose() == rest).then_some(token)
    }

    /// What it does not share with the others, and is recognised by: nobody can give it another number.
    pub(super) fn own_part(&self) -> TokenSecret {
        TokenSecret::new(&format!("{}.{}", self.own.expose(), self.generation))
    }

    pub(super) fn text(&self) -> SecretString {
        format!("{}{}", self.shared.expose(), self.own_part().expose()).into()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn only_a_text_of_the_right_form_is_taken_apart() {
        let secrets = "x".repeat(43) + &"y".repeat(43);
        let text = format!("{secrets}.17");
        let token = RefreshToken::parse(&TokenSecret::new(&text)).unwrap();
        assert_eq!((token.own.expose(), token.generation), (&*"y".repeat(43), 17));
        assert_eq!(token.text().expose_secret(), text);
        for wrong in ["", "x", &"x".repeat(43), &"x".repeat(86), &"x".repeat(88)] {
            assert!(RefreshToken::parse(&TokenSecret::new(wrong)).is_none(), "{wrong}");
        }
        for number in ["", ".", ".x", ".-1", ".+1", ".01", ".1 ", ".4294967296", "1", ".1.1"] {
            assert!(RefreshToken::parse(&TokenSecret::new(&format!("{secrets}{number}"))).is_none(), "{number}");
        }
        let split_character = format!("{}é{}.1", "x".repeat(42), "y".repeat(42));
        assert!(RefreshToken::parse(&TokenSecret::new(&split_character)).is_none());
    }
}
