//! What a refresh token is made of.

use ironplate_domain::TokenSecret;
use secrecy::SecretString;

/// Two secrets of 256 bits in one text: one that all refresh tokens of a session share, by which the session is found even
/// by a token that is long replaced, and the token's own.
pub(super) struct RefreshToken {
    pub(super) shared: TokenSecret,
    pub(super) own: TokenSecret,
}

impl RefreshToken {
    /// 256 bits in base64 without padding.
    const LENGTH_OF_ONE: usize = 43;

    /// Takes a text apart that may be a refresh token.
    pub(super) fn parse(text: &TokenSecret) -> Option<Self> {
        let (shared, own) = text.expose().split_at_checked(Self::LENGTH_OF_ONE)?;
        let is_one = own.len() == Self::LENGTH_OF_ONE;
        is_one.then(|| Self { shared: TokenSecret::new(shared), own: TokenSecret::new(own) })
    }

    pub(super) fn text(&self) -> SecretString {
        format!("{}{}", self.shared.expose(), self.own.expose()).into()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn only_a_text_of_the_right_length_is_taken_apart() {
        let text = "x".repeat(43) + &"y".repeat(43);
        let token = RefreshToken::parse(&TokenSecret::new(&text)).unwrap();
        assert_eq!(token.own.expose(), "y".repeat(43));
        assert_eq!(token.text().expose_secret(), text);
        for wrong in ["", "x", &"x".repeat(43), &"x".repeat(87), &format!("{}é{}", "x".repeat(42), "y".repeat(42))] {
            assert!(RefreshToken::parse(&TokenSecret::new(wrong)).is_none(), "{wrong}");
        }
    }
}
