//! Access tokens that anybody can read.

use std::time::Duration;

use ironplate_application::ports::{AccessClaims, AccessTokens, InvalidToken};
use ironplate_domain::{SessionId, Timestamp, UserId};
use secrecy::SecretString;

/// Issues `fake.<user>.<session>.<generation>.<microsecond of expiry>`, unsigned.
#[derive(Debug, Clone, Copy)]
pub struct FakeTokens {
    lifetime: Duration,
}

impl FakeTokens {
    /// Tokens that hold this long.
    #[must_use]
    pub fn lasting(lifetime: Duration) -> Self {
        Self { lifetime }
    }
}

impl Default for FakeTokens {
    /// An hour.
    fn default() -> Self {
        Self::lasting(Duration::from_hours(1))
    }
}

impl AccessTokens for FakeTokens {
    fn issue(&self, claims: &AccessClaims, now: Timestamp) -> SecretString {
        let expires_at = now.after(self.lifetime).micros();
        let AccessClaims { user, session, generation } = claims;
        format!("fake.{user}.{session}.{generation}.{expires_at}").into()
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, InvalidToken> {
        let (claims, expires_at) = read(token).ok_or(InvalidToken)?;
        if now < expires_at { Ok(claims) } else { Err(InvalidToken) }
    }

    fn lifetime(&self) -> Duration {
        self.lifetime
    }
}

fn read(token: &str) -> Option<(AccessClaims, Timestamp)> {
    let mut parts = token.strip_prefix("fake.")?.split('.');
    let user = UserId(parts.next()?.parse().ok()?);
    let session = SessionId(parts.next()?.parse().ok()?);
    let generation = parts.next()?.parse().ok()?;
    let expires_at = Timestamp::from_micros(parts.next()?.parse().ok()?);
    parts.next().is_none().then_some((AccessClaims { user, session, generation }, expires_at))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use uuid::Uuid;

    use super::*;

    const CLAIMS: AccessClaims =
        AccessClaims { user: UserId(Uuid::from_u128(1)), session: SessionId(Uuid::from_u128(2)), generation: 3 };

    #[test]
    fn a_token_says_what_was_issued_until_it_expires() {
        let tokens = FakeTokens::lasting(Duration::from_mins(1));
        let token = tokens.issue(&CLAIMS, Timestamp::from_seconds(0));
        let verify = |seconds| tokens.verify(token.expose_secret(), Timestamp::from_seconds(seconds));
        assert_eq!(verify(59), Ok(CLAIMS));
        assert_eq!(verify(60), Err(InvalidToken));
    }

    #[test]
    fn any_other_text_is_invalid() {
        let token = FakeTokens::default().issue(&CLAIMS, Timestamp::from_seconds(0));
        for text in ["", "fake.", "fake.a.b.c.d", &format!("{}.1", token.expose_secret()), "eyJhbGciOiJIUzI1NiJ9.e30.x"]
        {
            assert_eq!(FakeTokens::default().verify(text, Timestamp::from_seconds(0)), Err(InvalidToken), "{text}");
        }
    }
}
